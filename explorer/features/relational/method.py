"""One question of relational similarity, and what a method makes of it.

There are two kinds of question, and every method answers one of them:

- "logic": which items are like the picked one? The plane of the page and the measurement on scenes set such methods
  against each other.
- "analogy": A is to B as C is to ?, where C is the picked item and one or more pairs of A and B say which relation is
  meant. The page sets such methods side by side.

Either way a method gives one number for each item, larger for a better answer. Numbers of different methods do not
compare. Which items may be answers is not the method's to decide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from explorer.base.arrays import Floats, Rows, Vectors
from explorer.base.errors import InputError
from explorer.base.method import MethodCard

Kind = Literal["logic", "analogy"]
Pairs = tuple[tuple[int, int], ...]
NEEDS = {
    "head": "the relational vectors of these items, and there is no head for them",
    "captions": "the vectors of the items' captions, and there are none",
}
"""What a method may need besides the model's vectors, and what is missing without it."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question.

    item: row of the picked item; the C of an analogy. pairs: rows of each A with its B; () for the kind "logic".
    looks: (n, d) unit rows under the model. logic: (n, r) unit rows under a relational head. captions: (n, t) unit
    rows of the items' captions with the concrete words struck out. The last two are None where there are none.
    """

    item: int
    looks: Vectors
    logic: Vectors | None = None
    captions: Vectors | None = None
    pairs: Pairs = ()

    def part(self, need: str) -> Vectors:
        """The rows that a word of `needs` stands for; InputError when there are none."""
        found = {"head": self.logic, "captions": self.captions}[need]
        if found is None:
            raise InputError(f"Expected {NEEDS[need]}.")
        return found

    def among(self, rows: Rows) -> "Ask":
        """The same question about the first of (m,) rows, with these items alone."""
        logic, captions = (None if part is None else part[rows] for part in (self.logic, self.captions))
        return Ask(item=0, looks=self.looks[rows], logic=logic, captions=captions)


@dataclass(frozen=True, kw_only=True)
class Method(MethodCard):
    """One way to answer. needs: words of `NEEDS`.

    explained: the formula in a sentence, with {base} and {head} where the names of model and head belong.
    scores: (n,) float32, how well each item answers the question.
    """

    kind: Kind
    explained: str
    scores: Callable[[Ask], Floats]

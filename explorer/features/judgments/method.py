"""What a way to ask is given, and what it says: the questions of a campaign, and which to ask next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.method import MethodCard
from explorer.features.judgments.settings import PoolQuestion, Settings

NEEDS = {"list": "a list of questions", "models": "vectors of two or more models"}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A campaign to be made.

    ids: of the n items that it asks about. listed: the questions that were given, ids. vectors: gives (n, d) unit rows
    of the items under an encoder, and (n,) which of them have one. rng: of everything random.
    """

    settings: Settings
    ids: Sequence[str]
    listed: Sequence[Sequence[str]]
    vectors: Callable[[str], tuple[Floats, Mask]]
    rng: np.random.Generator

    def questions(self, rows: Rows, sampler: str) -> list[PoolQuestion]:
        """The questions about (k, s) rows of the items."""
        return [PoolQuestion(tuple(self.ids[place] for place in row), sampler) for row in rows]


@dataclass(frozen=True)
class Known:
    """What the answers so far say.

    places: (n, d) of the items, fitted to the answers. answered: (t, 3) rows [reference, nearer, farther].
    odd: the next questions are odd ones out, not [reference, a, b].
    """

    places: Doubles
    answered: Rows
    odd: bool = False


Picker = Callable[[Known, Rows, int, np.random.Generator], Rows]
Placed = tuple[Sequence[str], Sequence[Sequence[float]]]
"""Items of one arrangement, ids, and the place of each, [x, y] from 0 to 1."""

Follower = Callable[[Sequence[Placed], Sequence[str], int, np.random.Generator, float], tuple[str, ...] | None]


@dataclass(frozen=True, kw_only=True)
class Method(MethodCard):
    """One way to choose the questions of a campaign.

    needs: of NEEDS. tasks: those that it can ask. check: raises InputError for settings that it cannot ask. begin: the
    questions of a new campaign. pick: positions of up to `count` of the (m, 3) candidates, in random order, that are to
    be asked next, the best first; None for a way that has all its questions from the start. follow: of a way that
    chooses for each person anew, the items of the next question, None when nothing more is to be asked; it is given
    what the person arranged so far, all items, how many a question has at most, a generator, and the evidence that is
    enough.
    """

    tasks: tuple[str, ...]
    begin: Callable[[Ask], list[PoolQuestion]]
    check: Callable[[Settings], None] = lambda settings: None
    pick: Picker | None = None
    follow: Follower | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it chooses further questions as answers come in."""
        return self.pick is not None or self.follow is not None

"""What a matcher gets and gives: pairs with a score, the way each came about, and the reasons for one pair."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.memory import Memory
from explorer.base.method import MethodCard
from explorer.base.progress import Progress
from explorer.features.match.side import Side

NEEDS = {
    "texts": "a column of texts on both sides",
    "pictures": "pictures on both sides",
    "vectors": "collections with vectors of one model on both sides",
    "tables": "a folder of tables on both sides",
    "directory": "a file of names and what they stand for",
    "labels": "pairs of which it is known whether they are the same",
}
Value = float | str | bool


@dataclass(frozen=True, kw_only=True)
class Option:
    """A setting of a matcher that people may change.

    name: in commands and addresses. label, help: for people. default: its kind is the kind of all values. least, most:
    bounds of a number. choices: the values of a string, () for any; columns: its value is a column of "left", "right"
    or "both", "" for no column; file: its value is a file that the user brings.
    """

    name: str
    label: str
    default: Value
    help: str = ""
    least: float = 0.0
    most: float = 1.0
    choices: tuple[str, ...] = ()
    columns: str = ""
    file: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    """Two sides to be matched.

    same: left and right are one list, a thing is not matched with itself, and each pair stands once, left row below
    right row. options: values of the matcher's options, all of them. embed: texts to (n, d) float32 unit rows with the
    model that the user chose, None where there is none. memory: keeps what a matcher read of the two sides, so that
    the reasons of one pair do not read them again.
    """

    left: Side
    right: Side
    same: bool = False
    options: Mapping[str, Value] = field(default_factory=dict)
    embed: Callable[[Sequence[str]], Floats] | None = None
    memory: Memory = field(default_factory=Memory, init=False, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """p scored pairs, each at most once, in order of left row, then score from high to low, then right row.

    left, right: (p,) rows. scores: (p,) float32, higher is more alike; finite. route: (p,) int8 places in `routes`: the
    way by which each pair was found, in words for people. parts: by name (p,) float32, what the score is made of, NaN
    where it could not be told. about: small things that the matcher tells about itself and its baselines, for people.
    proposed: how many pairs were compared before the best were kept; 0 for as many as there are.
    """

    left: Rows
    right: Rows
    scores: Floats
    routes: tuple[str, ...]
    route: NDArray[np.int8]
    parts: Mapping[str, Floats] = field(default_factory=dict)
    about: Mapping[str, object] = field(default_factory=dict)
    proposed: int = 0

    def __len__(self) -> int:
        return len(self.left)

    def take(self, places: NDArray[np.int64]) -> "Candidates":
        """Some of the pairs, in the order of `places`."""
        return replace(
            self,
            left=self.left[places],
            right=self.right[places],
            scores=self.scores[places],
            route=self.route[places],
            parts={name: values[places] for name, values in self.parts.items()},
        )


def pair_keys(left: Rows, right: Rows) -> Rows:
    """(p,) a number for each pair of a left and a right row; different pairs have different ones."""
    return np.asarray(left, np.int64) * (1 << 32) + np.asarray(right, np.int64)


def candidates(
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    scores: NDArray[np.floating],
    *,
    routes: Sequence[str],
    route: NDArray[np.integer] | None = None,
    parts: Mapping[str, NDArray[np.floating]] | None = None,
    about: Mapping[str, object] | None = None,
    proposed: int = 0,
) -> Candidates:
    """Pairs in their order, in the right types. route: left out, all came by the first way."""
    order = np.lexsort((right, -scores, left))
    chosen = np.zeros(len(left), np.int8) if route is None else np.asarray(route, np.int8)
    return Candidates(
        left=np.asarray(left, np.int64)[order],
        right=np.asarray(right, np.int64)[order],
        scores=np.asarray(scores, np.float32)[order],
        routes=tuple(routes),
        route=chosen[order],
        parts={name: np.asarray(values, np.float32)[order] for name, values in (parts or {}).items()},
        about=about or {},
        proposed=proposed,
    )


Span = tuple[int, int]
"""First character and the one behind the last, of a text."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One thing that both sides have, side by side.

    name: of the field or measure, for people. left, right: its value on each side as it is shown, "" for none.
    score: how alike, NaN where it could not be told; least, most: the ends of its scale. left_spans, right_spans:
    characters that agree, with the strength of each in 0 to 1.
    """

    name: str
    left: str = ""
    right: str = ""
    score: float = float("nan")
    least: float = 0.0
    most: float = 1.0
    left_spans: tuple[tuple[Span, float], ...] = ()
    right_spans: tuple[tuple[Span, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why two things were matched. fields: side by side. path: the things that join them, from left to right, () for
    none. notes: sentences.
    """

    fields: tuple[Compared, ...] = ()
    path: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Propose = Callable[[Task, Progress], Candidates]
Explain = Callable[[Task, int, int], Reasons]


@dataclass(frozen=True, kw_only=True)
class MatchMethod(MethodCard):
    """The card of a matcher, and the matcher: the same task gives the same pairs.

    kind: of the things it matches: texts, records, tables, columns. propose: scored pairs; InputError names the side,
    row or column that it cannot use. explain: the reasons for the pair of a left and a right row. options: settings.
    """

    kind: str
    propose: Propose
    explain: Explain
    options: tuple[Option, ...] = ()

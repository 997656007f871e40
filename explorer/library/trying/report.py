"""What a trial of another model found, as values that JSON can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from explorer.base.metrics import Score


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A score of a column under both models. gain: new less old, item by item, with its 95 % interval.

    chance: what drawing blindly scores. items: those that count.
    """

    column: str
    old: float
    new: float
    gain: Score
    chance: float

    @property
    def sure(self) -> int:
        """1 when the new model is surely better, -1 when it is surely worse, 0 when chance could have done it."""
        return 1 if self.gain.low > 0 else -1 if self.gain.high < 0 else 0


@dataclass(frozen=True)
class Lists:
    """What each model finds nearest to a text or an item (`asked`): ids, the nearest first."""

    asked: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WhatChanges:
    """A trial of the model `new` beside `old` on `items` of the `collection` items.

    changed: how many of each item's ten nearest within the sample are others, 0 to 10; counts: (11,) items with so
    many. columns: precision of the ten nearest; words: accuracy of the nearest name of the value, of a column each.
    queries: texts, with the items that each model finds; moved: the items whose neighbours change most.
    rate: items a second here; dim: numbers of a vector. stamp: of the vectors of `old` and the state of the items.
    """

    old: str
    new: str
    items: int
    collection: int
    changed: Score
    counts: tuple[int, ...]
    columns: tuple[Beside, ...]
    words: tuple[Beside, ...]
    queries: tuple[Lists, ...]
    moved: tuple[Lists, ...]
    rate: float
    dim: int
    stamp: str = ""

    @property
    def seconds(self) -> float:
        """How long embedding all items takes here."""
        return self.collection / self.rate

    @property
    def bytes(self) -> int:
        """What the vectors of all items take on the disk, two bytes a number."""
        return self.collection * self.dim * 2

    def __str__(self) -> str:
        """The findings in a sentence."""
        parts = [f"{self.changed.value:.1f} of each item’s 10 nearest are others"]
        parts += [f"{one.column}: {one.old:.2f} → {one.new:.2f}" for one in self.columns[:3]]
        return f"On {self.items:,} items, {', '.join(parts)}."

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def from_dict(told: Mapping[str, Any]) -> WhatChanges:
    """What `as_dict` gave; TypeError, KeyError or ValueError for anything else."""
    besides = ("columns", "words")
    lists = ("queries", "moved")
    read: dict[str, Any] = {**told, "changed": Score(**told["changed"]), "counts": tuple(told["counts"])}
    for name in besides:
        read[name] = tuple(Beside(**{**one, "gain": Score(**one["gain"])}) for one in told[name])
    for name in lists:
        read[name] = tuple(Lists(one["asked"], tuple(one["old"]), tuple(one["new"])) for one in told[name])
    return WhatChanges(**read)

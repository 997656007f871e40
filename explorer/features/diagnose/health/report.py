"""What the look at an index's health found, as values and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.index import QueryKind
from explorer.index.recall import mean_interval


@dataclass(frozen=True)
class Built:
    """One graph. recall: mean over the queries of a kind that were searched with `ef` candidates."""

    order: str
    seed: int
    kind: QueryKind
    ef: int
    recall: float


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Queries of a kind whose intrinsic dimension lies from `least` to `most`, and their recall with its interval."""

    kind: QueryKind
    ef: int
    least: float
    most: float
    queries: int
    recall: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Health:
    """items: in each graph. column: of the categories, "" for none. left_out: queries whose dimension is not known."""

    model: str
    column: str
    items: int
    k: int
    efs: tuple[int, ...]
    seeds: int
    kinds: tuple[QueryKind, ...]
    built: tuple[Built, ...]
    bins: tuple[Bin, ...]
    left_out: int

    def recalls(self, order: str, kind: QueryKind, ef: int) -> list[float]:
        """Of the graphs of one order, by seed."""
        return [one.recall for one in self.built if (one.order, one.kind, one.ef) == (order, kind, ef)]

    @property
    def orders(self) -> list[str]:
        """The orders that were tried."""
        return list(dict.fromkeys(one.order for one in self.built))

    def verdict(self, order: str, kind: QueryKind, ef: int) -> tuple[float, bool]:
        """Mean recall less that of random order, and whether every recall of one lies above every one of the other."""
        mine, other = self.recalls(order, kind, ef), self.recalls("random", kind, ef)
        return float(np.mean(mine) - np.mean(other)), min(mine) > max(other) or max(mine) < min(other)


def bins_of(kind: QueryKind, ef: int, dimensions: Doubles, recalls: Doubles, count: int) -> list[Bin]:
    """The (q,) queries in `count` groups of about the same size by their dimension, those without one left out."""
    known = np.flatnonzero(np.isfinite(dimensions))
    parts: Sequence[Any] = np.array_split(known[np.argsort(dimensions[known], kind="stable")], count)
    return [_bin(kind, ef, dimensions[part], recalls[part]) for part in parts if len(part)]


def _bin(kind: QueryKind, ef: int, dimensions: Doubles, recalls: Doubles) -> Bin:
    low, high = mean_interval(recalls)
    return Bin(
        kind=kind,
        ef=ef,
        least=float(dimensions.min()),
        most=float(dimensions.max()),
        queries=len(recalls),
        recall=float(recalls.mean()),
        low=low,
        high=high,
    )


def as_json(found: Health) -> dict[str, Any]:
    """For a file."""
    return asdict(found)


def read_health(kept: dict[str, Any]) -> Health:
    """From `as_json`; KeyError or TypeError where it is of another form."""
    built = tuple(Built(**one) for one in kept["built"])
    bins = tuple(Bin(**one) for one in kept["bins"])
    lists = {"efs": tuple(kept["efs"]), "kinds": tuple(kept["kinds"])}
    return Health(**kept | {"built": built, "bins": bins} | lists)

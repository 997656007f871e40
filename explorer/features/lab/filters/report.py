"""What a run of the filters measured, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from explorer.features.lab.filters.attributes import Goes
from explorer.features.lab.report import Span
from explorer.index import QueryKind, Recall
from explorer.workspace.answers import keep_answer, read_answer


@dataclass(frozen=True, kw_only=True)
class FilterPoint:
    """One way to answer, at one share of items that pass.

    way, setting: as in `registry.FILTER_WAYS`. level: the share in words, goes: with the query or by chance. share:
    mean share that passes; passing: fewest and most items that did. recall: of the exact answer among these.
    milliseconds: the median query, and the middle half. near: share of the ten nearest of all items that pass, so how
    much the attribute goes with the query. how: queries by how the index says that it answered.
    """

    way: str
    setting: str
    kind: QueryKind
    goes: Goes
    level: str
    share: float
    passing: tuple[int, int]
    near: float
    recall: Recall
    milliseconds: Span
    how: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Unfiltered:
    """The same queries without a filter, on the graph."""

    kind: QueryKind
    ef: int
    recall: Recall
    milliseconds: Span


@dataclass(frozen=True, kw_only=True)
class FilterReport:
    """All of one run. column: "" for attributes that were made."""

    model: str
    column: str
    items: int
    dim: int
    unfiltered: tuple[Unfiltered, ...]
    points: tuple[FilterPoint, ...]

    @property
    def kinds(self) -> list[QueryKind]:
        """The kinds of query, in the order of measuring."""
        return [one.kind for one in self.unfiltered]

    def of(self, kind: QueryKind, goes: Goes) -> list[FilterPoint]:
        """The points of one kind of query and attribute."""
        return [point for point in self.points if (point.kind, point.goes) == (kind, goes)]


def keep_filters(path: Path, report: FilterReport) -> None:
    """Keep a report for the page."""
    keep_answer(path, asdict(report))


def kept_filters(path: Path) -> FilterReport | None:
    """The report that is kept there; None when there is none, or it cannot be read: it is then measured again."""
    found = read_answer(path)
    try:
        return _report(found) if found else None
    except (KeyError, TypeError):
        return None


def _report(found: dict[str, Any]) -> FilterReport:
    points = tuple(FilterPoint(**_told(one) | {"passing": tuple(one["passing"])}) for one in found["points"])
    unfiltered = tuple(Unfiltered(**_told(one)) for one in found["unfiltered"])
    return FilterReport(**found | {"points": points, "unfiltered": unfiltered})


def _told(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"recall": Recall(**one["recall"]), "milliseconds": Span(**one["milliseconds"])}

"""What a tab of the lab measured: points of quality against cost, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from explorer.index import QueryKind, Recall
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened

FORMAT = 1


@dataclass(frozen=True)
class Cost:
    """How a cost is written: its unit, and whether more of it is better."""

    label: str
    more_is_better: bool = False
    digits: int = 0


COSTS = {
    "per_second": Cost("queries a second, one after another", more_is_better=True),
    "seconds": Cost("seconds", digits=2),
    "milliseconds": Cost("milliseconds a query", digits=2),
    "megabytes": Cost("megabytes in memory", digits=1),
    "build_seconds": Cost("seconds to build", digits=1),
    "scanned": Cost("items compared a query"),
    "calls": Cost("calls of the scorer a query"),
}


@dataclass(frozen=True)
class Span:
    """A measured number, and the lowest and highest of its repetitions or of its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Self:
        """A number that is counted and not measured."""
        return cls(value, value, value)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One way to search with one setting, on queries of one kind.

    way: name in `contract.METHODS`. setting: in the words of its options, such as "ef 64". costs: by name of `COSTS`.
    more: further numbers by a name for people.
    """

    way: str
    setting: str
    kind: QueryKind
    recall: Recall
    costs: Mapping[str, Span]
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LabReport:
    """All that one run of a tab measured.

    tab: its name in addresses. items, dim: of the searched vectors. notes: what a reader has to know, whole sentences.
    """

    tab: str
    model: str
    items: int
    dim: int
    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()

    def of(self, kind: QueryKind) -> list[Point]:
        """The points of one kind of query, in the order of measuring."""
        return [point for point in self.points if point.kind == kind]

    @property
    def kinds(self) -> list[QueryKind]:
        """The kinds of query that were asked, in the order of measuring."""
        return list(dict.fromkeys(point.kind for point in self.points))


def report_path(opened: Opened, tab: str, spec: str, *question: object) -> Path:
    """Where the report of a tab about a model is kept; `question`: its settings, in a fixed order."""
    return answer_path(opened, f"lab/{tab}", (FORMAT, spec, *question), models_stamp(opened.workspace, spec))


def keep_report(path: Path, report: LabReport) -> None:
    """Keep a report for the page."""
    keep_answer(path, asdict(report))


def kept_report(path: Path) -> LabReport | None:
    """The report that is kept there; None when there is none, or it cannot be read: it is then measured again."""
    found = read_answer(path)
    try:
        return report_from(found) if found else None
    except (KeyError, TypeError):
        return None


def report_from(found: dict[str, Any]) -> LabReport:
    """The report that JSON holds; KeyError or TypeError when it holds something else."""
    points = tuple(_point(point) for point in found["points"])
    return LabReport(**found | {"points": points, "notes": tuple(found["notes"])})


def _point(found: dict[str, Any]) -> Point:
    costs = {name: Span(**span) for name, span in found["costs"].items()}
    return Point(**found | {"recall": Recall(**found["recall"]), "costs": costs})

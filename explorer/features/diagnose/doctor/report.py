"""What the index doctor found, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.base.metrics import Score
from explorer.features.diagnose.doctor.meta import MetaFeatures
from explorer.features.diagnose.doctor.metrics import Metric
from explorer.features.diagnose.doctor.task import TaskScores
from explorer.features.diagnose.doctor.tree import Advice, advice

SAME = 0.005
"""Label recall that is given away by an index that counts as good enough."""


@dataclass(frozen=True)
class GraphPoint:
    """HNSW with `ef` candidates. recall: share of the exact k nearest that it finds. task: label recall@k.
    per_second: queries, one after another.
    """

    ef: int
    recall: Score
    task: Score
    per_second: float


@dataclass(frozen=True, kw_only=True)
class ByMetric:
    """Search by one metric. exact: the task by exact search; against: its label recall less that by cosine. agrees:
    share of the Euclidean k nearest that it finds. curve: by HNSW, ascending.
    """

    exact: TaskScores
    against: Score
    agrees: float
    curve: tuple[GraphPoint, ...]


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """All of it. alike: all vectors have one length, so the three metrics rank alike and cosine stands for all.

    known: whether the lengths of the vectors are those that the user brought. items, queries: that were searched, and
    searched for. by_words: label recall@k of the labels' own names by cosine; None where the model reads no texts.
    """

    model: str
    column: str
    alike: bool
    known: bool
    items: int
    queries: int
    labels: int
    chance: float
    metrics: Mapping[Metric, ByMetric]
    meta: MetaFeatures
    by_words: Score | None

    @property
    def advice(self) -> Advice:
        """What the decision tree comes to."""
        return advice(self.meta)

    @property
    def best(self) -> Metric:
        """The metric of the highest label recall by exact search; cosine where none is above it."""
        best = max(self.metrics, key=lambda name: self.metrics[name].exact.recall.value)
        return best if best != "cosine" and self.metrics[best].against.low > 0 else "cosine"

    def enough(self, metric: Metric) -> GraphPoint | None:
        """The smallest ef whose label recall is within half a point of that of exact search; None when none is."""
        found = self.metrics[metric]
        wanted = found.exact.recall.value - SAME
        return next((point for point in found.curve if point.task.value >= wanted), None)


def read_diagnosis(kept: dict[str, Any]) -> Diagnosis:
    """From the JSON of `asdict`; KeyError or TypeError where it is of another form."""
    metrics: dict[Metric, ByMetric] = {name: _by_metric(found) for name, found in kept["metrics"].items()}
    words = kept["by_words"]
    meta = MetaFeatures(**kept["meta"])
    return Diagnosis(**kept | {"metrics": metrics, "meta": meta, "by_words": Score(**words) if words else None})


def _by_metric(found: dict[str, Any]) -> ByMetric:
    exact = found["exact"]
    votes = {int(count): Score(**score) for count, score in exact["majority"].items()}
    task = TaskScores(exact["k"], Score(**exact["recall"]), Score(**exact["hit"]), votes)
    curve = tuple(
        GraphPoint(one["ef"], Score(**one["recall"]), Score(**one["task"]), one["per_second"]) for one in found["curve"]
    )
    return ByMetric(exact=task, against=Score(**found["against"]), agrees=found["agrees"], curve=curve)

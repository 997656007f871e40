"""How much of the exact answer an index finds, on queries that are not in it, and the ef that reaches a target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import wilson
from explorer.base.sampling import at_most
from explorer.index.contract import Index, Neighbours, QueryKind

EFS = (10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
BEYOND = 2  # steps of the curve after the target is reached
ROUNDING = 1e-12  # variances below it are those of equal numbers


class Tunable(Index, Protocol):
    """An index that keeps more candidates the higher its ef. efs: by kind of query; 0: search exactly."""

    efs: Mapping[QueryKind, int]


@dataclass(frozen=True)
class Recall:
    """Recall@k: the share of the k answers that are among the exact k nearest, mean over queries, with a 95 % interval.

    An answer as similar as the exact k-th counts as found: which of equal items is named does not matter.
    """

    value: float
    low: float
    high: float
    queries: int
    k: int = 10

    @classmethod
    def of(cls, shares: NDArray[np.float64], k: int) -> Self:
        """From the (q,) share that was found for each query."""
        return cls(float(shares.mean()), *mean_interval(shares), len(shares), k)


@dataclass(frozen=True)
class Tuning:
    """The smallest tried ef whose recall, to the low end of its interval, reaches `target` for one kind of query.

    When none does, `reached` is False, `ef` 0 (search is exact) and `recall` that of the largest tried.

    curve: (ef, recall, low, high) of all that were tried, ascending.
    """

    ef: int
    recall: Recall
    target: float
    reached: bool
    curve: tuple[tuple[int, float, float, float], ...]


def measure_recall(
    index: Index, exact: Index | Neighbours, queries: Floats, k: int = 10, kind: QueryKind = "item"
) -> Recall:
    """Compare `index` with `exact` (exact search over the same items, or its answers) on (q, d) `queries` of a kind.

    Queries made of single items must not be in the index: an item is easier to find than what is not there.
    """
    truth = exact if isinstance(exact, Neighbours) else exact.query(queries, k)
    return recall_of(index.query(queries, k, kind=kind), truth)


def tune_ef(
    index: Tunable,
    exact: Index,
    queries: Floats,
    target: float = 0.99,
    *,
    k: int = 10,
    kind: QueryKind = "item",
) -> Tuning:
    """Set the ef of this `kind` to the smallest of `EFS` whose recall@k is at least `target` with 97.5 % confidence.

    The recall is measured on the (q, d) `queries`; the low end of its interval counts, since the smallest ef with a
    good value on these queries would have a lower one on others. Where none reaches it, queries of this kind are
    answered exactly from now on (ef 0).
    Raises InputError when `target` is not above 0 and at most 1, or there are no queries.
    """
    if not 0 < target <= 1:
        raise InputError(f"Target recall: expected above 0 and at most 1, got {target}.")
    if not len(queries):
        raise InputError("Tuning ef: expected at least one held-out query, got none.")
    truth = exact.query(queries, k)
    tried: list[tuple[int, Recall]] = []
    for ef in EFS:
        index.efs = {**index.efs, kind: ef}
        tried.append((ef, measure_recall(index, truth, queries, k, kind)))
        if sum(recall.low >= target for _, recall in tried) > BEYOND:
            break
    chosen = next((pair for pair in tried if pair[1].low >= target), (0, tried[-1][1]))
    index.efs = {**index.efs, kind: chosen[0]}
    curve = tuple((ef, recall.value, recall.low, recall.high) for ef, recall in tried)
    return Tuning(*chosen, target, chosen[0] > 0, curve)


def held_out(rows: Rows, generator: Generator) -> Rows:
    """Choose rows to keep out of a trial index: 5 %, at least 100 where that is not more than half, at most 1,000."""
    count = min(1000, max(len(rows) // 20, min(100, len(rows) // 2)))
    return at_most(rows, count, generator)


def mean_interval(shares: NDArray[np.float64]) -> tuple[float, float]:
    """95 % interval of the mean of (q,) shares in [0, 1], one a query.

    Wilson's interval with the effective number of trials p(1 - p) / variance of the mean (Korn & Graubard 1998), so
    that the spread between queries counts; with no spread (such as all found) one trial a query: the safe side.
    """
    count, mean = len(shares), float(shares.mean())
    variance = float(shares.var(ddof=1)) / count if count > 1 else 0.0
    trials = max(count, mean * (1 - mean) / variance) if variance > ROUNDING else count
    return wilson(mean, trials)


def recall_shares(found: Neighbours, truth: Neighbours) -> NDArray[np.float64]:
    """(q,) share of the exact k nearest that was found for each query; an answer as similar as the last of them counts.

    Similarities decide, so the rows of both may be numbered differently.
    """
    exists = truth.rows >= 0
    last = np.where(exists, truth.similarities, np.inf).min(axis=1, keepdims=True)
    hits = ((found.rows >= 0) & (found.similarities >= last)).sum(axis=1)
    wanted = exists.sum(axis=1)
    return np.where(wanted > 0, hits / np.maximum(wanted, 1), 1.0)


def recall_of(found: Neighbours, truth: Neighbours) -> Recall:
    """Compare answers with the exact ones (both (q, k)); where fewer than k exist, the share of these counts."""
    return Recall.of(recall_shares(found, truth), truth.rows.shape[1])

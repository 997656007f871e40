"""How far each point of a map can be believed.

Trustworthiness (Venna & Kaski 2001) of a point: 1 - 2 / (k (2n - 3k - 1)) * sum of (rank - k) over those of its k
nearest on the map that are not among its k nearest in the space; rank is their place in the order of distance in the
space. It is 1 when every neighbour shown is a true one. Continuity is the same with map and space exchanged: it is 1
when every true neighbour is shown. Their means over points are the map's; chance is about 0.5. Equal distances share
the better rank.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.progress import Progress, Silent
from explorer.maps.compiled import compiled
from explorer.maps.model import KEPT, MapModel
from explorer.maps.neighbours import blocks

Doubles = NDArray[np.float64]
EXACT_ITEMS = 5_000
REFERENCES = 2_000
_TIE = 1e-12
_BLOCK = 256


@dataclass(frozen=True)
class Faithfulness:
    """trustworthiness, continuity: (n,) float32 in 0 to 1. k: neighbours looked at. note: how it was measured."""

    trustworthiness: Floats
    continuity: Floats
    k: int
    note: str


def faithfulness(
    vectors: NDArray[Any], model: MapModel, k: int = KEPT, *, seed: int = 0, progress: Progress | None = None
) -> Faithfulness:
    """Measure each place in `model` against the unit rows of (n, d) `vectors`: exact up to 5,000 items, else estimated.

    The estimate takes the true k neighbours among the anchors (all items, or the fitted sample) and counts ranks on
    `REFERENCES` random anchors: the error of one point's value is below about 0.01 (measured).
    """
    progress = progress or Silent()
    if len(vectors) <= EXACT_ITEMS:
        progress.start("faithfulness", 2)
        trust = trustworthiness_per_point(vectors, model.coords, k)
        progress.advance(1)
        continuity = continuity_per_point(vectors, model.coords, k)
        progress.finish()
        used = _fitting_k(k, len(vectors))
        return Faithfulness(trust.astype(np.float32), continuity.astype(np.float32), used, "exact")
    if len(model.anchors) < 3:
        alike = np.ones(len(vectors), dtype=np.float32)
        return Faithfulness(alike, alike.copy(), 1, "fewer than 3 different items")
    return _estimate(vectors, model, _fitting_k(min(k, model.neighbours.shape[1]), len(model.anchors)), seed, progress)


def trustworthiness_per_point(vectors: NDArray[Any], coords: NDArray[Any], k: int = KEPT) -> Doubles:
    """Return (n,) exact trustworthiness of (n, 2) `coords` for the unit rows of (n, d) `vectors`; time grows with n².

    k is lowered below n / 2, where the definition ends; with fewer than 3 points every value is 1.
    """
    return _exact(unit_rows(vectors), coords, k)


def continuity_per_point(vectors: NDArray[Any], coords: NDArray[Any], k: int = KEPT) -> Doubles:
    """Return (n,) continuity; see `trustworthiness_per_point`."""
    return _exact(coords, unit_rows(vectors), k)


def _fitting_k(k: int, count: int) -> int:
    return max(1, min(k, (count - 1) // 2))


def _exact(truth: NDArray[Any], shown: NDArray[Any], k: int) -> Doubles:
    """One minus the penalty of the k nearest in `shown` by their ranks in `truth`."""
    count = len(truth)
    if count < 3:
        return np.ones(count)
    k = _fitting_k(k, count)
    truth, shown = np.asarray(truth, dtype=np.float64), np.asarray(shown, dtype=np.float64)
    result = np.empty(count)
    for block in blocks(count, _BLOCK):
        here, there = _others(shown, block), _others(truth, block)
        near = np.argpartition(here, k - 1, axis=1)[:, :k]
        ranks = 1 + _nearer(there, np.take_along_axis(there, near, axis=1))
        result[block] = _score(ranks, k, count)
    return result


def _others(points: Doubles, block: slice) -> Doubles:
    """Squared distances (b, n) from a block of points to all; infinite to themselves."""
    distances = _squared(points[block], points)
    distances[np.arange(len(distances)), np.arange(block.start, block.stop)] = np.inf
    return distances


def _squared(left: Doubles, right: Doubles) -> Doubles:
    if left.shape[1] <= 3:  # differences lose nothing to cancellation
        return np.asarray(sum((left[:, None, axis] - right[None, :, axis]) ** 2 for axis in range(left.shape[1])))
    lengths = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)
    return np.asarray(lengths - 2 * left @ right.T)


def _nearer(distances: NDArray[Any], limits: NDArray[Any], tie: float = _TIE) -> Rows:
    """For each of the (b, k) limits, how many of the row's (b, m) distances are clearly smaller."""
    counts = np.empty(limits.shape, dtype=np.int64)
    compiled(_count_nearer, finite=False)(distances, limits - tie, counts)
    return counts


def _count_nearer(distances: Any, limits: Any, counts: Any) -> None:
    """Count for each of the (b, k) limits the row's (b, m) distances below it; a row stays in the processor's cache."""
    for row in range(len(distances)):
        for place in range(limits.shape[1]):
            limit, count = limits[row, place], 0
            for column in range(distances.shape[1]):
                count += distances[row, column] < limit
            counts[row, place] = count


def _score(ranks: NDArray[Any], k: int, count: int) -> Doubles:
    penalty = np.maximum(ranks - k, 0).sum(axis=1)
    return np.asarray(np.clip(1 - penalty * 2 / (k * (2 * count - 3 * k - 1)), 0, 1))


def _estimate(vectors: NDArray[Any], model: MapModel, k: int, seed: int, progress: Progress) -> Faithfulness:
    return faithfulness_of(
        np.arange(len(vectors)),
        vectors,
        model.coords,
        anchors=model.anchors,
        true=model.neighbours[:, :k],
        seed=seed,
        progress=progress,
    )


def faithfulness_of(
    rows: Rows,
    vectors: NDArray[Any],
    coords: Floats,
    *,
    anchors: Rows,
    true: Rows,
    seed: int = 0,
    progress: Progress | None = None,
) -> Faithfulness:
    """The estimate for chosen (q,) `rows` of the (n, d) `vectors` and (n, 2) `coords`, in their order.

    anchors: (m,) rows that the map was fitted on. true: (q, k) the nearest of them in space, as positions in `anchors`.
    """
    progress, k, places = progress or Silent(), true.shape[1], coords.astype(np.float64)
    chosen = np.random.default_rng(seed).choice(len(anchors), min(REFERENCES, len(anchors)), replace=False)
    own = np.full(len(vectors), -1)
    own[anchors[chosen]] = np.arange(len(chosen))
    shown = _near_on_map(places, anchors, rows, k)
    references = unit_rows(vectors[anchors[chosen]])
    trust, continuity = np.empty(len(rows), dtype=np.float32), np.empty(len(rows), dtype=np.float32)
    progress.start("faithfulness", len(rows))

    def measure(block: slice) -> int:
        here, which = unit_rows(vectors[rows[block]]), rows[block]
        near = unit_rows(vectors[anchors[shown[block]].ravel()]).reshape(len(here), k, -1)
        limits = -np.einsum("bd,bkd->bk", here, near)
        trust[block] = _score(_ranks(-here @ references.T, own[which], limits, 1e-6, len(anchors)), k, len(anchors))
        limits = ((places[which, None] - places[anchors[true[block]]]) ** 2).sum(axis=2)
        distances = _squared(places[which], places[anchors[chosen]])
        continuity[block] = _score(_ranks(distances, own[which], limits, _TIE, len(anchors)), k, len(anchors))
        return int(block.stop)

    with ThreadPoolExecutor(cpu_count() or 1) as cores:
        for done in cores.map(measure, blocks(len(rows), _BLOCK)):
            progress.advance(done)
    progress.finish()
    note = f"estimated: {k} neighbours among {len(anchors):,} items, ranks counted on {len(chosen):,} random ones"
    return Faithfulness(trust, continuity, k, note)


def _ranks(distances: NDArray[Any], own: Rows, limits: NDArray[Any], tie: float, count: int) -> Doubles:
    """Estimate ranks among `count` items from the share of the reference items that are nearer.

    own: (b,) which reference the point itself is, -1 for none; it does not count.
    """
    itself = own >= 0
    distances[itself, own[itself]] = np.inf
    scale = (count - 1) / np.maximum(distances.shape[1] - itself, 1)
    return np.asarray(1 + _nearer(distances, limits, tie) * scale[:, None])


def _near_on_map(coords: Doubles, anchors: Rows, rows: Rows, k: int) -> Rows:
    """(q, k) positions in `anchors` of those nearest to each of the `rows` on the map, the point itself left out."""
    from scipy.spatial import cKDTree

    _, near = cKDTree(coords[anchors]).query(coords[rows], k + 1, workers=-1)
    own = np.full(len(coords), -1)
    own[anchors] = np.arange(len(anchors))
    drop = near == own[rows][:, None]
    drop[~drop.any(axis=1), -1] = True
    return np.asarray(near[~drop].reshape(len(rows), k), dtype=np.int64)

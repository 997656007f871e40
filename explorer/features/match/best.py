"""The best of each row of a matrix of scores, block by block, as candidates. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.progress import Progress

NUMBERS = 4_000_000  # scores that are worked out at a time


@dataclass(frozen=True)
class Scored:
    """Scores of some left rows with all right ones. total: (b, m). parts: (b, m) each, what the total is made of."""

    total: Floats
    parts: Mapping[str, Floats]


@dataclass(frozen=True)
class Best:
    """p pairs. left, right: (p,) rows. scores: (p,). parts: (p,) each."""

    left: Rows
    right: Rows
    scores: Floats
    parts: Mapping[str, Floats]


def row_blocks(rows: int, columns: int) -> Iterator[Rows]:
    """Row numbers from 0 to rows - 1, in blocks of about `NUMBERS` scores."""
    step = max(1, NUMBERS // max(columns, 1))
    for start in range(0, rows, step):
        yield np.arange(start, min(start + step, rows))


def places_of_best(scores: NDArray[np.floating], keep: int) -> Rows:
    """(b, k) columns of the best scores of each row, best first, of equal ones the first; k ≤ keep."""
    most = min(keep, scores.shape[1])
    if most == scores.shape[1]:
        return np.argsort(-scores, axis=1, kind="stable").astype(np.int64)
    last = -np.partition(-scores, most - 1, axis=1)[:, most - 1 : most]
    found = np.empty((len(scores), most), np.int64)
    for row, values in enumerate(scores):  # of those equal to the last one that counts, the first are taken
        near = np.flatnonzero(values >= last[row])
        found[row] = near[np.argsort(-values[near], kind="stable")[:most]]
    return found


def best_pairs(
    sizes: tuple[int, int],
    score: Callable[[Rows], Scored],
    *,
    keep: int,
    least: float,
    same: bool,
    progress: Progress,
    what: str = "comparing",
) -> Best:
    """The best `keep` right rows of each left one whose score is above `least`.

    sizes: of the two sides. score: of some left rows with all right ones. same: one list; a row does not meet itself,
    and each pair stands once, left below right.
    """
    found: list[tuple[Rows, Rows, Floats, dict[str, Floats]]] = []
    progress.start(what, sizes[0])
    for rows in row_blocks(*sizes):
        block = score(rows)
        total = block.total.copy()
        if same:
            total[np.arange(len(rows)), rows] = -np.inf
        columns = places_of_best(total, keep)
        values = np.take_along_axis(total, columns, axis=1)
        kept = np.isfinite(values) & (values > least)
        at, places = np.nonzero(kept)
        parts = {name: part[at, columns[at, places]] for name, part in block.parts.items()}
        found.append((rows[at], columns[at, places], values[kept], parts))
        progress.advance(int(rows[-1]) + 1)
    progress.finish()
    return _once(_joined(found), same)


def best_of_either(left: Rows, right: Rows, order: Rows, keep: int, *, same: bool) -> Mask:
    """(p,) True for the first `keep` pairs of each left row; of one list (same) also for those of each right row.

    order: (p,) places of the pairs, the best first.
    """
    found = _first_of_rows(left, order, keep)
    return found | _first_of_rows(right, order, keep) if same else found


def best_places(best: Best, scores: Floats, keep: int, *, same: bool) -> Rows:
    """Places of the pairs that are kept by (p,) `scores`, see `best_of_either`: by left row, the best of each first.

    Of equal ones the higher score of the pairs themselves goes first, then the lower right row.
    """
    ranked = np.lexsort((best.right, -best.scores, -scores))
    chosen = best_of_either(best.left, best.right, ranked, keep, same=same)
    order = ranked[np.argsort(best.left[ranked], kind="stable")]
    return np.asarray(order[chosen[order]], np.int64)


def _first_of_rows(rows: Rows, order: Rows, keep: int) -> Mask:
    places = order[np.argsort(rows[order], kind="stable")]
    ordered = rows[places]
    found = np.zeros(len(rows), bool)
    found[places[np.arange(len(rows)) - np.searchsorted(ordered, ordered) < keep]] = True
    return found


def each_once(left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """The pairs of one list, each once and none with itself, left row below right row."""
    apart = left != right
    low, high = np.minimum(left, right)[apart], np.maximum(left, right)[apart]
    once = np.unique(np.stack([low, high]), axis=1)
    return once[0], once[1]


def _joined(found: list[tuple[Rows, Rows, Floats, dict[str, Floats]]]) -> Best:
    if not found:
        return Best(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), {})
    left, right, scores = (np.concatenate([one[place] for one in found]) for place in range(3))
    parts = {name: np.concatenate([one[3][name] for one in found]) for name in found[0][3]}
    return Best(left, right, scores, parts)


def _once(best: Best, same: bool) -> Best:
    """Of one list, each pair once."""
    if not same:
        return best
    low, high = np.minimum(best.left, best.right), np.maximum(best.left, best.right)
    first = np.unique(np.stack([low, high]), axis=1, return_index=True)[1]
    parts = {name: values[first] for name, values in best.parts.items()}
    return Best(low[first], high[first], best.scores[first], parts)

"""UMAP's layout on all cores, the same at every run.

UMAP moves both ends of an edge at once, so the next edge already sees them there: in another order the map is another
one, and one core must do it alone. Here each point moves by its own edges and by drawn others alone, and all it sees of
the others is where they were after the epoch before. So any number of cores gives the same map. An edge stands at both
of its ends; a point therefore takes each of its steps twice, as UMAP moves it once for either.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import cpu_count
from typing import Any

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.maps.compiled import compiled

DIMS = 3
"""Coordinates that the inner loop works on; those that a map does not have stay 0."""
NEGATIVES = 5
"""Points drawn for each step along an edge, to be pushed away."""
PARTS = 2048
"""Points that a core moves before it takes the next ones."""


def optimise(
    start: Floats, graph: Any, curve: tuple[float, float], *, epochs: int, seed: int, progress: Progress
) -> Floats:
    """Return (n, d) float32 places, d ≤ 3, after so many epochs of UMAP's layout (McInnes, Healy & Melville 2018).

    start: (n, d). graph: symmetric sparse (n, n) strengths of the fuzzy graph. curve: a and b of its 1 / (1 + a x^2b).
    """
    edges = graph.tocsr().copy()
    edges.sum_duplicates()
    strongest = edges.data.max(initial=0.0)
    edges.data[edges.data * epochs < strongest] = 0  # such an edge would never have its turn
    edges.eliminate_zeros()
    rates = (edges.data / (strongest or 1)).astype(np.float32)
    old = np.zeros((len(start), DIMS), np.float32)
    old[:, : start.shape[1]] = start
    new = old.copy()
    a, b = np.float32(curve[0]), np.float32(curve[1])
    sides = (edges.indptr, edges.indices, rates)
    move, parts = compiled(_move), range(0, len(start), PARTS)
    progress.start("UMAP epochs", epochs)
    with ThreadPoolExecutor(min(cpu_count() or 1, len(parts) or 1)) as pool:
        for epoch in range(epochs):
            step = np.float32(1 - epoch / epochs)
            turns = [(epoch, seed, low, min(low + PARTS, len(old))) for low in parts]
            list(pool.map(partial(move, (old, new), sides, (a, b, step)), turns))
            old, new = new, old
            progress.advance(epoch + 1)
    progress.finish()
    return np.ascontiguousarray(old[:, : start.shape[1]])


def _move(places: Any, edges: Any, force: Any, turn: Any) -> None:
    """Move some points by one epoch.

    places: (n, 3) before it, and (n, 3) that takes those after it. edges: where those of a point begin, their other
    ends, how often each has its turn in an epoch. force: a, b, and the length of a step. turn: number of the epoch, the
    seed, the first point and the one behind the last.
    """
    (old, new), (starts, ends, rates), (a, b, step), (epoch, seed, low, high) = places, edges, force, turn
    count = np.uint64(len(old))
    one, two, near, most = np.float32(1), np.float32(2), np.float32(0.001), np.float32(4)
    now, before = np.float32(epoch + 1), np.float32(epoch)
    key = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(epoch) * np.uint64(0xD1342543DE82EF95)
    for i in range(low, high):
        x, y, z = old[i, 0], old[i, 1], old[i, 2]
        drawn = (key + np.uint64(i + 1) * np.uint64(0xBF58476D1CE4E5B9)) | np.uint64(1)
        for e in range(starts[i], starts[i + 1]):
            if np.int32(now * rates[e]) == np.int32(before * rates[e]):
                continue  # not the turn of this edge
            j = ends[e]
            dx, dy, dz = x - old[j, 0], y - old[j, 1], z - old[j, 2]
            square = dx * dx + dy * dy + dz * dz
            if square > 0:
                pull = a * square**b
                along = -two * b * pull / (square * (pull + one))
                x += two * step * min(max(along * dx, -most), most)
                y += two * step * min(max(along * dy, -most), most)
                z += two * step * min(max(along * dz, -most), most)
            for _ in range(NEGATIVES):
                drawn ^= drawn << np.uint64(13)  # xorshift (Marsaglia 2003)
                drawn ^= drawn >> np.uint64(7)
                drawn ^= drawn << np.uint64(17)
                k = np.int64(((drawn >> np.uint64(32)) * count) >> np.uint64(32))
                dx, dy, dz = x - old[k, 0], y - old[k, 1], z - old[k, 2]
                square = dx * dx + dy * dy + dz * dz
                if square > 0 and k != i:
                    along = two * b / ((near + square) * (a * square**b + one))
                    x += step * min(max(along * dx, -most), most)
                    y += step * min(max(along * dy, -most), most)
                    z += step * min(max(along * dz, -most), most)
        new[i, 0], new[i, 1], new[i, 2] = x, y, z

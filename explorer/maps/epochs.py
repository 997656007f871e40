"""UMAP's layout on all cores, the same at every run.

UMAP moves both ends of an edge at once, and the next edge already sees them there. To let several cores do so, the
points are put in groups by chance: a core that has the edges between two groups moves the points of these alone, while
others have other pairs, as in a tournament (strata: Gemulla, Nijkamp, Haas & Sismanis 2011). Points that are drawn to
be pushed away from are seen where they were after the epoch before. So any number of cores gives the same map. Where
each point was moved by its own edges alone, neighbours came nearer together and more was torn apart.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.maps.compiled import compiled

DIMS = 3
"""Coordinates that the inner loop works on; those that a map does not have stay 0."""
NEGATIVES = 5
"""Points drawn for each step along an edge, to be pushed away."""
GROUPS = 16
"""Groups of points, an even number; half as many pairs of them have their edges moved at a time."""
ALONE = 4_000
"""Up to so many points are one group, as handing out the work would take longer than doing it."""
FALL = 1.5
"""A step is (1 - share of epochs done) to this power; UMAP's is 1, and leaves neighbours less settled at the end."""


def optimise(
    start: Floats, graph: Any, curve: tuple[float, float], *, epochs: int, seed: int, progress: Progress
) -> Floats:
    """Return (n, d) float32 places, d ≤ 3, after so many epochs of UMAP's layout (McInnes, Healy & Melville 2018).

    start: (n, d). graph: symmetric sparse (n, n) strengths of the fuzzy graph. curve: a and b of its 1 / (1 + a x^2b).
    """
    order = np.random.default_rng(seed).permutation(len(start))
    groups = GROUPS if len(start) > ALONE else 1
    edges = _in_turn(_lasting(graph, epochs), order, groups)
    places = np.zeros((len(start), DIMS), np.float32)
    places[:, : start.shape[1]] = start[order]
    _run(places, edges, curve, groups=groups, epochs=epochs, seed=seed, progress=progress)
    found = np.empty((len(start), start.shape[1]), np.float32)
    found[order] = places[:, : start.shape[1]]
    return found


def _lasting(graph: Any, epochs: int) -> Any:
    """Each edge of `graph` once, without those too weak to have a turn in so many epochs."""
    edges = graph.tocsr().copy()
    edges.sum_duplicates()
    edges.data[edges.data * epochs < edges.data.max(initial=0.0)] = 0
    edges.eliminate_zeros()
    return edges.tocoo()


def _in_turn(edges: Any, order: Rows, groups: int) -> tuple[Rows, Rows, Floats, Rows]:
    """Both ends of each edge as positions in (n,) `order`, how often an epoch it has its turn, and where pairs begin.

    Edges are sorted by pair of groups; pairs r * groups to (r + 1) * groups share no group with each other.
    """
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    heads, tails = place[edges.row], place[edges.col]
    pairs = _pairs(heads, tails, groups, max(1, -(-len(order) // groups)))
    turn = np.argsort(pairs, kind="stable")
    rates = (edges.data / edges.data.max(initial=1e-30)).astype(np.float32)
    begins = np.concatenate([[0], np.cumsum(np.bincount(pairs, minlength=groups**2))])
    return heads[turn], tails[turn], rates[turn], begins


def _pairs(heads: Rows, tails: Rows, groups: int, size: int) -> NDArray[np.uint16]:
    """Which pair of groups of `size` points each edge belongs to, numbered by rounds of a tournament.

    In a round each group meets one other (the circle method); in the last each is by itself.
    """
    one, two = heads // size, tails // size
    low, high, last = np.minimum(one, two), np.maximum(one, two), groups - 1
    meeting = np.where(high == last, low, (one + two) * (groups // 2) % max(last, 1))
    return np.asarray(np.where(one == two, last, meeting) * groups + low, dtype=np.uint16)


def _run(
    places: Floats, edges: Any, curve: tuple[float, float], *, groups: int, epochs: int, seed: int, progress: Progress
) -> None:
    """Move the (n, 3) `places` by all epochs."""
    before, cores = np.empty_like(places), min(cpu_count() or 1, max(groups // 2, 1))
    move: Callable[..., None] = partial(compiled(_move), (before, places), edges)
    a, b = np.float32(curve[0]), np.float32(curve[1])
    progress.start("UMAP epochs", epochs)
    with ThreadPoolExecutor(cores) as pool:
        for epoch in range(epochs):
            before[:] = places
            force = a, b, np.float32((1 - epoch / epochs) ** FALL)
            for first in range(0, groups**2, groups):
                shares = [(epoch, seed, first + core, first + groups, cores) for core in range(cores)]
                list(pool.map(partial(move, force), shares))
            progress.advance(epoch + 1)
    progress.finish()


def _move(places: Any, edges: Any, force: Any, turn: Any) -> None:
    """Move the points of some pairs of groups by one epoch.

    places: (n, 3) before it, and (n, 3) that are moved. edges: their first and second ends, how often each has its turn
    in an epoch, and where those of a pair begin. force: a, b, and the length of a step. turn: number of the epoch, the
    seed, the first pair, the one behind the last, and how many further the next pair is.
    """
    (old, new), (heads, tails, rates, begins) = places, edges
    (a, b, step), (epoch, seed, first, behind, further) = force, turn
    count = np.uint64(len(old))
    one, two, near, most = np.float32(1), np.float32(2), np.float32(0.001), np.float32(4)
    now, before = np.float32(epoch + 1), np.float32(epoch)
    key = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(epoch) * np.uint64(0xD1342543DE82EF95)
    for pair in range(first, behind, further):
        drawn = key + np.uint64(pair + 1) * np.uint64(0xBF58476D1CE4E5B9)
        drawn = ((drawn ^ (drawn >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)) | np.uint64(1)
        for e in range(begins[pair], begins[pair + 1]):
            if np.int32(now * rates[e]) == np.int32(before * rates[e]):
                continue  # not the turn of this edge
            i, j = heads[e], tails[e]
            x, y, z = new[i, 0], new[i, 1], new[i, 2]
            dx, dy, dz = x - new[j, 0], y - new[j, 1], z - new[j, 2]
            square = dx * dx + dy * dy + dz * dz
            if square > 0:
                pull = a * square**b
                along = -two * b * pull / (square * (pull + one))
                dx = step * min(max(along * dx, -most), most)
                dy = step * min(max(along * dy, -most), most)
                dz = step * min(max(along * dz, -most), most)
                x, y, z = x + dx, y + dy, z + dz
                new[j, 0] -= dx
                new[j, 1] -= dy
                new[j, 2] -= dz
            u = v = w = np.float32(0)  # all are pushed away from one place: none waits for the others
            for _ in range(NEGATIVES):
                drawn ^= drawn << np.uint64(13)  # xorshift (Marsaglia 2003)
                drawn ^= drawn >> np.uint64(7)
                drawn ^= drawn << np.uint64(17)
                k = np.int64(((drawn >> np.uint64(32)) * count) >> np.uint64(32))
                dx, dy, dz = x - old[k, 0], y - old[k, 1], z - old[k, 2]
                square = dx * dx + dy * dy + dz * dz
                if square > 0 and k != i:
                    along = two * b / ((near + square) * (a * square**b + one))
                    u += min(max(along * dx, -most), most)
                    v += min(max(along * dy, -most), most)
                    w += min(max(along * dz, -most), most)
            new[i, 0], new[i, 1], new[i, 2] = x + step * u, y + step * v, z + step * w

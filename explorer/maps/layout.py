"""UMAP: a map that keeps neighbourhoods; large sets are fitted on a sample and the rest is placed among it."""

import warnings
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.maps.epochs import optimise
from explorer.maps.model import KEPT, MapModel
from explorer.maps.neighbours import nearest_items
from explorer.maps.pca import pca_map
from explorer.maps.placing import NEIGHBOURS, place_among
from explorer.maps.spots import spots_of, spread_over

COMPILED = (
    ("umap.umap_", "smooth_knn_dist"),
    ("umap.umap_", "compute_membership_strengths"),
)
"""Functions of umap that numba compiles for a map."""


def umap_map(
    vectors: NDArray[Any],
    *,
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
    sample: int = 200_000,
    progress: Progress | None = None,
) -> MapModel:
    """Map (n, d) `vectors` by UMAP (McInnes, Healy & Melville 2018) under cosine similarity, started from PCA.

    Above `sample` items it is fitted on a random sample, and each other item is placed among its neighbours there.
    Items with the very same vector lie on one spot. Equal input and seed give equal coordinates. Fewer than 4 different
    items, or all equal, get a simple layout and a note.
    Raises InputError when there is no item, n_neighbors < 2, or min_dist lies outside 0 to 1.
    """
    _check(n_neighbors, min_dist)
    progress = progress or Silent()
    if len(vectors) >= 4:
        spots = spots_of(vectors)
        if 1 < len(spots.rows) < len(vectors):
            inner = _fitted(vectors[spots.rows], n_neighbors, min_dist, seed=seed, sample=sample, progress=progress)
            return spread_over(inner, spots)
    return _fitted(vectors, n_neighbors, min_dist, seed=seed, sample=sample, progress=progress)


def _fitted(
    vectors: NDArray[Any], n_neighbors: int, min_dist: float, *, seed: int, sample: int, progress: Progress
) -> MapModel:
    """UMAP of vectors that are different from each other, or so few that it does not matter."""
    graph = neighbour_graph(vectors, max(KEPT, n_neighbors - 1), seed=seed, sample=sample, progress=progress)
    start = pca_map(vectors[graph.anchors] if len(graph.anchors) < len(vectors) else vectors)
    if len(vectors) < 4 or not np.ptp(start, axis=0).max() > 1e-6:
        return simple_map(vectors, graph)
    near = graph.neighbours[graph.anchors], graph.similarities[graph.anchors]
    fitted = _optimise(start, *near, n_neighbors=n_neighbors, min_dist=min_dist, seed=seed, progress=progress)
    return MapModel(_with_rest(fitted, graph), graph.anchors, graph.neighbours, graph.similarities, _sample_note(graph))


def solid_map(
    vectors: NDArray[Any], *, seed: int = 0, sample: int = 20_000, progress: Progress | None = None
) -> Floats:
    """(n, 3) coordinates of (n, d) `vectors` by UMAP, to be turned; as `umap_map`, fitted on at most `sample` items.

    Fewer than 5 different items are laid out by PCA. Raises InputError when there is no item.
    """
    progress = progress or Silent()
    graph = neighbour_graph(vectors, KEPT, seed=seed, sample=sample, progress=progress)
    start = pca_map(vectors[graph.anchors], 3)
    if len(vectors) < 5 or not np.ptp(start, axis=0).max() > 1e-6:
        return pca_map(vectors, 3)
    near = graph.neighbours[graph.anchors], graph.similarities[graph.anchors]
    return _with_rest(_optimise(start, *near, n_neighbors=15, min_dist=0.1, seed=seed, progress=progress), graph)


def neighbour_graph(
    vectors: NDArray[Any], k: int = KEPT, *, seed: int = 0, sample: int = 200_000, progress: Progress | None = None
) -> MapModel:
    """Return a `MapModel` whose places are not known yet (NaN): the anchors and each item's nearest among them."""
    if not len(vectors):
        raise InputError("A map needs at least one item with a vector; there is none.")
    anchors = at_most(np.arange(len(vectors)), sample, np.random.default_rng(seed))
    rows, similarities = nearest_items(vectors, anchors, k, seed=seed, progress=progress)
    return MapModel(np.full((len(vectors), 2), np.nan, dtype=np.float32), anchors, rows, similarities, "")


def linear_map(
    vectors: NDArray[Any], *, seed: int = 0, sample: int = 200_000, progress: Progress | None = None
) -> MapModel:
    """Map all (n, d) `vectors` by PCA; the anchors only serve to place queries and to measure faithfulness."""
    graph = neighbour_graph(vectors, seed=seed, sample=sample, progress=progress)
    return simple_map(vectors, graph)


def simple_map(vectors: NDArray[Any], graph: MapModel) -> MapModel:
    """PCA, or a sunflower spiral when all items are equal; with a note where that is not what was asked for."""
    coords, note = pca_map(vectors), ""
    if len(vectors) > 1 and not np.ptp(coords, axis=0).max() > 1e-6:
        coords, note = _spiral(len(vectors)), "All items have the same vector: they are laid out on a spiral."
    elif len(vectors) < 4:
        note = "Fewer than 4 different items: drawn by PCA."
    return MapModel(coords, graph.anchors, graph.neighbours, graph.similarities, note)


def _spiral(count: int) -> Floats:
    """(count, 2) evenly spread points on a disc (Vogel 1979)."""
    turn = np.arange(count) * np.pi * (3 - np.sqrt(5))
    return np.asarray(
        np.sqrt(np.arange(count))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]), dtype=np.float32
    )


def _with_rest(fitted: Floats, graph: MapModel) -> Floats:
    rest = np.ones(len(graph.coords), dtype=bool)
    rest[graph.anchors] = False
    coords = np.empty((len(rest), fitted.shape[1]), dtype=np.float32)
    coords[graph.anchors] = fitted
    coords[rest] = place_among(fitted, graph.neighbours[rest, :NEIGHBOURS], graph.similarities[rest, :NEIGHBOURS])
    return coords


def _sample_note(graph: MapModel) -> str:
    count, fitted = len(graph.coords), len(graph.anchors)
    if fitted == count:
        return ""
    return f"Fitted on a random sample of {fitted:,} of {count:,} items; the others are placed among it."


def _optimise(
    start: Floats, rows: Rows, similarities: Floats, *, n_neighbors: int, min_dist: float, seed: int, progress: Progress
) -> Floats:
    """UMAP's two steps: the fuzzy graph of the (m, k) neighbours, and the layout from (m, dims) `start`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # umap says that it found no tensorflow
        progress.start("loading UMAP", 0)
        from umap.umap_ import find_ab_params, fuzzy_simplicial_set
    _keep_compiled()
    progress.finish()
    k, epochs = min(n_neighbors, len(rows)), 500 if len(rows) <= 10_000 else 200
    own = np.arange(len(rows))[:, None]
    near = np.hstack([own, rows[:, : k - 1]]).astype(np.int32)
    far = np.hstack([0 * own, np.maximum(1 - similarities[:, : k - 1], 0)]).astype(np.float32)
    random = np.random.RandomState(seed)
    graph, _, _ = fuzzy_simplicial_set(start, k, random, "cosine", knn_indices=near, knn_dists=far)
    a, b = find_ab_params(1.0, min_dist)
    coords = optimise(_spread(start, seed), graph, (a, b), epochs=epochs, seed=seed, progress=progress)
    return np.asarray(coords - coords.mean(axis=0), dtype=np.float32)


@cache
def _keep_compiled() -> None:
    """Let numba keep beside umap what it compiles of it: only the first map after an installation waits for that.

    umap asks for it for one function alone, and each process compiled the others anew (10 s of CPU).
    """
    for module, name in COMPILED:
        function = getattr(import_module(module), name, None)
        keep = getattr(function, "enable_caching", None)
        if keep:
            with suppress(RuntimeError):  # no folder to write to: it is compiled each time
                keep()


def _spread(start: Floats, seed: int) -> Floats:
    """`start` scaled to [-10, 10] with a little noise, so that equal points can part and no axis is flat."""
    noise = np.random.default_rng(seed).normal(scale=1e-3, size=start.shape)
    return np.asarray(10 * start / np.abs(start).max() + noise, dtype=np.float32)


def _check(n_neighbors: int, min_dist: float) -> None:
    if n_neighbors < 2:
        raise InputError(f"n_neighbors: expected 2 or more, got {n_neighbors}.")
    if not 0 <= min_dist <= 1:
        raise InputError(f"min_dist: expected a number from 0 to 1, got {min_dist}.")

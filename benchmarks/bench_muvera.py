"""MUVERA against exact Chamfer similarity: 20,000 items of 16 vectors of 384 numbers, whole items as queries.

Exact: one matrix product a query with all 320,000 vectors in single precision, and the maxima. MUVERA: candidates by
a graph over the fixed encodings, exact Chamfer similarity of these. All on one core and in processor time, so that
neither what else the computer does nor how threads wait for each other counts; asked in turn. Beside it stand MUVERA
by a product with all encodings, and one vector an item. Without --workspace the vectors are drawn: patches of a
picture share its theme, and pictures share kinds, as those of photos do.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from explorer.base.arrays import Floats, Rows
from explorer.features.lab.several.chamfer import VectorSets, best_first, chamfer
from explorer.features.lab.several.fde import FdeSettings
from explorer.features.lab.several.graph import FdeGraph
from explorer.features.lab.several.search import FdeIndex, mean_vectors, products, reranked

RESULT = Path(__file__).parent / "results" / "muvera.json"
MUST_FASTER, MUST_RECALL = 10, 0.95
ITEMS, MOST, DIM, QUERIES, KINDS, K = 20_000, 16, 384, 100, 300, 10


def drawn(items: int) -> Floats:
    """(items, 16, 384) unit vectors: a common part, the kind of picture, the picture, the patch."""
    generator = np.random.default_rng(0)
    scale = (np.arange(1, DIM + 1) ** -0.5).astype(np.float32)

    def normal(*shape: int) -> Floats:
        return np.asarray(generator.standard_normal((*shape, DIM), dtype=np.float32) * scale)

    kinds, kind = normal(KINDS), generator.integers(0, KINDS, items)
    vectors = (1.0 * normal(1) + 0.8 * kinds[kind] + 0.7 * normal(items))[:, None] + 0.8 * normal(items, MOST)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=2, keepdims=True), dtype=np.float32)


def kept_vectors(workspace: str) -> Floats:
    """The vectors of a workspace's items, made by `explorer lab vectors`."""
    from explorer.base.half import widen
    from explorer.features.lab.several.service import sets_of
    from explorer.workspace.folder import open_named
    from explorer.workspace.opened import open_shared

    opened = open_shared(open_named(workspace).path)
    kept = sets_of(opened, opened.best_encoder())
    return widen(kept.sets.vectors[kept.rows])


def main() -> int:
    """Measure on one core, print, keep the numbers; 1 when a limit is missed."""
    with threadpool_limits(1):
        return measured()


def measured() -> int:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", default="", help="Take the vectors of this workspace's items.")
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--candidates", type=int, default=300)
    given = parser.parse_args()
    vectors = kept_vectors(given.workspace) if given.workspace else drawn(given.items + QUERIES)
    order = np.random.default_rng(1).permutation(len(vectors))
    asked, items = vectors[order[:QUERIES]], vectors[np.sort(order[QUERIES:])]
    sets = VectorSets(items, np.full(len(items), items.shape[1]))
    started = time.perf_counter()
    fde = FdeIndex.build(sets, FdeSettings())
    encoded = time.perf_counter()
    graph = FdeGraph.build(fde)
    built = time.perf_counter()
    means = mean_vectors(sets)
    ways: dict[str, Callable[[Floats], Rows]] = {
        "exact": lambda query: best_first(chamfer(query, sets), K),
        "muvera_graph": lambda query: graph.search(query, K, given.candidates)[0],
        "muvera_product": lambda query: fde.search(query, K, given.candidates)[0],
        "one_vector": lambda query: reranked(
            query, sets, best_first(products(means, query.mean(axis=0)), given.candidates), K
        )[0],
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    recalls: dict[str, list[float]] = {name: [] for name in ways}
    for query in asked:
        answers: dict[str, Rows] = {}
        for name, ask in ways.items():
            before = time.thread_time()
            answers[name] = ask(query)
            seconds[name].append(time.thread_time() - before)
            recalls[name].append(float(np.isin(answers["exact"], answers[name]).mean()))
    median = {name: float(np.median(some)) for name, some in seconds.items()}
    faster = {name: median["exact"] / one for name, one in median.items()}
    recall = {name: float(np.mean(some)) for name, some in recalls.items()}
    for name in ways:
        print(f"{name:<16}{1e3 * median[name]:>9.2f} ms  {faster[name]:>6.1f} times  recall@10 {recall[name]:.3f}")
    result = {
        "items": len(items),
        "vectors_an_item": items.shape[1],
        "dimensions": items.shape[2],
        "source": "a workspace" if given.workspace else "drawn",
        "queries": len(asked),
        "candidates": given.candidates,
        "encoding_s": round(encoded - started, 1),
        "graph_s": round(built - encoded, 1),
        "milliseconds": {name: round(1e3 * one, 2) for name, one in median.items()},
        "faster": {name: round(one, 1) for name, one in faster.items()},
        "recall": {name: round(one, 4) for name, one in recall.items()},
        "machine": f"{platform.machine()}, one of {os.cpu_count()} cores, processor time",
    }
    name = "muvera_workspace.json" if given.workspace else RESULT.name
    (RESULT.parent / name).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    missed = recall["muvera_graph"] < MUST_RECALL or faster["muvera_graph"] < MUST_FASTER
    print("Missed." if missed else "Kept.")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())

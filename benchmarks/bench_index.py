"""The index against the plain libraries below it, as ratios of times measured in one run, taking turns.

python benchmarks/bench_index.py [--items 100000] [--dim 512] [--builds 3] [--repeats 15]

Rows: building the graph and 1,000 queries in one call against hnswlib with the same settings; the exact top 50 of one
query against numpy's product and argpartition. Each ratio is the median over turns of ours / theirs; processor time
is given beside wall time, since it is steadier on a busy machine.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import hnswlib
import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Floats, unit_rows
from explorer.index import ExactIndex, HnswIndex, HnswSettings

RESULT = Path(__file__).parent / "results" / "index.json"
SETTINGS = HnswSettings(M=16, ef_construction=200, ef=64)
LIMITS = {"build": 1.05, "query": 1.10, "exact": 1.20}


def example(items: int, dim: int) -> Floats:
    """Unit rows with 32 directions of variation and some noise, as embeddings have."""
    generator = default_rng(0)
    axes = generator.standard_normal((32, dim), dtype=np.float32)
    latent = generator.standard_normal((items, 32), dtype=np.float32)
    return unit_rows(latent @ axes + generator.standard_normal((items, dim), dtype=np.float32))


def turns(ours: Callable[[], Any], theirs: Callable[[], Any], repeats: int) -> dict[str, Any]:
    """Call both by turns, after one unmeasured call of each when there are several; return times and their ratios."""
    if repeats > 3:
        ours(), theirs()
    measured: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
    for turn in range(repeats):
        pair = [("ours", ours), ("theirs", theirs)]
        for name, call in pair if turn % 2 else pair[::-1]:
            wall, processor = time.perf_counter(), time.process_time()
            call()
            measured[name].append((time.perf_counter() - wall, time.process_time() - processor))
    both = list(zip(measured["ours"], measured["theirs"], strict=True))
    return {
        "ours_s": median(wall for wall, _ in measured["ours"]),
        "theirs_s": median(wall for wall, _ in measured["theirs"]),
        "ratio": median(mine[0] / other[0] for mine, other in both),
        "ratio_processor": median(mine[1] / other[1] for mine, other in both),
        "repeats": repeats,
    }


def raw_graph(vectors: Floats) -> Any:
    graph = hnswlib.Index(space="ip", dim=vectors.shape[1])
    graph.init_index(len(vectors), M=SETTINGS.M, ef_construction=SETTINGS.ef_construction, random_seed=SETTINGS.seed)
    graph.add_items(vectors, np.arange(len(vectors)))
    graph.set_ef(SETTINGS.ef)
    return graph


def raw_exact(vectors: Floats, query: Floats) -> Any:
    scores = vectors @ query
    top = np.argpartition(-scores, 50)[:50]
    return top[np.argsort(-scores[top])]


def bench(items: int, dim: int, builds: int, repeats: int) -> dict[str, Any]:
    vectors = example(items + 1000, dim)
    vectors, queries = vectors[:items], vectors[items:]
    kept: dict[str, Any] = {}
    build = turns(
        lambda: kept.update(ours=HnswIndex.build(vectors, settings=SETTINGS)),
        lambda: kept.update(theirs=raw_graph(vectors)),
        builds,
    )
    ours, theirs, exact = kept["ours"], kept["theirs"], ExactIndex(vectors)
    query = turns(lambda: ours.query(queries, 10), lambda: theirs.knn_query(queries, k=10), repeats)
    top = turns(lambda: exact.query(queries[:1], 50), lambda: raw_exact(vectors, queries[0]), 3 * repeats)
    return {"items": items, "dim": dim, "cores": os.cpu_count(), "build": build, "query": query, "exact": top}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("items", 100_000), ("dim", 512), ("builds", 3), ("repeats", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    result = bench(options.items, options.dim, options.builds, options.repeats)
    for name, limit in LIMITS.items():
        result[name]["at_most"] = limit
        ratios = f"{result[name]['ratio']:.3f} times (processor {result[name]['ratio_processor']:.3f}, at most {limit})"
        print(f"{name}: {ratios}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

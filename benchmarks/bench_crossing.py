"""From how many items on the graph is faster than comparing a query with all of them.

One query at a time, as a page asks: exact search and the graph take turns on the same vectors. A query by words needs
a larger ef than one by an item, so the graph stands there with several.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.bench_index import example
from explorer.base.arrays import Floats
from explorer.index import ExactIndex, HnswIndex, HnswSettings
from explorer.index.exact import FAST

RESULT = Path(__file__).parent / "results" / "crossing.json"
EFS, SIZES = (64, 256, 1000), (5_000, 20_000, 40_000, 80_000)


def milliseconds(calls: dict[str, Callable[[Floats], object]], queries: Floats) -> dict[str, float]:
    """The median time of each call over the (q, d) queries, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for query in queries:
        for name, call in calls.items():
            start = time.perf_counter()
            call(query[None])
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: round(median(found), 2) for name, found in times.items()}


def measure(items: int, dim: int, queries: int) -> dict[str, float]:
    """One size: exact search over half precision as stored, and the graph at each ef."""
    vectors = example(items + queries, dim)
    stored, asked = vectors[:items].astype(np.float16), vectors[items:]
    exact, graph = ExactIndex(stored), HnswIndex.build(stored, settings=HnswSettings())
    exact.query(asked[:1], 24)

    def at(ef: int) -> Callable[[Floats], object]:
        def ask(query: Floats) -> object:
            graph.efs = {"text": ef}
            return graph.query(query, 24, kind="text")

        return ask

    return milliseconds({"exact": lambda query: exact.query(query, 24)} | {f"ef {ef}": at(ef) for ef in EFS}, asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--queries", type=int, default=200)
    given = parser.parse_args()
    found = {items: measure(items, given.dim, given.queries) for items in SIZES}
    for items, times in found.items():
        print(f"{items:>7,} items: " + ", ".join(f"{name} {ms} ms" for name, ms in times.items()))
    result = {"cores": os.cpu_count(), "dim": given.dim, "exact_up_to_items": FAST // given.dim, "ms": found}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

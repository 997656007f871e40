"""The search engines behind one contract side by side, in one run: what each finds, and what it costs.

python -m benchmarks.bench_engines [--items 100000] [--dim 384] [--engines exact hnsw usearch milvus]

Unit rows with 32 directions of variation and some noise. An engine that keeps candidates gets the smallest ef that
finds 99 % of the true ten on half of 1,000 queries that are not among the items; recall, with its 95 % interval, is
that of the other half, which is asked in batches of 50. Processor time is that of the whole process, all its threads,
since wall time says little on a busy machine.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench_index import example
from explorer.base.arrays import Floats
from explorer.index import ExactIndex, GraphIndex, Index, measure_recall, tune_ef
from explorer.index.contract import stacked
from explorer.index.engines import ENGINES

RESULT = Path(__file__).parent / "results" / "engines.json"
TARGET, QUERIES, BATCH, K = 0.99, 1000, 50, 10
MEGA = 1e6


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What it returns, with the seconds that it took, by the clock and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, {"wall_s": time.perf_counter() - wall, "processor_s": time.process_time() - processor}


def in_batches(index: Index, queries: Floats) -> Any:
    """The answers to all, 50 in one call."""
    return stacked(
        [index.query(queries[start : start + BATCH], K, kind="item") for start in range(0, len(queries), BATCH)], K
    )


def measured(name: str, vectors: Floats, queries: Floats) -> dict[str, Any]:
    """One engine: build, tune on the first half of the queries, and ask with the other."""
    exact, half = ExactIndex(vectors), len(queries) // 2
    index, build = timed(lambda: ENGINES[name].build(vectors))
    ef = None
    if isinstance(index, GraphIndex) and index.approximate:
        ef = tune_ef(index, exact, queries[:half], TARGET, kind="item").ef
    in_batches(index, queries[half : half + BATCH])  # the first answer may load something
    _, asked = timed(lambda: in_batches(index, queries[half:]))
    _, alone = timed(lambda: [index.query(queries[half + n : half + n + 1], K, kind="item") for n in range(10)])
    recall = measure_recall(index, exact, queries[half:], K, "item")
    return {
        "engine": name,
        "ef": ef,
        "recall": recall.value,
        "low": recall.low,
        "high": recall.high,
        "queries": recall.queries,
        "build": build,
        "query_ms": {kind: 1000 * seconds / (len(queries) - half) for kind, seconds in asked.items()},
        "single_query_ms": {kind: 1000 * seconds / 10 for kind, seconds in alone.items()},
        "megabytes": index.nbytes / MEGA,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("items", 100_000), ("dim", 384)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--engines", nargs="+", default=["exact", "hnsw", "usearch", "milvus"], choices=list(ENGINES))
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    everything = example(options.items + QUERIES, options.dim)
    vectors, queries = everything[: options.items], np.ascontiguousarray(everything[options.items :])
    rows, missed = [], False
    for name in options.engines:
        if ENGINES[name].missing:
            print(f"{name}: left out. {ENGINES[name].missing}")
            continue
        row = measured(name, vectors, queries)
        rows.append(row)
        keep(options, rows)
        missed |= row["recall"] < TARGET
        print(
            f"{name}: recall@{K} {row['recall']:.4f} ({row['low']:.4f} to {row['high']:.4f}), ef {row['ef'] or '-'}; "
            f"build {row['build']['processor_s']:.1f} s of the processor; a query in batches of {BATCH} "
            f"{row['query_ms']['processor_s']:.2f} ms, alone {row['single_query_ms']['processor_s']:.1f} ms of the "
            f"processor; {row['megabytes']:,.0f} MB",
            flush=True,
        )
    return int(missed)


def keep(options: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    result = {"items": options.items, "dim": options.dim, "cores": os.cpu_count(), "least_recall": TARGET, "rows": rows}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())

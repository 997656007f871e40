"""The compressed index against raw hnswlib on queries by words, with usearch and scalable-vs beside, in one run.

    explorer bench compress                                        made-up vectors with the moments of the demo's
    explorer bench compress --vectors FOLDER --items 200000
    explorer bench compress --vectors FOLDER --synthetic 1000000   made-up vectors with the moments of those

--vectors: an .npy file, or a folder of them, of unit rows of pocket. Each way gets the smallest setting with recall@10
of at least 0.99 on half of the everyday texts; LeanVec learns from the other half. Then the ways take turns: queries a
second of all texts in one call, and of one text after another. Memory is what the process grew by while a way was
built; the half precision rows that the compressed index ranks with, which a workspace has mapped in any case, are not
in it, and are given beside it.
"""

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.random import default_rng

from benchmarks.compress_ways import Half, K, Way, compressed, raw, scalable_vs, usearch
from explorer.base.arrays import Floats, unit_rows
from explorer.base.half import widen
from explorer.encoders.pool import POOL
from explorer.index import ExactIndex
from explorer.index.compressed import Compression
from explorer.index.contract import Neighbours, score_pairs
from explorer.workspace.probes import general_texts

RESULTS = Path(__file__).parent / "results"
TARGET, LEAST_SPEED, MOST_BUILD, MOST_MEMORY = 0.99, 2.5, 0.5, 0.5
ALONE = 150  # texts that are asked one after another


def stored(path: Path) -> Half:
    """(n, d) all rows of a file, or of the files of a folder in order of their names."""
    files = sorted(path.glob("*.npy")) if path.is_dir() else [path]
    return np.concatenate([np.load(file, allow_pickle=False) for file in files]).astype(np.float16)


def made_up(rows: Half, count: int) -> Half:
    """(count, d) unit rows from the normal distribution with the mean and covariance of the given ones."""
    few = widen(rows[:: max(1, len(rows) // 50_000)])
    mean, generator = few.mean(axis=0), default_rng(0)
    values, axes = np.linalg.eigh(np.cov(few.T.astype(np.float64)))
    spread = (axes * np.sqrt(np.maximum(values, 0))).T.astype(np.float32)
    made = np.empty((count, rows.shape[1]), dtype=np.float16)
    for start in range(0, count, 20_000):
        part = made[start : start + 20_000]
        part[:] = unit_rows(generator.standard_normal(part.shape, dtype=np.float32) @ spread + mean)
    return made


def demo_rows() -> Half:
    """Vectors of the drawn scenes of the demo."""
    from explorer.scenes.render import render
    from explorer.scenes.sample import sample

    generator = default_rng(0)
    return POOL.get("pocket").encode_images([render(sample(generator)) for _ in range(1500)]).astype(np.float16)


def texts() -> tuple[Floats, Floats]:
    """Everyday texts to measure with, and others to learn from."""
    vectors = POOL.text_vectors("pocket", general_texts())
    order = default_rng(0).permutation(len(vectors))
    return vectors[order[::2]], vectors[order[1::2]]


def own_memory() -> int:
    """Bytes of this process that are not of a mapped file."""
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # what was freed is not held
    status = Path("/proc/self/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("RssAnon")).split()[1])


def built(make: Callable[[], Way]) -> tuple[Way, dict[str, float]]:
    """The way, with seconds (wall and processor) and bytes that it took."""
    before, wall, processor = own_memory(), time.perf_counter(), time.process_time()
    way = make()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return way, {"build_s": wall, "build_processor_s": processor, "grown": own_memory() - before, "own": way.nbytes()}


def recall(way: Way, setting: int, rows: Half, queries: Floats, truth: Neighbours) -> float:
    """Recall@10; an answer as similar as the tenth of the exact ones counts."""
    found = way.ask(queries, setting)
    which = np.repeat(np.arange(len(queries)), K)
    scores = score_pairs(queries, rows, which, found.ravel()).reshape(found.shape)
    return float((scores >= truth.similarities[:, -1:]).mean())


def tuned(way: Way, rows: Half, queries: Floats, truth: Neighbours) -> dict[str, Any]:
    """The smallest setting that reaches the target, or the largest, with its recall."""
    curve = []
    for setting in way.settings:
        curve.append((setting, recall(way, setting, rows, queries, truth)))
        if curve[-1][1] >= TARGET:
            break
    return {"setting": curve[-1][0], "recall": curve[-1][1], "reached": curve[-1][1] >= TARGET, "curve": curve}


def clock(call: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - processor


def raced(ways: Sequence[tuple[Way, int]], queries: Floats, rounds: int) -> list[dict[str, float]]:
    """Queries a second of each way by turns: in one call, by wall and processor time, and one after another."""
    batch: list[list[tuple[float, float]]] = [[] for _ in ways]
    alone: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds + 1):
        for place, (way, setting) in enumerate(ways):
            batch[place].append(clock(lambda way=way, setting=setting: way.ask(queries, setting)))  # type: ignore[misc]
            some = queries[(turn * ALONE) % len(queries) :][:ALONE]
            one = clock(lambda way=way, setting=setting, some=some: [way.ask(q[None], setting) for q in some])  # type: ignore[misc]
            alone[place].append(len(some) / one[0])
    return [
        {
            "per_second": len(queries) / median(wall for wall, _ in took[1:]),
            "per_processor_second": len(queries) / median(processor for _, processor in took[1:]),
            "per_second_alone": median(rates[1:]),
        }
        for took, rates in zip(batch, alone, strict=True)
    ]


def others(rows: Half, dims: int) -> tuple[list[Callable[[], Way]], list[str]]:
    """Those of usearch and scalable-vs, and which of them are not installed."""
    kinds: list[Callable[[], Way]] = []
    missing = []
    if find_spec("usearch"):
        kinds += [partial(usearch, rows, dtype) for dtype in ("f16", "i8")]
    else:
        missing.append("usearch is not installed: pip install 'similarity-explorer[engines]'.")
    if find_spec("svs") and (refused := svs_refuses()):
        missing.append(f"scalable-vs is left out: {refused}")
    elif find_spec("svs"):
        kinds.append(partial(scalable_vs, rows, dims))
    else:
        missing.append("scalable-vs is not installed: pip install scalable-vs.")
    return kinds, missing


def svs_refuses() -> str:
    """Why LeanVec of scalable-vs does not run on this processor, "" where it does; it ends the process that asks."""
    few = (
        "import numpy as np; from benchmarks.compress_ways import scalable_vs; scalable_vs(np.eye(64, dtype='f2'), 16)"
    )
    asked = subprocess.run([sys.executable, "-c", few], capture_output=True, text=True, check=False)
    return (asked.stdout + asked.stderr).strip().splitlines()[-1] if asked.returncode else ""


def bench(rows: Half, compression: Compression, rounds: int, beside: bool) -> dict[str, Any]:
    """Build and tune all ways, then let them take turns."""
    queries, learning = texts()
    truth = ExactIndex(rows).query(queries, K)
    more, missing = others(rows, compression.dims) if beside else ([], [])
    report: dict[str, Any] = {"items": len(rows), "dim": rows.shape[1], "cores": os.cpu_count(), "texts": len(queries)}
    report["rows_bytes"] = rows.nbytes
    ways, found = [], []
    for make in (lambda: compressed(rows, compression, learning), lambda: raw(rows), *more):
        way, took = built(make)
        found.append({"way": way.name} | took | tuned(way, rows, queries, truth))
        ways.append((way, found[-1]["setting"]))
        print({name: value for name, value in found[-1].items() if name != "curve"}, flush=True)
    for one, rates in zip(found, raced(ways, queries, rounds), strict=True):
        one.update(rates)
    return report | {"ways": found, "missing": missing, "ratios": ratios(found[0], found[1])}


def ratios(ours: dict[str, Any], plain: dict[str, Any]) -> dict[str, float]:
    """The compressed index beside raw hnswlib."""
    names = ("per_second", "per_processor_second", "per_second_alone", "build_s", "build_processor_s", "grown")
    return {name: ours[name] / plain[name] for name in names}


def main() -> int:
    """Measure; 1 when a limit was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, default=None)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--dims", type=int, default=Compression.dims)
    parser.add_argument("--bits", type=int, default=Compression.bits)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="without usearch and scalable-vs")
    parser.add_argument("--out", type=Path, default=None)
    args = parser.parse_args()
    rows = demo_rows() if args.vectors is None else stored(args.vectors)
    count = args.synthetic or (50_000 if args.vectors is None else 0)
    rows = made_up(rows, count) if count else rows[: args.items]
    report = bench(rows, Compression(args.dims, args.bits), args.rounds, not args.alone)
    report["vectors"] = "made up" if count else "real"
    print("\n".join(report["missing"]))
    for name, ratio in report["ratios"].items():
        print(f"{name}: {ratio:.3f} times raw hnswlib")
    name = "compress.json" if args.vectors is None else f"compress_{report['vectors'].replace(' ', '_')}.json"
    out = args.out or RESULTS / name
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    both = all(one["reached"] for one in report["ways"][:2])
    kept = report["ratios"]
    fast = kept["per_second"] >= LEAST_SPEED
    return int(not (both and fast and kept["build_s"] <= MOST_BUILD and kept["grown"] <= MOST_MEMORY))


if __name__ == "__main__":
    raise SystemExit(main())

"""Linear CKA of 100,000 x 768 against 100,000 x 512, read from disk, against the one matrix product that it needs.

That product is Z'Z with Z = [X Y]: its blocks are X'X, X'Y and Y'Y, and CKA needs all three. It is taken in memory, in
single precision, by the same library, which uses that it is symmetric. Memory is what the process grows by at most.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Vectors
from explorer.features.compare.cka import linear_cka

RESULT = Path(__file__).parent / "results" / "compare.json"
ITEMS, WIDTHS = 100_000, (768, 512)
MUST_RATIO, TABLES = 1.5, 12
"""Memory may be so many tables of (d + e)^2 doubles: running sums, one block of each side, and what they turn into."""


def make_files(folder: Path, items: int, kind: str) -> list[Path]:
    """Two files of vectors with a large common mean and something shared."""
    rng, paths = np.random.default_rng(0), []
    shared = rng.normal(size=(items, 16)).astype(np.float32)
    for number, width in enumerate(WIDTHS):
        vectors = shared @ rng.normal(size=(16, width)).astype(np.float32) + 2
        vectors += rng.normal(size=(items, width)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        paths.append(folder / f"{number}.npy")
        np.save(paths[-1], vectors.astype(kind))
    return paths


def opened(paths: list[Path]) -> list[Vectors]:
    """The files as memory maps."""
    return [np.load(path, mmap_mode="r") for path in paths]


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(paths: list[Path], rounds: int) -> dict[str, Any]:
    """Least of interleaved timings: the product, its block X'Y alone for information, and CKA from the files."""
    joined = np.hstack([np.asarray(side, dtype=np.float32) for side in opened(paths)])
    x, y = joined[:, : WIDTHS[0]].copy(), joined[:, WIDTHS[0] :].copy()
    times: dict[str, list[float]] = {"product": [], "cross product alone": [], "cka": [], "debiased": []}
    for _ in range(rounds):
        times["product"].append(seconds(lambda: joined.T @ joined))
        times["cka"].append(seconds(lambda: linear_cka(*opened(paths))))
        times["debiased"].append(seconds(lambda: linear_cka(*opened(paths), debiased=True)))
        times["cross product alone"].append(seconds(lambda: x.T @ y))
    least = {name: round(min(values), 3) for name, values in times.items()}
    ratios = {name: round(least[name] / least["product"], 3) for name in ("cka", "debiased")}
    return {"seconds": least, "ratios": ratios}


def grown_mb(paths: list[Path]) -> int:
    """Peak memory of one CKA above a process that has the libraries loaded; pages of the files do not count."""
    command = [sys.executable, __file__, "--memory-of", *map(str, paths)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def print_memory(paths: list[Path]) -> None:
    rng = np.random.default_rng(0)
    linear_cka(rng.normal(size=(50, 8)), rng.normal(size=(50, 8)))
    sides = [np.lib.format.open_memmap(path, mode="r") for path in paths]
    peak = before = own_mb()
    from explorer.features.compare import moments as module

    add = module._Sums.add

    def watched(self: module._Sums, *blocks: Vectors) -> None:
        nonlocal peak
        add(self, *blocks)
        peak = max(peak, own_mb())

    module._Sums.add = watched  # type: ignore[method-assign, assignment]
    linear_cka(sides[0], sides[1])
    print(max(peak, own_mb()) - before)


def own_mb() -> int:
    """Memory of this process that is not a mapped file."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon"))


def run(items: int = ITEMS, rounds: int = 5) -> dict[str, Any]:
    """Measure, write the result, and return it."""
    result: dict[str, Any] = {
        "what": "linear CKA from memory-mapped vectors / the product [X Y]'[X Y] in memory",
        "items": items,
        "widths": WIDTHS,
        "machine": platform.machine(),
        "must": MUST_RATIO,
        "memory_must_mb": TABLES * sum(WIDTHS) ** 2 * 8 // 2**20,
    }
    for kind in ("float16", "float32"):
        with tempfile.TemporaryDirectory() as folder:
            paths = make_files(Path(folder), items, kind)
            result[kind] = measure(paths, rounds) | {"memory_mb": grown_mb(paths)}
            print(kind, result[kind], flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory-of", type=Path, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory_of:
        print_memory(given.memory_of)
        return 0
    result = run(given.items, given.rounds)
    worst = max(ratio for kind in ("float16", "float32") for ratio in result[kind]["ratios"].values())
    memory = max(result[kind]["memory_mb"] for kind in ("float16", "float32"))
    print(f"worst ratio {worst} (at most {MUST_RATIO}), memory {memory} MB (at most {result['memory_must_mb']})")
    return int(worst > MUST_RATIO or memory > result["memory_must_mb"])


if __name__ == "__main__":
    raise SystemExit(main())

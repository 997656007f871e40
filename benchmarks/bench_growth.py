"""Each step of the way from a file to a map at 1,000, 10,000 and 100,000 items, and how it grows.

    explorer bench growth                        to 100,000, as `make bench` does
    explorer bench growth --to 1000000           whole
    explorer bench growth --folder F             keep the collections in F; what is measured there is not measured again

Every step is the command that people run, in a process of its own, so that its peak of memory is its own. The items
are made (`growth_made.py`): texts with three attributes, whose vectors are drawn. Embedding is timed on at most 1,000
drawn scenes. Pages are run 25 times each. Then a hundredth more items come, at most 1,000, with their vectors. The
exponent is that of processor time between two sizes; n log n has 1.08 between 100,000 and 1,000,000. The table of
docs/scale.md is made anew from the results.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.growth_made import DIM, MODEL, add_items, draw_scenes, made_vectors, put_vectors, write_table
from benchmarks.growth_meter import run_measured
from benchmarks.growth_table import LIMITS, missed, put_table
from explorer.index.exact import FAST
from explorer.io.atomic import write_json
from explorer.search.outliers import ALL_WITH_ALL
from explorer.workspace.folder import Workspace
from explorer.workspace.index_report import load_report

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "growth.json"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PART = 1_000
MADE, SCENES = "growth", "scenes"
Measured = dict[str, Any]


class Growth:
    """The steps at one size, in a home of their own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        self.folder.mkdir(parents=True, exist_ok=True)
        self.env = os.environ | {"EXPLORER_HOME": str(folder), "PYTHONPATH": str(ROOT)}
        self.kept = folder / "measured.json"

    @property
    def done(self) -> dict[str, Measured]:
        """What was measured so far."""
        found: dict[str, Measured] = json.loads(self.kept.read_text(encoding="utf-8")) if self.kept.is_file() else {}
        return found

    def run(self, only: list[str]) -> dict[str, Measured]:
        """Measure the steps that were not measured before, or those of `only` anew."""
        for name, step in STEPS.items():
            if (name in only) if only else name not in self.done:
                found = step(self)
                write_json(self.kept, self.done | {name: found})
                print(f"{self.count:>9,}  {name:<12}", json.dumps(found), flush=True)
        return self.done

    def measured(self, module: str, *words: str, name: str) -> Measured:
        """Run a module of Python as a process, see `run_measured`."""
        return run_measured([sys.executable, "-m", module, *words], self.env, self.folder / f"{name}.log")

    def explorer(self, *words: str) -> Measured:
        """Run a command of the program."""
        return self.measured("explorer", *words, name=words[0])


def import_(growth: Growth) -> Measured:
    table = growth.folder / "made.parquet"
    write_table(table, growth.count)
    shutil.rmtree(growth.folder / "workspaces" / MADE, ignore_errors=True)
    found = import_made(growth)
    put_vectors(Workspace.open(growth.folder / "workspaces" / MADE), made_vectors(growth.count))
    return found


def import_made(growth: Growth) -> Measured:
    table = str(growth.folder / "made.parquet")
    return growth.explorer("import", table, "--name", MADE, "--id", "id", "--text", "text", "--image", "")


def embed(growth: Growth) -> Measured:
    """A part, and how long all would take: the time grows with the items."""
    part = min(PART, growth.count)
    folder = growth.folder / "drawn"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(growth.folder / "workspaces" / SCENES, ignore_errors=True)
    draw_scenes(folder, part)
    growth.explorer("import", str(folder), "--name", SCENES)
    found = growth.explorer("embed", SCENES)
    return found | {"part": part, "whole_h": round(found["wall_s"] * growth.count / part / 3600, 3)}


def index(growth: Growth) -> Measured:
    found = growth.explorer("index", MADE)
    report = load_report(Workspace.open(growth.folder / "workspaces" / MADE), MODEL)
    return found | {"way": "graph" if report and report.M and report.action != "exact" else "all"}


def cleaning(growth: Growth, command: str) -> Measured:
    """Duplicates or outliers: each compared with all, or neighbours looked for."""
    return growth.explorer(command, MADE) | {"way": "all" if growth.count <= ALL_WITH_ALL else "neighbours"}


def pages(growth: Growth) -> Measured:
    found = growth.measured("benchmarks.growth_pages", MADE, name="pages")
    told = (growth.folder / "pages.log").read_text(encoding="utf-8").strip().splitlines()[-1]
    runs: Measured = json.loads(told)
    return runs | found


def more(growth: Growth) -> Measured:
    """Items that come to a collection: import, index and map together, and these one by one."""
    workspace, table = growth.folder / "workspaces" / MADE, growth.folder / "made.parquet"
    added = min(PART, growth.count // 100)
    vectors = add_items(table, Workspace.open(workspace).embeddings(MODEL).vectors, added)
    steps = {"import": import_made(growth)}
    put_vectors(Workspace.open(workspace), vectors)
    os.sync()
    steps |= {name: growth.explorer(name, MADE) for name in ("index", "map")}
    whole = {unit: round(sum(step[unit] for step in steps.values()), 2) for unit in ("wall_s", "cpu_s")}
    peak = max(step["peak_mb"] for step in steps.values())
    way = "graph" if growth.count * DIM > FAST else "all"
    return whole | {"peak_mb": peak, "added": added, "way": way, "steps": steps}


def export(growth: Growth) -> Measured:
    destination = growth.folder / "export.csv"
    found = growth.explorer("export", MADE, str(destination))
    size = destination.stat().st_size
    destination.unlink()
    return found | {"file_mb": round(size / 1e6, 3)}


STEPS: dict[str, Callable[[Growth], Measured]] = {
    "import": import_,
    "embed": embed,
    "keywords": lambda growth: growth.explorer("index", MADE, "--keywords"),
    "index": index,
    "map": lambda growth: growth.explorer("map", MADE),
    "duplicates": lambda growth: cleaning(growth, "duplicates"),
    "outliers": lambda growth: cleaning(growth, "outliers"),
    "export": export,
    "pages": pages,
    "more items": more,
    "words of more": lambda growth: growth.explorer("index", MADE, "--keywords"),
}


def read_results(path: Path = RESULT) -> dict[str, Any]:
    """The results as they are kept: machine, limits, and under `sizes` the steps of each size."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"sizes": {}}
    return found


def keep(count: int, steps: dict[str, Measured]) -> dict[str, Any]:
    """Put the steps of one size into the results and the table of the docs; all results."""
    results = read_results()
    sizes = results["sizes"] | {str(count): {"steps": steps, "load": round(os.getloadavg()[0], 1)}}
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    results = {"machine": machine, "limits": LIMITS, "sizes": dict(sorted(sizes.items(), key=lambda one: int(one[0])))}
    write_json(RESULT, results)
    put_table(results)
    return results


def main() -> int:
    """Measure, print, write; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=int, default=100_000, help="the largest number of items")
    parser.add_argument("--start", type=int, default=1_000, help="the smallest")
    parser.add_argument("--folder", type=Path, default=None, help="keeps the collections, to go on there")
    parser.add_argument("--steps", nargs="*", default=[], choices=list(STEPS), help="measure these, also again")
    given = parser.parse_args()
    results = read_results()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        for count in (size for size in SIZES if given.start <= size <= given.to):
            results = keep(count, Growth(folder / str(count), count).run(given.steps))
    over = missed(results)
    print("\n".join(over) or "All limits were kept.")
    return int(bool(over))


if __name__ == "__main__":
    raise SystemExit(main())

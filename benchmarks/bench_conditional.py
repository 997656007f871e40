"""A conditional query against an unconditional one at 100,000 items, and a new condition to a redrawn page.

The vectors are those of `bench_page`. A query is everything from the picked item to its results with their two scores,
for an item that was not asked for before; the unconditional one is what the Explore page does for an item. Queries of
all methods take turns, so that whatever else the machine does meets them alike. A new condition is a whole run of the
Conditional page by Streamlit's AppTest with a condition that was not asked for before: vectors of its words, all items
seen through it, both lists, the map.
"""

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from benchmarks.bench_page import ROOT, SHAPES, make_workspace
from explorer.encoders.pool import POOL
from explorer.features.conditional.conditions import Condition, format_condition
from explorer.features.conditional.service import neighbours
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared

RESULT = Path(__file__).parent / "results" / "conditional.json"
MUST_RATIO, MUST_REDRAW_MS = 1.3, 500
METHODS = ("text", "image+text-unit", "subspace", "profile", "column-means")
COUNT, WARM = 24, 5


def query_ms(opened: Opened, runs: int) -> dict[str, float]:
    """Median milliseconds of a query by method, and "unconditional"."""
    rng = np.random.default_rng(3)
    found: dict[str, list[float]] = {name: [] for name in ("unconditional", *METHODS)}
    for number in range(runs + WARM):
        for name, times in found.items():
            row = int(rng.integers(len(opened.dataset)))
            start = time.perf_counter()
            _ask(opened, name, row)
            if number >= WARM:
                times.append((time.perf_counter() - start) * 1000)
    return {name: round(float(np.median(values)), 2) for name, values in found.items()}


def _ask(opened: Opened, method: str, row: int) -> None:
    if method == "unconditional":
        find(opened, "pocket", (QueryPart("item", str(row)),), "", COUNT)
    else:
        condition = Condition("column" if method == "column-means" else "aspect", "shape")
        neighbours(opened, "pocket", row=row, condition=condition, method=method, count=COUNT)


def redraw_ms(ws: Workspace) -> list[float]:
    """Milliseconds of page runs, each under a condition that is new, after two to warm up."""
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    aspects = ("colour", "material", "count", "background", "style", "pattern", "shape")
    conditions = [Condition("aspect", name) for name in aspects]
    conditions += [Condition("text", f"seen at night, number {number}", True) for number in range(3)]
    conditions += [
        Condition("column", name, True, value) for name, value in (("shape", SHAPES[0]), ("group", "group 3"))
    ]
    found = []
    for condition in conditions:
        test.query_params.clear()
        view = {"ws": ws.path.name, "item": "5", "a": format_condition(condition), "b": "focus:aspect:colour"}
        for name, value in view.items():
            test.query_params[name] = value
        test.switch_page("pages/2_Conditional.py")
        start = time.perf_counter()
        test.run()
        found.append((time.perf_counter() - start) * 1000)
        assert not test.exception, test.exception[0].value
    return found[2:]


def measure(count: int, runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_HOME"] = folder
        root = Path(folder) / "workspaces"
        root.mkdir()
        ws = make_workspace(root / "large", count)
        POOL.get("pocket").encode_texts(["warm"])
        query, redraw = query_ms(open_shared(ws.path), runs), redraw_ms(ws)
    return summary(count, runs, query, redraw)


def summary(count: int, runs: int, query: dict[str, float], redraw: list[float]) -> dict[str, Any]:
    """What is written: medians, the ratio of each method, and whether the limits were kept."""
    ratios = {name: round(query[name] / query["unconditional"], 2) for name in METHODS}
    result: dict[str, Any] = {
        "items": count,
        "runs": runs,
        "query_ms_median": query,
        "ratio_to_unconditional": ratios,
        "redraw_ms_median": round(float(np.median(redraw)), 1),
        "redraw_ms_max": round(max(redraw), 1),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    reached = max(ratios.values()) <= MUST_RATIO and result["redraw_ms_median"] <= MUST_REDRAW_MS
    result["must"] = {"ratio": MUST_RATIO, "redraw_ms_median": MUST_REDRAW_MS, "reached": reached}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=60)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    result = measure(given.items, given.runs)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    sys.exit(0 if result["must"]["reached"] else 1)


if __name__ == "__main__":
    main()

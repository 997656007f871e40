"""Seconds that a head takes from cached vectors of 10,000 items, with every loss and every head, measuring included.

Vectors are random around the centres of 100 groups, so that there is something to learn. No training stops early: all
steps of the usual settings are done. The time has the looks at the held-out score, and before and after on the test
part. It is the processor's, of one core: what the clock shows where nothing else runs. The clock's stands beside it.
"""

import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import unit_rows
from explorer.base.progress import Silent
from explorer.encoders.tuned import apply_head
from explorer.features.tune.contract import HEADS, LOSSES
from explorer.features.tune.lesson import Lesson, groups_lesson
from explorer.features.tune.measures import measured
from explorer.features.tune.retrieval.parts import Parts
from explorer.features.tune.train import TuneSettings, train_head

RESULT = Path(__file__).parent / "results" / "tune.json"
MUST_S, ITEMS, GROUPS, DIM = 30, 10_000, 100, 384


def made_up() -> tuple[Lesson, Parts]:
    """10,000 items in 100 groups, half of them learned from."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, GROUPS, ITEMS)
    vectors = unit_rows((rng.normal(size=(GROUPS, DIM))[codes] + 2 * rng.normal(size=(ITEMS, DIM))).astype(np.float32))
    order = rng.permutation(ITEMS)
    train, watch, test = (np.sort(part) for part in np.split(order, (5_000, 6_000)))
    parts = Parts(train, watch, test, "drawn at random")
    return groups_lesson(vectors, codes, (), "made up"), parts


def seconds(lesson: Lesson, parts: Parts, settings: TuneSettings) -> tuple[float, float]:
    """Seconds of one training with its numbers: of the processor, and by the clock."""
    with tempfile.TemporaryDirectory() as folder:
        start, busy = time.perf_counter(), time.process_time()
        made = train_head(lesson, parts, settings, Path(folder), progress=Silent())
        measured(lesson, lesson.vectors, parts.test)
        measured(lesson, apply_head(made.head, lesson.vectors), parts.test)
        return round(time.process_time() - busy, 1), round(time.perf_counter() - start, 1)


def main() -> int:
    """Measure, print and write the result; 1 when a head takes longer than it may."""
    lesson, parts = made_up()
    ways = [(loss, "residual") for loss in LOSSES] + [("ms", head) for head in HEADS if head != "residual"]
    found: dict[str, dict[str, float]] = {}
    for loss, head in ways:
        settings = TuneSettings(loss=loss, head=head, patience=10_000)
        busy, clock = seconds(lesson, parts, settings)
        found[f"{loss}, {head}"] = {"processor_s": busy, "clock_s": clock}
        print(f"{loss}, {head}: {busy} s of the processor, {clock} s by the clock (at most {MUST_S})", flush=True)
    reached = max(one["processor_s"] for one in found.values()) <= MUST_S
    result: dict[str, Any] = {
        "heads": found,
        "must": {"processor_s": MUST_S, "reached": reached},
        "steps": TuneSettings().steps,
        "items": ITEMS,
        "dim": DIM,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(not reached)


if __name__ == "__main__":
    raise SystemExit(main())

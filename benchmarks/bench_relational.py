"""Training a relational head from cached features, against its limit of ten minutes, and a page's question at 100,000.

The features are random numbers of the shape that pocket gives for 12,000 scenes; how long a step takes does not depend
on their values. The question is a picked item against all others: similarities, corners and the tiles that are drawn.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.base.progress import Silent
from explorer.features.relational.lessons import Lessons
from explorer.features.relational.plane import CORNERS, GRID, PER_CELL, in_corner, min_max, thinned
from explorer.features.relational.products import cosines
from explorer.features.relational.scenes import LOOKS, SCENES
from explorer.features.relational.settings import RelationalSettings
from explorer.features.relational.train import train_head

RESULT = Path(__file__).parent / "results" / "relational.json"
MUST_TRAIN_S, MUST_QUESTION_MS = 600, 500
DIM, PATCHES, CAPTIONS = 384, 16, 57


def train_seconds(items: int, steps: int) -> float:
    """Seconds of a training of `steps` steps that never stops early, its closed-form part included."""
    rng = np.random.default_rng(0)
    texts = rng.normal(size=(CAPTIONS, DIM)).astype(np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    said = rng.integers(0, CAPTIONS, items)
    pooled = rng.normal(size=(items, DIM)).astype(np.float16)
    patches = rng.normal(size=(items, PATCHES, DIM)).astype(np.float16)
    lessons = Lessons(pooled, patches, [f"caption {i}" for i in said], texts[said])
    settings = RelationalSettings()
    settings = replace(settings, fit=replace(settings.fit, steps=steps, patience=10**6))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        train_head(lessons, settings, Path(folder), Silent())
        return time.perf_counter() - start


def question_ms(items: int, runs: int) -> float:
    """Median milliseconds from a picked item to everything that is drawn of it, at `items` items."""
    rng = np.random.default_rng(1)
    spaces = [rng.normal(size=(items, DIM)).astype(np.float16) for _ in range(2)]
    found = []
    for run in range(runs):
        start = time.perf_counter()
        x, y = (min_max(cosines(space, run)) for space in spaces)
        for name in CORNERS:
            in_corner(x, y, name)
        thinned(x, y, GRID, PER_CELL)
        found.append((time.perf_counter() - start) * 1000)
    return float(np.median(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=SCENES)
    parser.add_argument("--steps", type=int, default=RelationalSettings().fit.steps)
    given = parser.parse_args()
    seconds, milliseconds = train_seconds(given.items, given.steps), question_ms(100_000, 7)
    result = {
        "items": given.items,
        "steps": given.steps,
        "train_seconds": round(seconds, 1),
        "train_ratio": round(seconds / MUST_TRAIN_S, 3),
        "question_ms_at_100000": round(milliseconds, 1),
        "question_ratio": round(milliseconds / MUST_QUESTION_MS, 3),
        "scenes_of_the_task": LOOKS * 19,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    reached = seconds <= MUST_TRAIN_S and milliseconds <= MUST_QUESTION_MS
    result["must"] = {"train_seconds": MUST_TRAIN_S, "question_ms": MUST_QUESTION_MS, "reached": reached}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()

"""Seconds that training the shipped Combiner and a learned aspect takes from frozen vectors that are there already.

Vectors are random: how long a step takes does not depend on what they say. Every step of the recipe is done (no early
stop), with as many triplets, scenes and candidates a step as the shipped one has.
"""

import json
import os
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import unit_rows
from explorer.base.progress import Silent
from explorer.features.conditional.train_aspect import AspectSettings, Labelled, train_projection
from explorer.features.conditional.train_combiner import train_combiner
from recipes.combiner.pocket import Recipe
from recipes.combiner.scene_triplets import families, scene_triplets

RESULT = Path(__file__).parent / "results" / "heads.json"
MUST_S, DIM, STEPS = 600, 384, 100


def combiner_seconds(recipe: Recipe) -> float:
    """Seconds of all steps of the recipe, from the time of `STEPS` of them."""
    rng = np.random.default_rng(0)
    made = families(500, rng)
    triplets = scene_triplets(made, rng)
    vectors, texts = (unit_rows(rng.normal(size=(n, DIM))) for n in (len(triplets.values), len(triplets.conditions)))
    fit = replace(recipe.combiner.fit, steps=STEPS, every=STEPS)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        settings = replace(recipe.combiner, fit=fit)
        train_combiner(vectors, texts, triplets, folder=Path(folder), settings=settings, progress=Silent())
        return (time.perf_counter() - start) / STEPS * recipe.combiner.fit.steps


def aspect_seconds(items: int = 20_000) -> float:
    """Seconds of one learned aspect of 20,000 items."""
    rng = np.random.default_rng(0)
    data = Labelled(unit_rows(rng.normal(size=(items, DIM))), rng.integers(0, 20, items), 20, 0)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        train_projection(data, Path(folder), AspectSettings(), Silent())
        return time.perf_counter() - start


def main() -> int:
    found: dict[str, Any] = {"combiner_s": round(combiner_seconds(Recipe()), 1), "aspect_s": round(aspect_seconds(), 1)}
    found |= {"steps": Recipe().combiner.fit.steps, "cores": os.cpu_count(), "python": platform.python_version()}
    reached = found["combiner_s"] <= MUST_S
    found["must"] = {"combiner_s": MUST_S, "reached": reached}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1), f"\ncombiner: {found['combiner_s'] / MUST_S:.2f} of the limit")
    return int(not reached)


if __name__ == "__main__":
    raise SystemExit(main())

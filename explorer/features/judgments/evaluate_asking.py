"""How many answers active questions save, simulated from votes that people gave: part of `explorer eval human`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.progress import Progress
from explorer.features.judgments.learning.answers_needed import STRATEGIES, Votes, answers_needed

TARGET, MOST_ANSWERS, MATERIALS = 0.80, 6_000, 100
SEEDS = range(2, 12)  # the prior of `fit_items` was chosen on seeds 0 and 1


def active(folder: Path, progress: Progress, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Answers needed for 0.80 of the majorities, active against random, each seed with the same first questions."""
    parts = [json.loads((folder / f"answers_processed_{name}.json").read_text("utf-8")) for name in ("train", "test")]
    pool, test = (Votes(np.array(one["answers"]), np.array(one["agreement"], dtype=np.float64)) for one in parts)
    needed: dict[str, list[int | None]] = {name: [] for name in STRATEGIES}
    progress.start("active against random", len(seeds))
    for done, seed in enumerate(seeds):
        for name, found in needed.items():
            rng = np.random.default_rng(seed)
            answers, _ = answers_needed(pool, test, name, rng, count=MATERIALS, target=TARGET, most=MOST_ANSWERS)
            found.append(answers)
        progress.advance(done + 1)
    progress.finish()
    both = [(a, r) for a, r in zip(needed["active"], needed["random"], strict=True) if a and r]
    return {"target": TARGET, "needed": needed, **ratio_interval(both)}


def ratio_interval(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Geometric mean of active / random over the seeds, and its 95 % t interval on the log scale."""
    from scipy.stats import t

    logs = np.log([a / r for a, r in pairs])
    if len(logs) < 2:
        return {"ratio": None, "low": None, "high": None, "seeds": len(logs)}
    half = t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))
    low, middle, high = np.exp([logs.mean() - half, logs.mean(), logs.mean() + half])
    return {"ratio": float(middle), "low": float(low), "high": float(high), "seeds": len(logs)}

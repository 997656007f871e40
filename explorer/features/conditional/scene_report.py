"""The table of the four tasks on scenes: recalls with intervals, and what the Combiner reaches."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.metrics import Score, mean_score, percentile_interval, score_text
from explorer.encoders.base import Encoder
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.genecis import Places
from explorer.features.conditional.scene_tasks import GALLERY, TASKS, Task

RANKS = (1, 2, 3)
REACH, TIMES = 0.60, 1.5
TRAINED = tuple(name for name, method in METHODS.items() if method.trained)
CHANCE, BEST, SAME = "chance", "best training-free", "best training-free from the same words"
Ranks = dict[Task, Places | None]
Table = dict[str, dict[str, Any]]


def report_of(encoder: Encoder, ranks: Mapping[str, Ranks], count: int) -> dict[str, Any]:
    """The report from the places of the targets, by method and task; methods that could not answer are left out."""
    table: Table = {CHANCE: {task: {f"R@{r}": r / GALLERY for r in RANKS} for task in (*TASKS, "average")}}
    for name, by_task in ranks.items():
        known = [found for found in by_task.values() if found is not None]
        if len(known) == len(TASKS):
            table[name] = _row(known)
    free = [name for name in table if name not in (CHANCE, *TRAINED)]
    # Methods that need "values" are told more than item and words: the aspect, all of its values, and the wish.
    untold = [name for name in free if "values" not in METHODS[name].needs]
    report: dict[str, Any] = {
        "encoder": encoder.spec,
        "weights": encoder.fingerprint,
        "templates": count,
        "table": table,
        BEST: max(free, key=lambda name: _first(table, name)),
        SAME: max(untold, key=lambda name: _first(table, name)),
    }
    return report | (_reached(report) if "combiner" in table else {})


def _row(places: list[Places]) -> dict[str, Any]:
    row: dict[str, Any] = {
        task: {f"R@{r}": mean_score(found.hits(r)).as_dict() for r in RANKS}
        for task, found in zip(TASKS, places, strict=True)
    }
    row["average"] = {f"R@{r}": _average([found.hits(r) for found in places]).as_dict() for r in RANKS}
    return row


def _first(table: Table, name: str) -> float:
    return float(table[name]["average"]["R@1"]["value"])


def _reached(report: dict[str, Any]) -> dict[str, Any]:
    """What the Combiner was to reach, and whether it did."""
    own, best, same = (_first(report["table"], name) for name in ("combiner", report[BEST], report[SAME]))
    times = round(own / max(best, 1e-9), 3)
    return {
        "reach": {"combiner R@1": REACH, "times the best training-free": TIMES},
        "reached": {"combiner R@1": own >= REACH, "times the best training-free": times >= TIMES},
        "times": times,
        "times from the same words": round(own / same, 3),
    }


def _average(hits: list[Doubles]) -> Score:
    """Mean over tasks of equal size; the bootstrap resamples templates within each task."""
    rows = np.stack(hits)
    count = rows.shape[1]

    def draw(rng: np.random.Generator) -> float:
        return float(np.mean([row[rng.integers(0, count, count)].mean() for row in rows]))

    return Score(float(rows.mean()), *percentile_interval(draw), rows.size)


def format_tasks(report: dict[str, Any]) -> str:
    """The table as Markdown: R@1 a task with its 95 % interval, R@1 to 3 on average."""
    lines = ["| Method | " + " | ".join(TASKS) + " | average R@1 | R@2 | R@3 |\n|" + "---|" * (len(TASKS) + 4)]
    for name, row in report["table"].items():
        label = METHODS[name].label if name in METHODS else name
        cells = [_cell(row[task]["R@1"]) for task in TASKS] + [_cell(row["average"][f"R@{r}"]) for r in RANKS]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    tail = f"\n\n{report['templates']:,} templates a task, 14 distractors and 1 target each; brackets: 95 % bootstrap."
    if "reach" in report:
        tail += (
            f"\nCombiner: {report['table']['combiner']['average']['R@1']['value']:.3f} (aim {REACH:.2f}), "
            f"{report['times']:.2f} times the best training-free method, {METHODS[report[BEST]].label} (aim {TIMES}), "
            f"which is told the aspect and all of its values; {report['times from the same words']:.2f} times "
            f"the best one that is given item and words alone, as the Combiner is, {METHODS[report[SAME]].label}."
        )
    return "\n".join(lines) + tail


def _cell(value: dict[str, float] | float) -> str:
    return score_text(value) if isinstance(value, dict) else f"{value:.3f}"

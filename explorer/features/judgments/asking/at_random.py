"""Questions at random: what every other way is measured against."""

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.judgments.asking.drawing import every_item_first, random_questions
from explorer.features.judgments.method import Ask, Known, Method
from explorer.features.judgments.settings import PoolQuestion
from explorer.features.judgments.values import TASKS


def draw(ask: Ask, count: int) -> list[PoolQuestion]:
    """Up to `count` different questions; tags and arrangements go through all items evenly, each item once for tags."""
    task, size = ask.settings.task, ask.settings.size
    if task == "tags":
        count = min(count, len(ask.ids))
    draw_rows = every_item_first if task in ("tags", "arrangement") else random_questions
    return ask.questions(draw_rows(count, len(ask.ids), size, ask.rng), "random")


def as_they_come(known: Known, candidates: Rows, count: int, rng: np.random.Generator) -> Rows:
    """The first of the candidates, which are in random order: what a picker is measured against."""
    return np.arange(min(count, len(candidates)), dtype=np.int64)


RANDOM = Method(
    name="random",
    label="At random",
    formula="different sets of items, each as likely as any other; tags and arrangements go through all items evenly",
    tasks=TASKS,
    begin=lambda ask: draw(ask, ask.settings.questions),
)

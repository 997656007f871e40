"""The table of the four tasks: places of targets under a lens, and who is the best without training."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.encoders import Encoder
from explorer.features.conditional.evaluate_scenes import Meanings, Prepared, method_ranks
from explorer.features.conditional.genecis import Places
from explorer.features.conditional.method import Ask, Lens
from explorer.features.conditional.scene_report import BEST, CHANCE, SAME, Ranks, format_tasks, report_of
from explorer.features.conditional.scene_tasks import TASKS
from tests.features.conditional.questions import asked

ENCODER = cast(Encoder, SimpleNamespace(spec="pocket", fingerprint="abc"))


def ranks(first: int) -> Ranks:
    """Twenty templates a task, of which the target comes first in `first`."""
    none = np.zeros(20, dtype=np.int64)
    return {task: Places(np.where(np.arange(20) < first, 0, 8), none) for task in TASKS}


def test_the_best_without_training_may_be_told_more_than_the_best_from_the_same_words() -> None:
    found = {"image": ranks(1), "text": ranks(4), "profile": ranks(8), "combiner": ranks(12)}
    report = report_of(ENCODER, found, 20)
    assert (report[BEST], report[SAME]) == ("profile", "text")
    assert report["times"] == 1.5 and report["times from the same words"] == 3.0
    assert report["reached"] == {"combiner R@1": True, "times the best training-free": True}
    assert report["table"]["combiner"]["average"]["R@1"]["value"] == 0.6
    assert report["table"][CHANCE]["average"]["R@3"] == 0.2
    text = format_tasks(report)
    assert "| Aspect profile | 0.400 (" in text and "Combiner: 0.600 (aim 0.60), 1.50 times" in text


def test_a_method_that_cannot_answer_is_left_out() -> None:
    report = report_of(ENCODER, {"image": ranks(2), "text": {**ranks(3), TASKS[1]: None}}, 20)
    assert set(report["table"]) == {CHANCE, "image"} and "reach" not in report


@pytest.mark.parametrize("beside", [False, True])
def test_places_of_targets_are_those_of_a_plain_loop(beside: bool, rng: np.random.Generator) -> None:
    galleries = unit_rows(rng.normal(size=(60, 6))).reshape(6, 10, 6)
    query, other = unit_rows(rng.normal(size=(2, 6)))
    targets = rng.integers(0, 10, 6)
    more: dict[str, Any] = {"templates": [], "references": galleries[:, 0], "conditions": galleries[:, 0]}
    more |= {"raw_references": galleries[:, 0], "raw_conditions": galleries[:, 0]}
    prepared = Prepared(galleries=galleries, targets=targets, **more)
    meanings = cast(Meanings, SimpleNamespace(ask=lambda prepared, number, head: asked(query, query)))

    def lens(ask: Ask) -> Lens:
        return Lens(ask.condition, lambda rows: rows[:, ::-1], "turned", other if beside else None)

    def score(item: Floats) -> float:
        own = float(item[::-1] @ query)
        return (own + float(item @ other)) / 2 if beside else own

    found = method_ranks(prepared, lens, meanings, None)
    expected = [
        sum(score(item) > score(gallery[target]) for item in gallery)
        for gallery, target in zip(galleries, targets, strict=True)
    ]
    assert found is not None and found.before.tolist() == expected

    def refuses(ask: Ask) -> Lens:
        raise InputError("no")

    assert method_ranks(prepared, refuses, meanings, None) is None

"""What every way to learn from people promises, one suite over all of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.agreement.scores import choice_agreement
from explorer.features.judgments.agreement.similarity import vectors_similarity
from explorer.features.judgments.contract import METHODS
from explorer.features.judgments.learning.method import NEEDS, Learner, Lesson
from explorer.features.judgments.learning.methods import HEADS, LEARNERS
from explorer.features.judgments.learning.reward import preference_accuracy
from explorer.features.judgments.learning.simulated import simulated_odd_ones, simulated_preferences
from explorer.features.judgments.questions import Choices
from explorer.heads.ms_loss import recall_at_1

COUNT, ASKED = 90, 80


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """People see two of eight dimensions; nobody is asked about the last ten items."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(COUNT, 8))
    seen, items = rows[:, :2], np.arange(ASKED)
    groups = np.array([f"g{int(x > 0)}{int(y > 0)}" for x, y in seen], dtype=object)
    wishes = (np.array([2.0, -1.0]), np.array([0.5, 1.5]))
    return Lesson(
        vectors=(rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32),
        answers=simulated_odd_ones(seen, items, 700, rng, noise=0.05),
        groups=groups,
        preferences=tuple(simulated_preferences(seen, items, wish, 60, rng) for wish in wishes),
        dim=3,
        steps=80,
    )


def good(learner: Learner, found: np.ndarray, lesson: Lesson) -> float:
    """How well what was learned tells what people told: preferences, groups, or the odd ones out."""
    if "preferences" in learner.needs:
        pairs = zip(found.T, lesson.preferences, strict=True)
        return float(np.mean([preference_accuracy(rewards, asked) for rewards, asked in pairs]))
    if "groups" in learner.needs:
        assert lesson.groups is not None
        return recall_at_1(found, lesson.groups)
    assert isinstance(lesson.answers, Choices)
    return choice_agreement(vectors_similarity(found), lesson.answers, np.random.default_rng(0), 0).single.value


@pytest.mark.parametrize("learner", LEARNERS.values(), ids=LEARNERS)
def test_the_card_is_complete(learner: Learner) -> None:
    assert METHODS[learner.name] is LEARNERS[learner.name] is learner
    assert learner.label and learner.formula and learner.needs and set(learner.needs) <= set(NEEDS)
    assert learner.baseline in {"", *LEARNERS} - {learner.name}
    assert not learner.baseline or (learner.trained and learner.source)


@pytest.mark.parametrize("learner", LEARNERS.values(), ids=LEARNERS)
def test_it_gives_every_item_numbers_the_same_each_time_and_changes_nothing(learner: Learner, lesson: Lesson) -> None:
    before = lesson.vectors.copy()
    found = learner.learn(lesson)
    assert found.dtype == np.float32 and found.ndim == 2 and len(found) == COUNT
    known = np.isfinite(found.sum(axis=1))
    assert known[:ASKED].all() and (known.all() or "vectors" not in learner.needs)
    assert np.array_equal(found, learner.learn(lesson), equal_nan=True)
    assert np.array_equal(lesson.vectors, before)
    if learner.preferring:
        assert found.shape[1] == len(lesson.preferences)
    else:
        assert np.linalg.norm(found[known], axis=1) == pytest.approx(np.ones(known.sum()), abs=1e-4)


@pytest.mark.parametrize("learner", [one for one in LEARNERS.values() if one.baseline], ids=lambda one: one.name)
def test_it_tells_more_than_its_baseline_of_what_it_learned_from(learner: Learner, lesson: Lesson) -> None:
    """The baseline of rewards fits them, too, and with more freedom: there both must tell nearly all."""
    own = good(learner, learner.learn(replace(lesson, steps=250)), lesson)
    if learner.preferring:
        assert own > 0.8
    else:
        assert own > good(learner, LEARNERS[learner.baseline].learn(lesson), lesson) + 0.02


@pytest.mark.parametrize(
    "learner", [one for one in LEARNERS.values() if one.needs != ("vectors",)], ids=lambda one: one.name
)
def test_what_the_lesson_lacks_is_named(learner: Learner, lesson: Lesson) -> None:
    need = next(one for one in learner.needs if one != "vectors")
    with pytest.raises(InputError, match=f"Expected {NEEDS[need]} to learn from, got none"):
        learner.learn(Lesson(vectors=lesson.vectors))


def test_heads_are_the_learners_that_make_a_model_out_of_answers() -> None:
    assert set(HEADS) == {"projection", "mlp"}
    assert all(learner.change and learner.change.kind == name for name, learner in HEADS.items())

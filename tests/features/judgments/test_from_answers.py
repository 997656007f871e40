"""Heads that learn from answers and from groups: the loss, what is held out, and what comes out."""

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.scores import choice_agreement, headline
from explorer.features.judgments.agreement.similarity import vectors_similarity
from explorer.features.judgments.learning.from_answers import (
    AnswerSettings,
    Course,
    answer_loss,
    learn,
    learn_change,
    learning_curve,
)
from explorer.features.judgments.learning.groups import GroupSettings, learn_groups
from explorer.features.judgments.learning.lift import HEIGHT
from explorer.features.judgments.learning.method import Lesson
from explorer.features.judgments.learning.methods import HEADS
from explorer.features.judgments.learning.projection import PROJECTION
from explorer.features.judgments.learning.reward import feature_error, leading
from explorer.features.judgments.learning.simulated import simulated_odd_ones
from explorer.features.judgments.splits import split
from explorer.heads.batches import balanced_batch
from explorer.heads.head import Head

BLANK = Head(kind="", encoder="pocket", fingerprint="f", weights={})
QUICK = AnswerSettings(steps=60, rate=1e-2, batch=128, people_out=0.0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))


def world(count: int = 120, dim: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors of which people see two of twelve dimensions."""
    rows = np.random.default_rng(0).normal(size=(count, dim))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return vectors, rows[:, :2]


def test_the_triplet_loss_is_torchs_on_squared_distances() -> None:
    rng = torch.Generator().manual_seed(0)
    a, p, n = (torch.nn.functional.normalize(torch.randn(50, 5, generator=rng), dim=1) for _ in range(3))
    expected = torch.nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: ((x - y) ** 2).sum(1), margin=0.2)(
        a, p, n
    )
    assert float(answer_loss(a, p, n, AnswerSettings())) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_begins_with_the_neighbours_of_its_encoder_and_is_stored_as_it_computes(kind: str) -> None:
    torch.manual_seed(0)
    change = HEADS[kind].change
    assert change is not None
    module, (vectors, _) = change.module(12, 7), world(20)
    first = apply_head(change.head_of(module), vectors)
    assert first @ first.T == pytest.approx((vectors @ vectors.T + HEIGHT**2) / (1 + HEIGHT**2), abs=1e-5)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
        direct = torch.nn.functional.normalize(module(torch.as_tensor(vectors)), dim=1).numpy()
    stored = Head(kind=kind, encoder="", fingerprint="", weights=change.weights(module))
    assert apply_head(stored, vectors) == pytest.approx(direct, abs=1e-4)


def test_a_head_learns_what_people_look_at_for_items_it_never_saw() -> None:
    vectors, features = world()
    asked = simulated_odd_ones(features, np.arange(120), 1500, np.random.default_rng(0), noise=0.05)
    parts = split(asked, np.random.default_rng(0), 0.3, 0.0)
    course = Course(PROJECTION, QUICK, "t", Silent())
    found = learn(course, vectors, parts, BLANK)
    before, after = found.tests["items"]
    assert headline(after).value > headline(before).value + 0.1
    assert (found.head.encoder, found.head.fingerprint, found.answers) == ("pocket", "f", len(parts.train))
    curve = learning_curve(course, vectors, parts, found, (0.1,))
    assert curve[0]["answers"] < curve[1]["answers"] == len(parts.train)
    assert curve[1]["value"] == headline(after).value > curve[0]["value"] - 0.05


def test_a_linear_head_learns_nearly_all_that_one_can_and_what_it_varies_in_is_what_people_see() -> None:
    """Measured: 0.59 of the answers with vectors of length 1 alone, 0.79 with the coordinate that lifts them."""
    vectors, features = world(400)
    known, new = np.arange(200), np.arange(200, 400)
    asked = simulated_odd_ones(features, new, 600, np.random.default_rng(1), noise=0.0)
    best = np.c_[vectors[:, :2], np.full(400, 3.0)]
    spaces = {0: vectors, -1: best / np.linalg.norm(best, axis=1, keepdims=True)}
    for answers in (60, 400):
        given = simulated_odd_ones(features, known, answers, np.random.default_rng(2), noise=0.05)
        spaces[answers] = learn_change(PROJECTION, Lesson(vectors=vectors, answers=given, steps=500))
    share, error = {}, {}
    for name, space in spaces.items():
        found = choice_agreement(vectors_similarity(space), asked, np.random.default_rng(0), 0)
        probed = leading(space, known, 2)
        share[name] = found.single.value
        error[name] = feature_error(probed[known], features[known], probed[new], features[new])
    assert share[0] < 0.55 and share[400] > share[-1] - 0.1 > share[0] + 0.2
    assert error[0] > error[60] > error[400] and error[0] > 0.8 and error[400] < 0.15, (share, error)


def test_groups_are_measured_on_groups_that_were_never_learned() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat([f"g{n}" for n in range(24)], 8).astype(object)
    centres = np.repeat(rng.normal(size=(24, 4)), 8, axis=0) + 0.2 * rng.normal(size=(192, 4))
    rows = np.concatenate([centres, 1.2 * rng.normal(size=(192, 8))], axis=1)
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    settings = GroupSettings(steps=60, rate=2e-2)
    found = learn_groups(vectors, groups, BLANK, settings, name="g", progress=Silent())
    assert found.after > found.before + 0.1
    assert (found.groups, found.groups_out, found.items) == (24, 12, 96)
    with pytest.raises(InputError, match="at least four groups"):
        same = np.array(["a"] * 192, dtype=object)
        learn_groups(vectors, same, BLANK, settings, name="g", progress=Silent())


def test_a_batch_holds_several_items_of_several_groups() -> None:
    codes = np.repeat(np.arange(30), 9)
    batch = balanced_batch(codes, GroupSettings().groups, GroupSettings().per_group, np.random.default_rng(0))
    assert len(batch) == len(set(batch)) == 80
    assert sorted(np.unique(codes[batch], return_counts=True)[1]) == [5] * 16

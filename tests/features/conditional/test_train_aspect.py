"""Learned aspects: learned from positives alone, measured on items never seen, used as a model of their own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.base.arrays import Floats
from explorer.base.progress import Silent
from explorer.features.conditional import evaluate_aspect as evaluation
from explorer.features.conditional.evaluate_aspect import evaluate_aspect, format_aspects
from explorer.features.conditional.learned_aspect import project
from explorer.features.conditional.neighbour_scores import nearest_others, neighbour_scores
from explorer.features.conditional.train_aspect import (
    AspectSettings,
    Labelled,
    known_and_new,
    pairs,
    ranking_loss,
    train_projection,
)
from explorer.heads.fit import FitSettings

SMALL = AspectSettings(dim=8, folds=2, fit=FitSettings(steps=150, rate=5e-3, weight_decay=0.0, every=50, patience=5))


@pytest.fixture
def data() -> Labelled:
    """Items whose label is a faint part of what they look like."""
    rng = np.random.default_rng(0)
    labels = np.arange(240) % 6
    rows = np.concatenate([0.5 * np.eye(6)[labels], rng.normal(size=(240, 10))], axis=1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Labelled(rows.astype(np.float32), labels, 6, 0)


def test_pairs_are_positives_only() -> None:
    labels = np.random.default_rng(1).integers(0, 5, 40)
    anchors, others = pairs(labels, 500, np.random.default_rng(2))
    assert (labels[anchors] == labels[others]).all() and (anchors != others).all()
    assert len(set(zip(anchors, others, strict=True))) > 100


def test_items_of_the_same_label_are_no_negatives() -> None:
    rows = torch.nn.functional.normalize(torch.randn(6, 4, generator=torch.Generator().manual_seed(0)), dim=-1)
    assert ranking_loss(rows, rows, torch.zeros(6, dtype=torch.long), 20.0).item() == pytest.approx(0)
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    scores = (20 * rows @ rows.T).double().numpy()
    expected = []
    for i in range(6):
        kept = [j for j in range(6) if j == i or labels[j] != labels[i]]
        expected.append(-scores[i, i] + np.log(np.exp(scores[i, kept]).sum()))
    assert ranking_loss(rows, rows, labels, 20.0).item() == pytest.approx(np.mean(expected), abs=1e-4)


def test_the_learned_space_finds_the_aspect_on_items_it_has_not_seen(data: Labelled, tmp_path: Path) -> None:
    report = evaluate_aspect(data, tmp_path, SMALL, Silent())
    own, model = (report[name]["precision"] for name in ("aspect", "model"))
    assert own["low"] > model["high"] and own["items"] == 240, "every item is tested once"
    assert 0 < report["overlap"]["value"] < 1 and report["chance P@10"] == pytest.approx(39 / 239, abs=1e-4)
    text = format_aspects({"colour": report})
    assert f"{own['value']:.3f}" in text and "MAP@10" in text


def test_shuffled_labels_teach_nothing_so_nothing_leaks_between_folds(data: Labelled, tmp_path: Path) -> None:
    shuffled = replace(data, labels=np.random.default_rng(3).permutation(data.labels))
    report = evaluate_aspect(shuffled, tmp_path, SMALL, Silent())
    assert abs(report["aspect"]["precision"]["value"] - report["chance P@10"]) < 0.06


def test_two_aspects_of_the_same_items_have_two_spaces(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    first, second = np.arange(240) % 4, rng.integers(0, 4, 240)
    rows = np.concatenate([np.eye(4)[first], np.eye(4)[second], 0.3 * rng.normal(size=(240, 4))], axis=1)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    for own, other in ((first, second), (second, first)):
        weights = train_projection(Labelled(rows, own, 4, 0), tmp_path / str(own[1]), SMALL, Silent(), str(own[:9]))
        near = nearest_others(project(weights, rows), 50)
        assert neighbour_scores(near, own).precision.mean() > 0.9 > 0.5 > neighbour_scores(near, other).precision.mean()


def test_what_stops_the_training_is_never_learned_from() -> None:
    labels = np.random.default_rng(5).integers(0, 4, 200)
    known, new = known_and_new(labels, 3)
    assert not set(known) & set(new) and sorted([*known, *new]) == list(range(200))
    assert len(new) == 20 and set(labels[new]) == set(range(4))


def test_each_fold_is_measured_in_a_space_learned_from_the_others(
    data: Labelled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[Labelled] = []

    def train(part: Labelled, *given: object) -> dict[str, Floats]:
        learned.append(part)
        return {"weight": np.eye(part.vectors.shape[1], dtype=np.float32)}

    monkeypatch.setattr(evaluation, "train_projection", train)
    report = evaluate_aspect(data, tmp_path, replace(SMALL, folds=4), Silent())
    assert report["aspect"] == report["model"] and report["overlap"]["value"] == 1
    everything = {row.tobytes() for row in data.vectors}
    unseen = [everything - {row.tobytes() for row in part.vectors} for part in learned]
    assert [len(rows) for rows in unseen] == [60] * 4 and set.union(*unseen) == everything

"""Compatibility: the matrix and its averages, the simplex, the higher-order contrastive loss, versions of heads."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.replacing.compatibility.matrix import (
    average_accuracy,
    average_compatibility,
    compatibility_matrix,
    compatible_pairs,
)
from explorer.features.replacing.compatibility.method import CompatSettings
from explorer.features.replacing.compatibility.simplex import corner_of, hoc_loss, simplex
from explorer.features.replacing.compatibility.versions import train_upgrades
from tests.features.replacing.examples import clusters, rng, turn

ER7 = np.array(
    [
        [0.6342, 0, 0, 0, 0, 0, 0],
        [0.61556, 0.63092, 0, 0, 0, 0, 0],
        [0.11708, 0.1123, 0.72734, 0, 0, 0, 0],
        [0.1143, 0.1053, 0.69232, 0.703, 0, 0, 0],
        [0.0908, 0.07756, 0.09296, 0.08552, 0.74464, 0, 0],
        [0.08512, 0.07364, 0.10338, 0.09524, 0.7226, 0.72312, 0],
        [0.09718, 0.08578, 0.0975, 0.09748, 0.70352, 0.7063, 0.71544],
    ]
)
"""Printed in a notebook of the authors of IAM-CL2R, with AC 0.000 and AA 35.179."""


@pytest.mark.parametrize("count", [2, 3, 10, 100, 1024])
def test_simplex_corners_are_equally_far_apart(count: int) -> None:
    corners = simplex(count)
    products = corners @ corners.T
    assert corners.shape == (count, count - 1)
    assert np.allclose(np.diag(products), 1) and np.allclose(corners.sum(0), 0, atol=1e-6)
    assert np.allclose(products[~np.eye(count, dtype=bool)], -1 / (count - 1), atol=1e-6)


def test_class_y_has_corner_count_minus_one_minus_y() -> None:
    assert corner_of(np.array([0, 3]), 10).tolist() == [9, 6]
    with pytest.raises(InputError, match="class numbers from 0 to 9"):
        corner_of(np.array([10]), 10)


def test_printed_compatibility_is_reproduced() -> None:
    assert average_compatibility(ER7) == 0.0
    assert average_accuracy(ER7) == pytest.approx(35.179, abs=5e-4)


def test_compatibility_is_strict_and_against_the_old_model() -> None:
    equal = np.array([[0.5, 0.0], [0.5, 0.9]])
    assert average_compatibility(equal) == 0.0  # equal is not better
    better = np.array([[0.5, 0.0], [0.6, 0.9]])
    assert average_compatibility(better) == 1.0  # better than the old model, though below the new one's own 0.9
    assert compatible_pairs(better).tolist() == [[False, False], [True, False]]
    with pytest.raises(InputError, match="at least 2 models"):
        average_compatibility(np.ones((1, 1)))


def test_compatibility_of_equal_turned_and_too_wide_models() -> None:
    labels = np.repeat(np.arange(4), 10)
    x = np.eye(8)[labels] + 0.1 * rng(7).normal(size=(40, 8))
    same = compatibility_matrix([x, x], [x, x], labels, labels)
    assert np.allclose(same.matrix, 1) and same.ac == 0.0
    turned = compatibility_matrix([x, x @ turn(8, 8)], [x, x @ turn(8, 8)], labels, labels).matrix
    assert turned[1, 1] == 1 and turned[1, 0] < 0.9
    with pytest.raises(InputError, match="vectors of one length; these have 4, 8"):
        compatibility_matrix([x, x[:, :4]], [x, x[:, :4]], labels, labels)
    with pytest.raises(InputError, match="at least 2 classes"):
        compatibility_matrix([x], [x], np.zeros(40, dtype=np.int64), labels)


def test_hoc_loss_keeps_pairs_of_one_class_with_exponent_zero() -> None:
    import torch

    make = np.random.default_rng(2)
    new, old = (make.normal(size=(6, 4)).astype(np.float32) for _ in range(2))
    labels = np.array([0, 0, 1, 1, 2, 0])
    n, o = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (new, old))
    losses = []
    for i in range(6):
        terms = [np.exp(10 * o[i] @ n[j]) if labels[i] != labels[j] else 1.0 for j in range(6)]
        losses.append(-10 * n[i] @ o[i] + np.log(sum(terms)))
    found = float(hoc_loss(torch.from_numpy(new), torch.from_numpy(old), torch.from_numpy(labels)))
    assert found == pytest.approx(np.mean(losses), abs=1e-5)


def test_versions_with_fixed_simplex_and_hoc_are_more_compatible() -> None:
    x, labels = clusters(9, 60)
    rows = np.random.default_rng(0).permutation(len(x))
    settings = CompatSettings(versions=3, corners=32, hidden=64, epochs=20)
    found = train_upgrades(x, labels, rows[:400], rows[400:], classes=9, settings=settings, progress=Silent())
    assert found.classes_seen == (3, 6, 9)
    plain, fixed = found.ways["plain"], found.ways["simplex"]
    assert fixed.aa > plain.aa and fixed.ac >= plain.ac
    assert fixed.matrix[2, 2] > 0.7


@pytest.mark.parametrize(
    ("classes", "settings", "what"),
    [
        (3, CompatSettings(), "at least 4 classes"),
        (9, CompatSettings(corners=8), "room for 8"),
        (9, CompatSettings(versions=9), "Versions: expected 2 to 4"),
        (10, CompatSettings(versions=2), "one has 0"),
    ],
)
def test_versions_that_cannot_be_trained_say_why(classes: int, settings: CompatSettings, what: str) -> None:
    x, labels = clusters(9, 20)
    rows = np.arange(len(x))
    with pytest.raises(InputError, match=what):
        train_upgrades(x, labels, rows, rows, classes=classes, settings=settings, progress=Silent())

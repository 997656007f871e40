"""Bridges between two models' spaces against known answers."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.replacing.bridge.measure import paired_cosine
from explorer.features.replacing.bridge.orthogonal import orthogonal_bridge
from explorer.features.replacing.bridge.ridge import ridge_bridge
from tests.features.replacing.examples import two_models


def test_bridge_from_images_carries_texts_with_their_own_means() -> None:
    from scipy.linalg import orthogonal_procrustes

    x, y, texts, wanted = two_models(0.01)
    bridge = orthogonal_bridge(x[:80], y[:80])
    truth = orthogonal_procrustes(x[:80] - x[:80].mean(0), y[:80] - y[:80].mean(0))[0]
    assert np.allclose(bridge.turn, truth, atol=1e-12)
    assert np.allclose(bridge.turn @ bridge.turn.T, np.eye(16), atol=1e-12)
    own = paired_cosine(bridge(texts, (texts.mean(0), wanted.mean(0))), wanted)
    assert paired_cosine(texts, wanted) < 0.6 < 0.95 < own
    assert paired_cosine(bridge(texts), wanted) < own - 0.05  # the images' means do not fit texts
    assert paired_cosine(bridge(x[80:]), y[80:]) > paired_cosine(x[80:], y[80:]) + 0.3


def test_too_few_anchors_and_unequal_lengths_are_told() -> None:
    x, y, *_ = two_models(0.01)
    assert orthogonal_bridge(x[:80], y[:80]).unique and not orthogonal_bridge(x[:12], y[:12]).unique
    few = orthogonal_bridge(x[:5], y[:5])
    assert np.allclose(few.turn @ few.turn.T, np.eye(16), atol=1e-9)
    for a, b in ((x[:, :8], y), (x, y[:, :8])):
        turned = orthogonal_bridge(a, b).turn
        assert turned.shape == (a.shape[1], b.shape[1])
        assert np.allclose(np.linalg.svd(turned, compute_uv=False), 1)
    assert np.isnan(paired_cosine(x, y[:, :8]))
    for wrong in ((x[:1], y[:1]), (x[:5], y[:6])):
        with pytest.raises(InputError, match="same anchors"):
            orthogonal_bridge(*wrong)


def test_ridge_is_the_penalised_least_squares_map() -> None:
    x, y, *_ = two_models(0.1)
    a, b = x - x.mean(0), y - y.mean(0)
    penalty = 0.01 * np.trace(a.T @ a) / 16
    stacked = np.linalg.lstsq(np.vstack([a, np.sqrt(penalty) * np.eye(16)]), np.vstack([b, np.zeros((16, 16))]))[0]
    assert np.allclose(ridge_bridge(x, y).turn, stacked)

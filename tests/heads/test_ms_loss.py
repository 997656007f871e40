"""The multi-similarity loss against recorded values of the official code and the library; the traps of the card."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.heads.ms_loss import mine, ms_loss, pairs_of, recall_at_1

X = np.array(
    [
        [0.054977519267929244, -0.0028829662136873706, -0.967182839939979, 0.24804538900490009],
        [-0.2835486876300974, -0.7741973753791419, 0.5377279141306308, -0.17625905952324425],
        [0.5801582192207103, 0.1652015255491884, -0.7962669410417923, -0.04564926320130443],
        [0.015297509026377675, -0.8965698744993481, 0.3982958748091674, 0.19310319124191347],
        [0.38071631940417366, 0.12904774288127027, -0.7929668184961033, 0.45782681109864787],
        [-0.7564025568784789, -0.5885368634114116, 0.27064614308015195, -0.09072043644843625],
        [0.7257121139814031, 0.3089484904885377, -0.6043889187630913, -0.11227997471445363],
        [-0.544005620289685, -0.3530399896388746, -0.4868083180399238, 0.5851822898005019],
    ]
)
LABELS = np.array([0, 1] * 4)


@pytest.mark.parametrize(
    ("beta", "base", "mined", "plain"),
    [
        (40.0, 0.5, 0.17426115479598087, 0.6386872611510273),
        (50.0, 0.5, 0.17413447425299808, 0.638518828058211),
        (50.0, 1.0, 0.24408645229348883, 1.009093322275521),
    ],
)
def test_losses_are_those_of_the_official_code(beta: float, base: float, mined: float, plain: float) -> None:
    assert ms_loss(X, LABELS, beta=beta, base=base).loss == pytest.approx(mined, abs=1e-12)
    assert ms_loss(X, LABELS, beta=beta, base=base, epsilon=None).loss == pytest.approx(plain, abs=1e-12)


@pytest.mark.parametrize("beta", [40.0, 200.0, 2000.0, 1e6])
def test_a_steep_loss_is_finite_with_its_slopes(beta: float) -> None:
    """Against the library that trains; e^(2000 / 2) is beyond any number type."""
    import torch
    from pytorch_metric_learning.losses import MultiSimilarityLoss

    labels = np.array([0, 0, 1, 1, 0, 1, 0, 1])
    rows = torch.tensor(X, requires_grad=True)
    wanted = MultiSimilarityLoss(alpha=2.0, beta=beta, base=0.5)(rows, torch.as_tensor(labels))
    found = ms_loss(X, labels, beta=beta, epsilon=None)
    assert found.loss == pytest.approx(wanted.item(), abs=1e-9)
    assert np.isfinite(found.weights).all() and found.weights.max() <= 1
    assert ((found.weights > 0).any(axis=1)).all()
    wanted.backward()
    assert rows.grad is not None and bool(torch.isfinite(rows.grad).all())


def test_a_flat_steep_loss_is_zero_not_infinite() -> None:
    apart = np.array([[1.0, 0], [1.0, 0], [0, 1.0], [0, 1.0]])
    found = ms_loss(apart, np.array([0, 0, 1, 1]), beta=2000, epsilon=None)
    assert found.loss == pytest.approx(np.log1p(np.exp(-1)) / 2)


def test_mined_pairs_are_the_recorded_ones() -> None:
    found = ms_loss(X, LABELS)
    assert np.argwhere(found.positives).tolist() == [[0, 6], [7, 1], [7, 3], [7, 5]]
    assert np.argwhere(found.negatives).tolist() == [[0, 7], [7, 0], [7, 2], [7, 4]]


def test_the_library_that_trains_gives_the_same_loss() -> None:
    import torch

    from explorer.features.judgments.learning.groups import GroupSettings, group_loss

    settings = GroupSettings(batch=1000, per_group=4)
    found = group_loss(torch.nn.Identity(), torch.as_tensor(X), LABELS, settings, np.random.default_rng(0))
    assert float(found) == pytest.approx(ms_loss(X, LABELS).loss, abs=1e-9)


def test_weights_are_the_slopes_of_the_loss_by_the_similarities() -> None:
    similarities = X @ X.T
    found = ms_loss(X, LABELS)
    pull, push = found.positives, found.negatives

    def total(s: np.ndarray) -> float:
        p = np.log1p((pull * np.exp(-2 * (s - 0.5))).sum(1)) / 2
        return float((p + np.log1p((push * np.exp(40 * (s - 0.5))).sum(1)) / 40).sum())

    for i, j in [(0, 6), (0, 7), (7, 1), (7, 2), (3, 4)]:
        step = np.zeros_like(similarities)
        step[i, j] = 1e-6
        slope = (total(similarities + step) - total(similarities - step)) / 2e-6
        assert abs(slope) == pytest.approx(found.weights[i, j], abs=1e-6)


def test_the_mean_is_over_the_batch_not_over_the_anchors_with_pairs() -> None:
    rows = np.concatenate([X, [[0.0, 0.0, 1.0, 0.0]]])
    alone = ms_loss(rows, np.append(LABELS, 2))
    assert not alone.positives[8].any() and not alone.negatives[8].any()  # no positive: nothing to compare with
    per_anchor = alone.loss * 9
    assert per_anchor == pytest.approx(_sum(rows[:, :], np.append(LABELS, 2)))


def _sum(rows: np.ndarray, labels: np.ndarray) -> float:
    total = 0.0
    for i in range(len(rows)):
        s = rows[i] @ rows.T
        positive = [k for k in range(len(rows)) if labels[k] == labels[i] and k != i]
        negative = [k for k in range(len(rows)) if labels[k] != labels[i]]
        if positive and negative:
            least, most = min(s[k] for k in positive), max(s[k] for k in negative)
            positive, negative = (
                [k for k in positive if s[k] - 0.1 < most],
                [k for k in negative if s[k] + 0.1 > least],
            )
            total += np.log1p(sum(np.exp(-2 * (s[k] - 0.5)) for k in positive)) / 2
            total += np.log1p(sum(np.exp(40 * (s[k] - 0.5)) for k in negative)) / 40
    return float(total)


def test_an_item_is_no_pair_with_itself_but_its_duplicate_is() -> None:
    positives, _ = pairs_of(np.array([0, 0, 1]))
    assert positives.tolist() == [[False, True, False], [True, False, False], [False, False, False]]
    rows = np.array([[1.0, 0], [1.0, 0], [0.99, 0.14]])
    assert ms_loss(rows, np.array([0, 0, 1])).positives[0, 1]


def test_vectors_are_scaled_to_length_1_first() -> None:
    assert ms_loss(X * np.arange(1, 9)[:, None], LABELS).loss == pytest.approx(ms_loss(X, LABELS).loss)
    with pytest.raises(InputError, match="direction"):
        ms_loss(np.zeros((8, 4)), LABELS)


def test_mining_keeps_only_what_is_wrong_or_nearly_so() -> None:
    similarities = np.array([[1, 0.9, 0.1], [0.9, 1, 0.85], [0.1, 0.85, 1]])
    positives, negatives = pairs_of(np.array([0, 0, 1]))
    kept = mine(similarities, positives, negatives)
    assert np.argwhere(kept[0]).tolist() == [[1, 0]] and np.argwhere(kept[1]).tolist() == [[1, 2]]


def test_recall_counts_items_that_have_a_partner() -> None:
    rows = np.array([[1, 0], [0.99, 0.1], [0, 1], [0.1, 0.99], [-1, 0.0]])
    assert recall_at_1(rows, np.array(["a", "a", "b", "b", "c"])) == 1
    assert recall_at_1(rows, np.array(["a", "b", "a", "b", "c"])) == 0
    assert np.isnan(recall_at_1(rows, np.arange(5)))

"""Stitching: direct matching, activations of one size, the energy detector, and the lab on digits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.replacing.stitching import digits_cnn
from explorer.features.replacing.stitching.affine import Affine, residual, resize
from explorer.features.replacing.stitching.bench import Bench, Cell, Task, fitted_to
from explorer.features.replacing.stitching.detector import DetectorSettings, auroc, train_detector
from explorer.features.replacing.stitching.direct import direct_match
from explorer.features.replacing.stitching.energy import choose_threshold, energies
from explorer.features.replacing.stitching.method import TaskMatching
from explorer.heads.head import SHIPPED
from tests.features.replacing.examples import digits_task, rng


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 6), st.integers(1, 6))
def test_an_affine_map_with_bias_is_found_exactly(seed: int, a: int, b: int) -> None:
    make = rng(seed)
    x, truth = make.normal(size=(40, a)), Affine(make.normal(size=(b, a)), 5 * make.normal(size=b))
    found = direct_match(x[:20], truth(x[:20]))
    assert np.allclose(found.weight, truth.weight, atol=1e-8) and np.allclose(found.bias, truth.bias, atol=1e-8)
    assert residual(found, x[20:], truth(x[20:])) < 1e-12


def test_direct_matching_is_the_pseudo_inverse_and_is_judged_on_other_items() -> None:
    x, y = rng(1).normal(size=(30, 4)), rng(2).normal(size=(30, 3)) + 2
    found = direct_match(x, y)
    solution = np.linalg.pinv(np.column_stack([x, np.ones(30)])) @ y
    assert np.allclose(found.weight, solution[:-1].T) and np.allclose(found.bias, solution[-1])
    few = direct_match(x[:5], y[:5])
    assert residual(few, x[:5], y[:5]) < 1e-20 < 0.1 < residual(few, x[5:], y[5:])


def test_channels_are_the_features_of_activations_with_positions() -> None:
    x = rng(3).normal(size=(6, 4, 3, 2))
    truth = Affine(rng(4).normal(size=(5, 4)), rng(5).normal(size=5))
    found = direct_match(x, truth(x))
    assert found.weight.shape == (5, 4) and np.allclose(found.weight, truth.weight)
    assert np.allclose(truth(x)[2, :, 1, 1], truth.weight @ x[2, :, 1, 1] + truth.bias)


def test_resizing_is_bilinear_as_in_torch() -> None:
    import torch

    x = rng(6).normal(size=(2, 3, 5, 4)).astype(np.float32)
    for height, width in ((7, 9), (2, 3), (5, 1), (10, 8)):
        wanted = torch.nn.functional.interpolate(torch.from_numpy(x), size=(height, width), mode="bilinear").numpy()
        assert np.allclose(resize(x, height, width), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        (np.ones((3, 2)), np.ones((4, 2)), "same items"),
        (np.full((4, 2), np.nan), np.ones((4, 2)), "finite"),
        (np.ones((3, 2, 4, 4)), np.ones((3, 2, 2, 2)), "equal height"),
        (np.ones((1, 2)), np.ones((1, 2)), "at least 2"),
        (np.ones(3), np.ones(3), "axes"),
    ],
)
def test_what_cannot_be_matched_says_why(x: np.ndarray, y: np.ndarray, what: str) -> None:
    with pytest.raises(InputError, match=what):
        direct_match(x, y)


def test_energy_and_its_threshold() -> None:
    logits = rng(11).normal(size=(50, 4))
    assert np.allclose(energies(logits, 2.0), -2 * np.log(np.exp(logits / 2).sum(1)))
    genuine = rng(12).normal(-25, 1, 2000)
    threshold = choose_threshold(genuine)
    assert threshold.share_above(genuine) == pytest.approx(0.05, abs=0.04)
    assert threshold.share_above(np.full(5, -7.0)) == 1.0
    with pytest.raises(InputError, match="at least 20"):
        choose_threshold(genuine[:19])


def test_false_alarms_are_counted_on_items_that_did_not_set_the_threshold() -> None:
    found = choose_threshold(np.stack([np.arange(100.0), np.full(100, 200.0)], 1).ravel())
    assert found.value == pytest.approx(0.95 * 99)
    assert found.share_of_genuine == 1


@pytest.fixture(scope="module")
def cells() -> dict[tuple[str, str], Cell]:
    """Stitches of the shipped network into its own layer 1, fitted on few items.

    With a number of epochs that suits large collections, task-loss matching stayed at chance here.
    """
    net, task = digits_cnn.load(1), digits_task()
    few = Task(task.inputs, task.labels, task.classes, task.train[:210], task.test)
    bench = Bench(net, net, few, matching=TaskMatching(batch=24))
    wanted = [("layer 1", "direct"), ("layer 3", "direct"), ("layer 1", "task"), ("layer 3", "task")]
    return {(source, method): bench.cell(source, "layer 1", method) for source, method in wanted}


def test_task_loss_matching_converges_and_says_nothing_of_likeness(cells: dict[tuple[str, str], Cell]) -> None:
    own, distant = cells["layer 1", "task"], cells["layer 3", "task"]
    assert own.accuracy > own.whole - 0.03, "a layer into itself"
    assert distant.accuracy > distant.whole - 0.03 and distant.distance > 0.5
    assert distant.out > 0.5 > distant.genuine_out  # right answers by activations that the network never makes
    exact = cells["layer 1", "direct"]
    assert exact.accuracy > 0.95 and exact.distance < 1e-3 and exact.agreement == 1
    assert exact.accuracy > cells["layer 3", "direct"].accuracy
    assert exact.out == pytest.approx(exact.genuine_out, abs=0.01)


def test_the_share_of_foreign_activations_is_not_told_by_a_detector_that_cannot_tell(
    cells: dict[tuple[str, str], Cell],
) -> None:
    found = cells["layer 1", "direct"]
    assert found.tells and found.auroc > 0.9
    assert "AUROC of 0.9" in found.detector or "AUROC of 1.00" in found.detector
    assert found.foreign.endswith("% out of distribution")
    blind = replace(found, auroc=0.55)
    assert not blind.tells and blind.foreign == "out of distribution: unknown"
    assert "is not shown" in blind.detector and "0.55" in blind.detector


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    genuine, others = rng(1).normal(size=40).round(1), rng(2).normal(0.5, 1, size=30).round(1)
    pairs = (others[None] > genuine[:, None]) + 0.5 * (others[None] == genuine[:, None])
    assert auroc(genuine, others) == pytest.approx(pairs.mean())
    noise = rng(3).normal(size=(300, 12)).astype(np.float32)
    blind = train_detector(noise, rng(4).integers(0, 3, 300), 3, DetectorSettings(epochs=1, tuning=0))
    assert blind.auroc < 0.75


def test_a_layer_and_itself_are_alike_by_every_index(cells: dict[tuple[str, str], Cell]) -> None:
    own, other = cells["layer 1", "direct"], cells["layer 3", "direct"]
    assert own.cka == pytest.approx(1) and own.pwcca == pytest.approx(0, abs=1e-6)
    assert own.procrustes == pytest.approx(0, abs=1e-6)
    assert other.cka < 0.9 and other.pwcca > 0.1 and other.procrustes > 0.1


def test_shipped_networks_are_small_and_read_digits() -> None:
    digits = digits_cnn.load_digits()
    for seed in digits_cnn.SEEDS:
        folder = SHIPPED / digits_cnn.NAME.format(seed=seed)
        assert sum(path.stat().st_size for path in folder.iterdir()) < 300_000
        assert digits_cnn.accuracy(digits_cnn.load(seed), digits) > 0.95
    assert not set(digits.train) & set(digits.test)


def test_front_and_end_make_the_whole_network() -> None:
    import torch

    net, digits = digits_cnn.load(1), digits_cnn.load_digits()
    answers = [net.end(torch.from_numpy(net.front(digits.images[:20], layer)), layer) for layer in net.layers]
    for other in answers[1:]:
        assert torch.allclose(answers[0], other, atol=1e-4)


def test_bad_stitches_say_what_is_wrong() -> None:
    net, task = digits_cnn.load(1), digits_task()
    with pytest.raises(InputError, match="layer of digits-cnn-1: expected one of layer 1"):
        Bench(net, net, task).cell("layer 9", "layer 1", "direct")
    with pytest.raises(InputError, match="at least 2 classes"):
        Bench(net, net, Task(task.inputs, task.labels, ("0",), task.train, task.test))
    with pytest.raises(InputError, match="at least 60 labelled items to fit on; got 9"):
        Bench(net, net, Task(task.inputs, task.labels, task.classes, task.train[:9], task.test))


def test_activations_are_brought_to_the_positions_of_the_target() -> None:
    make = np.random.default_rng(0)
    small, large = make.normal(size=(2, 3, 4, 4)).astype("f"), make.normal(size=(2, 5, 7, 7)).astype("f")
    tokens, fewer = make.normal(size=(2, 3, 50, 1)).astype("f"), make.normal(size=(2, 3, 17, 1)).astype("f")
    assert fitted_to(small, large).shape == (2, 3, 7, 7)
    assert fitted_to(small, tokens).shape == (2, 3, 50, 1)
    assert np.allclose(fitted_to(small, tokens)[:, :, 0, 0], small.mean((2, 3)))
    assert np.allclose(fitted_to(tokens, large), tokens[:, :, 1:].reshape(2, 3, 7, 7))
    assert np.allclose(fitted_to(tokens, fewer)[:, :, 0], tokens[:, :, 0])
    assert fitted_to(tokens, tokens) is tokens


def test_the_detector_tells_genuine_from_foreign() -> None:
    make = np.random.default_rng(1)
    labels = np.repeat(np.arange(3), 100)
    genuine = (3 * np.eye(3, 12)[labels] + 0.3 * make.normal(size=(300, 12))).astype(np.float32)
    detector = train_detector(genuine, labels, 3, DetectorSettings())
    assert detector.share_out(genuine) < 0.2
    assert detector.share_out((30 * make.normal(size=(200, 12))).astype(np.float32)) > 0.8
    with pytest.raises(InputError, match="at least 20 held-out"):
        train_detector(genuine[:40], labels[:40], 3, DetectorSettings(epochs=1, tuning=1))

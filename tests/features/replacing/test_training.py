"""Stitching on digits, the energy detector, HOC loss, versions of heads and merging, at small sizes."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.replacing import digits_cnn
from explorer.features.replacing.detector import DetectorSettings, train_detector
from explorer.features.replacing.merging import MlpSettings, merge_from_seeds
from explorer.features.replacing.stitching_lab import Bench, Cell, Task, fitted_to
from explorer.features.replacing.train_compatible import CompatSettings, hoc_loss, train_upgrades
from explorer.heads.head import SHIPPED


def digits_task() -> Task:
    digits = digits_cnn.load_digits()
    return Task(digits.images, digits.labels, tuple("0123456789"), digits.train, digits.test)


@pytest.fixture(scope="module")
def cells() -> dict[tuple[str, str], Cell]:
    """Stitches of the shipped network into its own layer 1."""
    net = digits_cnn.load(1)
    bench = Bench(net, net, digits_task())
    wanted = [("layer 1", "direct"), ("layer 3", "direct"), ("layer 1", "task"), ("layer 3", "task")]
    return {(source, method): bench.cell(source, "layer 1", method) for source, method in wanted}


def test_task_loss_matching_prefers_a_distant_layer_and_direct_matching_does_not(
    cells: dict[tuple[str, str], Cell],
) -> None:
    own, distant = cells["layer 1", "task"], cells["layer 3", "task"]
    assert distant.accuracy > own.accuracy + 0.1
    assert own.distance > 0.8 and distant.distance > 0.8
    assert distant.out > 0.5 > distant.genuine_out  # right answers by activations that the network never makes
    exact = cells["layer 1", "direct"]
    assert exact.accuracy > 0.95 and exact.distance < 1e-3 and exact.agreement == 1
    assert exact.accuracy > cells["layer 3", "direct"].accuracy
    assert exact.out == pytest.approx(exact.genuine_out, abs=0.01)


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


def clusters(classes: int, each: int, d: int = 24) -> tuple[np.ndarray, np.ndarray]:
    make = np.random.default_rng(3)
    labels = np.repeat(np.arange(classes), each)
    x = make.normal(size=(classes, d))[labels] + 0.8 * make.normal(size=(classes * each, d))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), labels


def test_versions_with_fixed_simplex_and_hoc_are_more_compatible() -> None:
    x, labels = clusters(9, 60)
    rows = np.random.default_rng(0).permutation(len(x))
    settings = CompatSettings(versions=3, corners=32, hidden=64, epochs=20)
    found = train_upgrades(x, labels, 9, rows[:400], rows[400:], settings, Silent())
    assert found.classes_seen == (3, 6, 9)
    assert found.simplex.aa > found.plain.aa and found.simplex.ac >= found.plain.ac
    assert found.simplex.matrix[2, 2] > 0.7


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
        train_upgrades(x, labels, classes, rows, rows, settings, Silent())


def test_merging_two_seeds_lowers_the_barrier() -> None:
    x, labels = clusters(5, 120)
    rows = np.random.default_rng(0).permutation(len(x))
    found = merge_from_seeds(x, labels, 5, rows[:400], rows[400:], (1, 2), MlpSettings((48, 48), epochs=25), Silent())
    assert found.after.barrier < found.before.barrier
    assert found.distances[1] < found.distances[0]
    assert found.aligned[1][5] > found.aligned[0][5]
    assert found.before.losses[[0, -1]] == pytest.approx(found.after.losses[[0, -1]])  # B's answers are the same
    with pytest.raises(InputError, match="two different seeds"):
        merge_from_seeds(x, labels, 5, rows, rows, (1, 1), MlpSettings(), Silent())

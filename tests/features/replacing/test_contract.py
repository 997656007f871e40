"""One suite over all methods: what the card promises is so."""

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.base.progress import Silent
from explorer.features.replacing.bridge.measure import measure_bridges
from explorer.features.replacing.bridge.method import BridgeMethod
from explorer.features.replacing.bridge.sides import Sides
from explorer.features.replacing.compatibility.method import CompatSettings, UpgradeMethod, VersionBatch
from explorer.features.replacing.compatibility.versions import train_upgrades
from explorer.features.replacing.contract import METHODS, NEEDS, Method, methods_of
from explorer.features.replacing.merging.between import mixtures
from explorer.features.replacing.merging.method import MergeMethod
from explorer.features.replacing.merging.mlp import Mlp, distance, loss_and_accuracy
from explorer.features.replacing.stitching.method import Seam, StitchMethod, TaskMatching
from explorer.heads.fit import FitSettings
from tests.features.replacing.examples import clusters, mlp, rng, two_models

GUIDE = Path(__file__).parents[3] / "docs" / "replacing.md"
KINDS: dict[str, type[Method]] = {
    "bridge": BridgeMethod,
    "stitching": StitchMethod,
    "compatibility": UpgradeMethod,
    "merging": MergeMethod,
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_card_says_all_that_a_reader_needs(method: Method) -> None:
    assert METHODS[method.name] is method and isinstance(method, KINDS[method.view])
    assert method.label and method.formula and method.brief
    assert set(method.needs) <= set(NEEDS)
    assert not method.baseline or METHODS[method.baseline].view == method.view


def test_the_guide_names_every_method() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [name for name in METHODS if f"`{name}`" not in guide] == []


@pytest.mark.parametrize("view", KINDS)
def test_every_view_has_a_baseline_and_labels_are_told_apart(view: str) -> None:
    methods: dict[str, Method] = methods_of(KINDS[view])
    assert [method for method in methods.values() if not method.baseline]
    assert len({method.brief for method in methods.values()}) == len(methods)


BRIDGES = methods_of(BridgeMethod)


@pytest.mark.parametrize("name", BRIDGES)
def test_a_bridge_is_finite_always_the_same_and_changes_nothing(name: str) -> None:
    x, y, texts, wanted = two_models(0.05)
    before = x.copy(), y.copy()
    moved = BRIDGES[name].fit(x[:80], y[:80])(x)
    assert moved.shape == y.shape and np.isfinite(moved).all()
    assert np.array_equal(moved, BRIDGES[name].fit(x[:80], y[:80])(x))
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])
    assert BRIDGES[name].fit(x[:80], y[:80])(texts, (texts.mean(0), wanted.mean(0))).shape == wanted.shape


@pytest.mark.parametrize("name", BRIDGES)
def test_between_equal_spaces_an_item_stays_its_own_nearest(name: str) -> None:
    x, *_ = two_models(0.05)
    moved = BRIDGES[name].fit(x[:80], x[:80])(x)
    assert np.array_equal((moved @ x.T).argmax(1), np.arange(len(x)))


def test_a_new_bridge_is_measured_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, texts, wanted = (side.astype(np.float32) for side in two_models(0.05))
    twin = BridgeMethod(name="twin", label="Twin", formula="x", fit=BRIDGES["orthogonal"].fit)
    monkeypatch.setitem(METHODS, "twin", twin)
    none, names = np.full(len(x), -1), tuple(map(str, range(len(texts))))
    sides = Sides(rows=np.arange(len(x)), a=x, b=y, texts=names, text_a=texts, text_b=wanted, labels=none)
    report = measure_bridges(sides, 60)
    assert list(report.ways) == [*BRIDGES, "twin"]
    assert report.ways["twin"].image_cosine == report.ways["orthogonal"].image_cosine
    assert report.tested == len(x) - 60 and np.isnan(report.zero_shot_a)


STITCHES = methods_of(StitchMethod)


def seam(source: np.ndarray, target: np.ndarray, labels: np.ndarray) -> Seam:
    """Of a network whose rest tells classes apart by the first numbers of its activations."""
    return Seam(
        source=source,
        target=target,
        labels=labels,
        train=np.arange(0, len(labels), 2),
        end=lambda x: 10 * x[:, :3],
        matching=TaskMatching(fit=FitSettings(steps=200, rate=3e-2, every=20)),
    )


@pytest.mark.parametrize("name", STITCHES)
def test_a_stitch_takes_channels_to_channels(name: str) -> None:
    x, labels = clusters(3, 40, d=8)
    y = (np.eye(3, 5)[labels] + 0.1 * rng(5).normal(size=(120, 5))).astype(np.float32)
    before = x.copy(), y.copy()
    found, again = (STITCHES[name].fit(seam(x, y, labels)) for _ in range(2))
    assert found.weight.shape == (5, 8) and found.bias.shape == (5,)
    assert np.isfinite(found.weight).all() and np.isfinite(found.bias).all()
    assert np.array_equal(found.weight, again.weight) and np.array_equal(found.bias, again.bias)
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])


@pytest.mark.parametrize("name", STITCHES)
@pytest.mark.parametrize("positions", [(), (2, 2)])
def test_a_layer_sewn_to_itself_answers_rightly(name: str, positions: tuple[int, ...]) -> None:
    labels = np.repeat(np.arange(3), 40)
    y = (np.eye(3, 5)[labels] + 0.05 * rng(5).normal(size=(120, 5))).astype(np.float32)
    own = np.broadcast_to(y.reshape(120, 5, *(1 for _ in positions)), (120, 5, *positions))
    own = np.ascontiguousarray(own, dtype=np.float32)
    made = seam(own, own, labels)
    if positions:
        made = Seam(**{**vars(made), "end": lambda x: 10 * x.mean((2, 3))[:, :3]})
    answers = made.end(torch.from_numpy(STITCHES[name].fit(made)(own).astype(np.float32))).argmax(1).numpy()
    assert (answers == labels).mean() > 0.95


UPGRADES = methods_of(UpgradeMethod)


def test_versions_are_measured_by_every_method_always_the_same() -> None:
    x, labels = clusters(6, 24)
    rows, before = rng().permutation(len(x)), x.copy()
    settings = CompatSettings(versions=2, corners=12, hidden=16, epochs=2)
    found, again = (
        train_upgrades(x, labels, rows[:100], rows[100:], classes=6, settings=settings, progress=Silent())
        for _ in range(2)
    )
    assert list(found.ways) == list(UPGRADES) and np.array_equal(x, before)
    for name, one in found.ways.items():
        assert one.matrix.shape == (2, 2) and ((one.matrix >= 0) & (one.matrix <= 1)).all()
        assert np.array_equal(one.matrix, again.ways[name].matrix)


@pytest.mark.parametrize("name", UPGRADES)
@pytest.mark.parametrize("later", [False, True])
def test_the_loss_is_least_for_the_right_class_and_teaches_the_head(name: str, later: bool) -> None:
    torch.manual_seed(0)
    settings, classifier = CompatSettings(corners=8), torch.nn.Linear(7, 8, bias=False)
    UPGRADES[name].settle(classifier, settings)
    corners = torch.arange(8)
    with torch.no_grad():
        classifier.weight /= classifier.weight.norm(dim=1, keepdim=True)
    found = (5 * classifier.weight.detach()).clone().requires_grad_()
    old = found.detach() if later else None
    losses = [UPGRADES[name].loss(classifier, VersionBatch(found, corners.roll(k), old), settings) for k in range(8)]
    assert all(torch.isfinite(loss) and loss.ndim == 0 for loss in losses)
    assert min(losses) == losses[0]
    losses[1].backward()  # type: ignore[no-untyped-call]
    assert found.grad is not None and bool(found.grad.abs().sum() > 0)


MERGES = methods_of(MergeMethod)


@pytest.mark.parametrize("name", MERGES)
def test_b_answers_as_before_it_is_mixed(name: str) -> None:
    a, b, x = mlp((6, 10, 9, 4), 1), mlp((6, 10, 9, 4), 2), rng(3).normal(size=(20, 6))
    before = [kernel.copy() for kernel in (*a.kernels, *b.kernels)]
    found, again = (MERGES[name].ready(a, b, rng(4)) for _ in range(2))
    assert np.allclose(found.logits(x), b.logits(x)) and found.sizes == b.sizes
    assert distance(found, again) == 0 and distance(a, found) <= distance(a, b) + 1e-9
    assert all(np.array_equal(k, old) for k, old in zip((*a.kernels, *b.kernels), before, strict=True))


@pytest.mark.parametrize("name", MERGES)
def test_a_network_merged_with_itself_stays_itself(name: str) -> None:
    net, x, labels = mlp((6, 10, 4), 1), rng(3).normal(size=(20, 6)), rng(4).integers(0, 4, 20)

    def score(other: Mlp) -> tuple[float, float]:
        return loss_and_accuracy(other, x, labels)

    between = mixtures(net, MERGES[name].ready(net, net, rng()), score, steps=5)
    assert np.allclose(between.losses, between.losses[0]) and between.barrier == pytest.approx(0)

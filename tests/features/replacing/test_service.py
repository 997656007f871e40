"""What pages and commands ask: of one opened workspace, worked out once."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.encoders.base import Abilities
from explorer.features.replacing import service
from explorer.features.replacing.bridge.orthogonal import orthogonal_bridge
from explorer.features.replacing.bridge.sides import both_sides, reference_texts
from explorer.features.replacing.bridge.store import load_crossing
from explorer.features.replacing.compatibility.method import CompatSettings
from explorer.features.replacing.stitching import digits_cnn, store
from explorer.features.replacing.stitching.affine import relative_distance
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.direct import direct_match
from explorer.features.replacing.stitching.method import logits_of
from explorer.features.replacing.stitching.store import keep_cells, keep_digits_cells, ship_digits_cells
from explorer.io.embedding_store import save_embeddings
from explorer.workspace import opened as opened_module
from explorer.workspace.opened import Opened
from tests.features.replacing.examples import notes, rng, turn, unit

COUNT, CLASSES, D = 200, 5, 16
KINDS = np.arange(COUNT) % CLASSES
CENTRES, Q = rng(1).normal(size=(CLASSES, D)), turn(D, 2)
X = CENTRES[KINDS] + 0.5 * rng(3).normal(size=(COUNT, D))


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    columns = {"kind": [f"kind {kind}" for kind in KINDS]}
    models = {"pocket": X, "tuned:next": X @ Q, "precomputed:short": X[:, :9]}
    return notes(tmp_path / "notes", columns, models)


class Pool:
    """Two models of the same things, one turned against the other; a text is the middle of the kind it names."""

    def __init__(self, broken: str = "") -> None:
        self.broken = broken

    def get(self, spec: str) -> SimpleNamespace:
        if spec == self.broken:
            raise ModelError("weights are missing")
        turned = {"tuned:next": Q, "precomputed:short": np.eye(D)[:, :9]}.get(spec, np.eye(D))
        return SimpleNamespace(
            spec=spec,
            fingerprint="",
            abilities=Abilities(images=True, texts=True, joint=True),
            encode_texts=lambda texts: unit(np.array([CENTRES[int(text[-1])] for text in texts]) @ turned),
        )

    def text_vector(self, spec: str, text: str) -> np.ndarray:
        return np.asarray(self.get(spec).encode_texts([text])[0])


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    made = Pool()
    monkeypatch.setattr(opened_module, "POOL", made)
    monkeypatch.setattr(service, "POOL", made)
    return made


def test_models_that_can_be_bridged_and_why_others_cannot(opened: Opened, pool: Pool) -> None:
    pool.broken = "tuned:next"
    assert service.joint_models(opened) == (["pocket"], {"tuned:next": "weights are missing"})
    pool.broken = ""  # what went wrong is not remembered
    assert service.joint_models(opened) == (["pocket", "tuned:next"], {})
    assert service.stitchable_models(opened) == ["pocket"]


def test_a_bridge_lets_the_new_model_ask_the_old_gallery(opened: Opened, pool: Pool) -> None:
    what = service.Bridging(new="tuned:next", old="pocket", column="kind", anchors=100)
    report = service.fit_and_keep_bridge(opened, what)
    before, turned = report.ways["before"], report.ways["orthogonal"]
    assert turned.image_cosine > 0.99 > 0.5 > before.image_cosine
    assert turned.text_top1 == 1 and turned.zero_shot == report.zero_shot_a == report.zero_shot_b
    assert report.unique and report.tested == COUNT - 100
    bridged, own = service.search_old_gallery(opened, what, "kind 3", 10)
    assert set(KINDS[bridged.of(0)[0]]) == {3}
    assert len(set(bridged.of(0)[0]) & set(own.of(0)[0])) >= 8
    assert service.most_anchors(opened, "tuned:next", "pocket") == 190
    with pytest.raises(InputError, match="Anchors: expected 2 to 190, got 191"):
        service.fit_and_keep_bridge(opened, replace(what, anchors=191))


def test_a_kept_bridge_is_the_one_that_was_fitted(opened: Opened, pool: Pool) -> None:
    """The same to the last bit; NaN, where lengths differ, too."""
    what = service.Bridging(new="precomputed:short", old="pocket", column="kind", anchors=100)
    assert service.load_report(opened, what) is None
    report = service.fit_and_keep_bridge(opened, what)
    kept = service.load_report(opened, what)
    assert kept is not None and repr(kept) == repr(report) and np.isnan(kept.ways["before"].image_cosine)
    sides = both_sides(opened, pool.get(what.new), pool.get(what.old), *reference_texts(opened, "kind"))
    crossing, turned = load_crossing(opened, what), orthogonal_bridge(sides.a[:100], sides.b[:100])
    assert_array_equal(crossing.texts(sides.text_a), turned(sides.text_a, sides.text_means))
    (path,) = opened.workspace.path.glob("cache/compare/bridges/*.npz")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(WorkspaceError, match="Delete it, and fit the bridge again"):
        load_crossing(opened, what)
    path.unlink()
    assert service.load_report(opened, what) is None


def test_models_are_compared_on_items_of_all(opened: Opened) -> None:
    what = service.Asking(column="kind", specs=("pocket", "tuned:next"))
    assert service.load_galleries(opened, what) is None
    found = service.compare_and_keep_models(opened, what)
    matrix = found.matrix.matrix
    assert np.diag(matrix) == pytest.approx(matrix[0, 0]) and matrix[0, 0] > 0.9
    assert found.queries + found.gallery == COUNT
    kept = service.load_galleries(opened, what)
    assert kept is not None and (kept.queries, kept.gallery, kept.dropped) == (found.queries, found.gallery, "")
    assert_array_equal(kept.matrix.matrix, matrix)
    assert service.load_galleries(opened, replace(what, specs=what.specs[::-1])) is None
    for ask in (service.compare_models, lambda o, _, specs: service.check_one_length(o, specs)):
        with pytest.raises(InputError, match="vectors of one length; these have 9, 16"):
            ask(opened, "kind", [*what.specs, "precomputed:short"])


def test_heads_get_as_many_corners_as_there_are_classes(opened: Opened) -> None:
    found = service.upgrade_heads(opened, "kind", "pocket", CompatSettings(versions=2, corners=2, hidden=8, epochs=1))
    assert found.classes_seen == (3, 5) and found.classes == CLASSES
    assert found.gallery + found.queries == COUNT


def test_kept_heads_are_those_that_were_trained(opened: Opened) -> None:
    what = service.Upgrading(column="kind", spec="pocket", versions=2, items=60)
    found = service.upgrade_and_keep_heads(opened, what)
    plain = service.upgrade_heads(opened, "kind", "pocket", CompatSettings(versions=2), most=60)
    kept = service.load_upgrades(opened, what)
    assert kept is not None and list(kept.ways) == list(plain.ways)
    for way, one in plain.ways.items():
        assert_array_equal(kept.ways[way].matrix, one.matrix)
    assert replace(kept, ways=found.ways) == found
    for other in (replace(what, versions=3), replace(what, items=0)):
        assert service.load_upgrades(opened, other) is None


def test_kept_mixtures_are_those_that_were_merged(opened: Opened) -> None:
    what = service.Merging(column="kind", spec="pocket", hidden=8, first=1, second=2)
    assert service.load_merge(opened, what) is None
    found = service.merge_and_keep_seeds(opened, what)
    assert found.sizes == (D, 8, 8, CLASSES) and found.tested == COUNT * 3 // 10
    kept = service.load_merge(opened, what)
    assert kept is not None and replace(kept, ways=found.ways) == found
    for name, way in found.ways.items():
        assert (kept.ways[name].distance, kept.ways[name].aligned) == (way.distance, way.aligned)
        for side, values in vars(way.between).items():
            assert_array_equal(getattr(kept.ways[name].between, side), values)


def test_answers_of_other_vectors_or_damaged_ones_are_not_shown(opened: Opened) -> None:
    what = service.Asking(column="kind", specs=("pocket", "tuned:next"))
    service.compare_and_keep_models(opened, what)
    made = opened.workspace.folder("embeddings", "pocket")
    save_embeddings(made, opened.embeddings("pocket"), np.array(opened.dataset.ids))
    assert service.load_galleries(opened, what) is None
    service.compare_and_keep_models(opened, what)
    for path in opened.workspace.path.glob("cache/compare/galleries/*.json"):
        path.write_text("{")
    assert service.load_galleries(opened, what) is None


def cell(source: str, accuracy: float) -> Cell:
    rest = ("whole", "chance", "distance", "out", "genuine_out", "auroc", "cka", "pwcca", "procrustes", "stitched_cka")
    numbers = dict.fromkeys(rest, 0.5)
    return Cell(source=source, target="block 2", method="direct", accuracy=accuracy, agreement=1.0, items=30, **numbers)


def test_cells_are_kept_and_a_new_one_takes_the_old_ones_place(opened: Opened) -> None:
    what = service.Stitching("pocket", "pocket", "kind", "probe")
    assert service.load_cells(opened, what) == []
    keep_cells(opened, what, [cell("block 1", 0.1), cell("block 2", 0.2)])
    keep_cells(opened, what, [cell("block 1", 0.3)])
    assert service.load_cells(opened, what) == [cell("block 1", 0.3), cell("block 2", 0.2)]
    assert service.load_cells(opened, service.Stitching("pocket", "pocket", "kind", "zero-shot")) == []


def test_the_guided_example_opens_with_the_cells_that_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those of the shipped networks, and of no others."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    what = service.DigitsStitching(1, 1, "layer 1")
    shipped = {(one.source, one.method): one for one in service.load_digits_cells(what)}
    assert len(shipped) == 2 * len(digits_cnn.LAYERS)
    net, digits = digits_cnn.load(1), digits_cnn.load_digits()
    x, y = (net.front(digits.images, layer) for layer in ("layer 3", "layer 1"))
    stitched = direct_match(x[:100], y[:100])(x[digits.test]).astype(np.float32)
    found = shipped["layer 3", "direct"]
    assert relative_distance(stitched, y[digits.test]) == pytest.approx(found.distance, rel=1e-3)
    answers = logits_of(stitched, lambda part: net.end(part, "layer 1")).argmax(1)
    assert (answers == digits.labels[digits.test]).mean() == pytest.approx(found.accuracy, abs=0.005)
    ship_digits_cells(what, [found], tmp_path)
    assert store._shipped(what, tmp_path) == [found]
    monkeypatch.setattr(store, "_sums", lambda _what: ["other weights"] * 2)
    assert store._shipped(what, tmp_path) == []


def test_cells_on_digits_are_kept_by_networks_and_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    what = service.DigitsStitching(1, 2, "layer 3")
    assert service.load_digits_cells(what) == []
    keep_digits_cells(what, [cell("layer 1", 0.1)])
    assert service.load_digits_cells(what) == [cell("layer 1", 0.1)]
    others = (service.DigitsStitching(1, 1, "layer 3"), service.DigitsStitching(1, 2, "layer 4"))
    assert [service.load_digits_cells(other) for other in others] == [[], []]
    with pytest.raises(InputError, match="network on digits: expected one of 1, 2; got '3'"):
        service.stitch_digits(service.DigitsStitching(1, 3, "layer 1"))


def test_stitching_says_what_is_missing(opened: Opened) -> None:
    what = service.Stitching("pocket", "pocket", "kind", "probe")
    with pytest.raises(InputError, match="method: expected one of direct, task; got 'magic'"):
        service.stitch_models(opened, what, sources=["block 1"], targets=["block 1"], methods=["magic"])
    with pytest.raises(InputError, match="some of these items have no image"):
        service.stitch_models(opened, what, sources=["block 1"], targets=["block 1"])

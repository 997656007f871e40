"""What pages and commands ask: of one opened workspace, worked out once."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.base.errors import InputError, ModelError
from explorer.encoders.base import Abilities
from explorer.features.replacing import service
from explorer.features.replacing.compatibility.method import CompatSettings
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.store import keep_cells, keep_digits_cells
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
        turned = Q if spec == "tuned:next" else np.eye(D)
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
    ask = (opened, "tuned:next", "pocket", "kind")
    report = service.bridge_report(*ask, 100)
    assert report is service.bridge_report(*ask, 100)
    before, turned = report.ways["before"], report.ways["orthogonal"]
    assert turned.image_cosine > 0.99 > 0.5 > before.image_cosine
    assert turned.text_top1 == 1 and turned.zero_shot == report.zero_shot_a == report.zero_shot_b
    assert report.unique and report.tested == COUNT - 100
    bridged, own = service.search_old_gallery(*ask, anchors=100, text="kind 3", k=10)
    assert set(KINDS[bridged.of(0)[0]]) == {3}
    assert len(set(bridged.of(0)[0]) & set(own.of(0)[0])) >= 8
    with pytest.raises(InputError, match="Anchors: expected 2 to 190, got 191"):
        service.bridge_report(*ask, 191)


def test_models_are_compared_on_items_of_all(opened: Opened) -> None:
    specs = ("pocket", "tuned:next")
    matrix, items = service.compare_models_kept(opened, "kind", specs)
    assert service.compare_models_kept(opened, "kind", specs)[0] is matrix
    assert np.diag(matrix.matrix) == pytest.approx(matrix.matrix[0, 0]) and matrix.matrix[0, 0] > 0.9
    assert len(items.test) + len(items.train) == COUNT
    with pytest.raises(InputError, match="vectors of one length; these have 9, 16"):
        service.compare_models(opened, "kind", [*specs, "precomputed:short"])


def test_heads_get_as_many_corners_as_there_are_classes(opened: Opened) -> None:
    found = service.upgrade_heads(opened, "kind", "pocket", CompatSettings(versions=2, corners=2, hidden=8, epochs=1))
    assert found.classes_seen == (3, 5) and found.classes == CLASSES
    assert found.gallery + found.queries == COUNT


def test_seeds_are_merged_once(opened: Opened) -> None:
    found = service.merge_seeds_kept(opened, "kind", "pocket", 8, (1, 2))
    assert found.sizes == (D, 8, 8, CLASSES) and found.tested == COUNT * 3 // 10
    assert service.merge_seeds_kept(opened, "kind", "pocket", 8, (1, 2)) is found


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

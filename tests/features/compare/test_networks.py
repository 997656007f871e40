"""Layers that people bring: kept by id, compared like those of models, and what is wrong names file and row."""

import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, NotThere, WorkspaceError
from explorer.features.compare import service
from explorer.features.compare.activations import common_items
from explorer.features.compare.contract import METHODS
from explorer.features.compare.layer_table import layer_scores
from explorer.features.compare.networks import add_network, load_network, network, network_names, remove_network
from explorer.features.compare.structure import blocks, correspondence
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.opened import open_shared

COUNT, DEPTH = 120, 6
IDS = [f"note-{i}" for i in range(COUNT)]


@pytest.fixture
def notes(tmp_path: Path) -> Workspace:
    dataset = Dataset(pa.table({"id": IDS, "path": [""] * COUNT, "text": IDS, "hash": IDS}))
    return create_workspace(tmp_path / "notes", "notes", dataset, image_root=None, source="", kind="table")


def drifting(seed: int) -> list[np.ndarray]:
    """Layers of a planted network, each a turned and noisy copy of one path that all such networks follow.

    Three stages of two layers: within a stage little changes, between stages half of the directions are new.
    """
    path, own = np.random.default_rng(0), np.random.default_rng(seed)
    x, found = path.normal(size=(COUNT, 12)), []
    for layer in range(DEPTH):
        fresh = path.normal(size=x.shape)
        x = 0.5 * x + fresh if layer % 2 == 0 else x + 0.45 * fresh
        turned = x @ np.linalg.qr(own.normal(size=(12, 12)))[0]
        found.append(turned + 0.1 * own.normal(size=x.shape))
    return found


def put(folder: Path, layers: list[np.ndarray], ids: list[str] | None = None) -> Path:
    folder.mkdir()
    for number, layer in enumerate(layers):
        np.save(folder / f"block{number}.npy", layer.astype(np.float32))
    (folder / "ids.txt").write_text("\n".join(IDS if ids is None else ids), encoding="utf-8")
    return folder


def test_corresponding_layers_match_best_and_blocks_show(notes: Workspace, tmp_path: Path) -> None:
    for seed in (1, 2):
        add_network(notes, f"net {seed}", put(tmp_path / f"{seed}", drifting(seed)))
    a, b = (load_network(notes, f"layers:net {seed}") for seed in (1, 2))
    for measure in ("cka_debiased", "cka", "mutual_knn", "cca", "match_ab", "predict_ba"):
        found = correspondence(layer_scores(a, b, measure), METHODS[measure])
        assert found.partners.tolist() == list(range(DEPTH)), measure
        assert found.same == DEPTH and found.order == pytest.approx(1) and found.apart == 0
        assert found.by_chance > 0.3
    own = blocks(layer_scores(a, a, "cka"), METHODS["cka"])
    assert own.runs == ((0, 1), (2, 3), (4, 5)) and own.within > own.between + 0.2


def test_ids_that_do_not_match_are_counted_and_rows_follow_the_ids(notes: Workspace, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    ids = [*IDS[40:20:-1], *(f"stranger {i}" for i in range(10))]
    made = add_network(notes, "few", put(tmp_path / "few", [x], ids))
    assert made.count == 20
    assert made.notes[0] == (
        "10 ids of 30 in ids.txt are not items here and left out: stranger 0, stranger 1, stranger 2."
    )
    assert made.notes[1] == "100 items of 120 have no row in the layers."
    found = load_network(notes, "layers:few")
    assert found.rows.tolist() == list(range(40, 20, -1))
    rows, left, _ = common_items(found, found)
    assert found.block("block0")[left] == pytest.approx(x[40 - rows])
    with pytest.raises(InputError, match=r"ids.txt: 0 of 30 ids are items of this data set.*Its ids are 0, 1, 2; tho"):
        add_network(notes, "none", put(tmp_path / "none", [x], [str(i) for i in range(30)]))
    assert network_names(notes) == ["few"]


def test_positions_are_averaged_or_kept_and_said(notes: Workspace, tmp_path: Path) -> None:
    maps = np.random.default_rng(0).normal(size=(COUNT, 3, 4, 5)).astype(np.float16)
    tokens = np.random.default_rng(1).normal(size=(COUNT, 7, 2))
    folder = put(tmp_path / "net", [maps, tokens])
    np.save(folder / "block0.npy", maps)
    assert "averaged over positions" in add_network(notes, "net", folder).sentence
    found = load_network(notes, "layers:net")
    assert found.block("block0") == pytest.approx(maps.astype(np.float32).mean((2, 3)), abs=1e-6)
    assert found.block("block1") == pytest.approx(tokens.mean(1), abs=1e-6) and not found.maps
    made = add_network(notes, "net", folder, positions="keep")
    assert made.layers == (("block0", 3, (4, 5)), ("block1", 2, (7, 1)))
    kept = load_network(notes, "layers:net").maps
    assert kept["block0"].dtype == np.float16 and (kept["block0"] == maps).all()
    assert kept["block1"][..., 0] == pytest.approx(tokens.transpose(0, 2, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x[:-1], r"block1.npy: expected 120 rows, one an id of ids.txt, got 119"),
        (lambda x: x.astype(str), r"block1.npy: expected numbers of shape"),
        (lambda x: x[:, 0], r"block1.npy: expected numbers of shape \(rows, features\), .* got float32 \(120,\)"),
        (lambda x: np.where(np.arange(COUNT)[:, None] == 6, np.nan, x), r"block1.npy: .* in row 7 \(id 'note-6'\)"),
        (
            lambda x: np.where(np.arange(COUNT)[:, None] == 9, 1e200, x.astype(float)),
            r"block1.npy: .* in row 10 \(id 'note-9'\)",
        ),
    ],
)
def test_what_is_wrong_with_a_layer_names_file_and_row(
    notes: Workspace, tmp_path: Path, change: object, message: str
) -> None:
    x = np.random.default_rng(0).normal(size=(COUNT, 4)).astype(np.float32)
    folder = put(tmp_path / "net", [x])
    np.save(folder / "block1.npy", change(x))  # type: ignore[operator]
    with pytest.raises(InputError, match=message):
        add_network(notes, "net", folder)
    assert network_names(notes) == [] and not list(notes.folder("layers").iterdir())


def test_a_zip_is_unpacked_and_one_that_leads_out_is_refused(notes: Workspace, tmp_path: Path) -> None:
    folder = put(tmp_path / "net", drifting(1))
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"net/{path.name}")
    assert len(add_network(notes, "zipped", tmp_path / "net.zip").layers) == DEPTH
    assert "unpacked" not in {path.name for path in notes.folder("layers", "zipped").iterdir()}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.write(folder / "block0.npy", "../block0.npy")
    with pytest.raises(InputError, match="leads outside"):
        add_network(notes, "bad", tmp_path / "bad.zip")


def test_with_a_data_root_no_link_out_of_the_folder_is_read(
    notes: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path / "net", drifting(1))
    secret = put(tmp_path / "elsewhere", drifting(2)) / "block0.npy"
    (folder / "block0.npy").unlink()
    (folder / "block0.npy").symlink_to(secret)
    assert len(add_network(notes, "net", folder).layers) == DEPTH
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(folder))
    with pytest.raises(InputError, match=r"block0.npy: expected a file, got a link that leads out"):
        add_network(notes, "net", folder)


def test_one_brought_anew_is_compared_anew_and_a_damaged_one_is_told(notes: Workspace, tmp_path: Path) -> None:
    add_network(notes, "net", put(tmp_path / "first", drifting(1)))
    add_network(notes, "other", put(tmp_path / "other", drifting(2)))
    before = service.layer_matrix(open_shared(notes.path), "layers:net", "layers:other", "cka", 100)
    noise = list(np.random.default_rng(5).normal(size=(2, COUNT, 4)))
    add_network(notes, "net", put(tmp_path / "second", noise))
    after = service.layer_matrix(open_shared(notes.path), "layers:net", "layers:other", "cka", 100)
    assert before.shape == (DEPTH, DEPTH) and after.shape == (2, DEPTH) and after.max() < 0.3
    (notes.folder("layers", "net") / "0.npy").write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="are damaged .* add them again"):
        load_network(notes, "layers:net")
    remove_network(notes, "net")
    with pytest.raises(NotThere, match="has no layers named 'net'. Those there are: other"):
        network(notes, "net")

"""Layers that were brought are stitched: direct matching is nearest from the right layer, and a probe answers."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.compare.networks import add_network
from explorer.features.replacing import service
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.opened import open_shared

COUNT, DEPTH, SIDE = 160, 3, 3
IDS = [f"note-{i}" for i in range(COUNT)]
KINDS = ["cat", "dog"]


@pytest.fixture
def notes(tmp_path: Path) -> Workspace:
    """160 items of two kinds, and two planted networks whose layers drift alike; the last ten items have no row."""
    kinds = [KINDS[i % 2] for i in range(COUNT)]
    table = pa.table({"id": IDS, "path": [""] * COUNT, "text": IDS, "hash": IDS, "kind": kinds})
    ws = create_workspace(tmp_path / "notes", "notes", Dataset(table), image_root=None, source="", kind="table")
    for seed in (1, 2):
        folder = tmp_path / f"net{seed}"
        folder.mkdir()
        for number, layer in enumerate(planted(seed)):
            np.save(folder / f"layer{number}.npy", layer[: COUNT - 10].astype(np.float32))
        (folder / "ids.txt").write_text("\n".join(IDS[: COUNT - 10]), encoding="utf-8")
        add_network(ws, f"net{seed}", folder, positions="keep")
        add_network(ws, f"means{seed}", folder)
    return ws


def planted(seed: int) -> list[np.ndarray]:
    """(n, c, h, w) layers: one drifting path, mixed by each network in its own way, and the kind in all of them."""
    path, own = np.random.default_rng(0), np.random.default_rng(seed)
    x, found = path.normal(size=(COUNT, 6, SIDE, SIDE)), []
    for _ in range(DEPTH):
        x = 0.7 * x + path.normal(size=x.shape)
        x[:, 0] += 1.5 * (np.arange(COUNT) % 2)[:, None, None]
        mixed = np.einsum("ncij,cd->ndij", x, own.normal(size=(6, 6)) + 3 * np.eye(6))
        found.append(mixed + 0.05 * own.normal(size=x.shape))
    return found


LAYERS = tuple(f"layer{i}" for i in range(DEPTH))


@pytest.mark.parametrize("kind", ["net", "means"])
def test_direct_matching_is_nearest_from_the_corresponding_layer(notes: Workspace, kind: str) -> None:
    opened = open_shared(notes.path)
    assert [f"layers:{kind}1", f"layers:{kind}2"] == [
        one for one in service.stitchable_models(opened) if one.startswith(f"layers:{kind}")
    ]
    what = service.Stitching(f"layers:{kind}1", f"layers:{kind}2", "kind", "probe")
    assert service.layers_of(opened, what.a) == LAYERS
    cells = service.stitch_models(opened, what, sources=LAYERS, targets=["layer1"], methods=["direct"], items=COUNT)
    nearest = min(cells, key=lambda cell: cell.distance)
    assert nearest.source == "layer1" and nearest.distance < 0.05
    assert all(cell.distance > 5 * nearest.distance for cell in cells if cell is not nearest)
    assert nearest.accuracy > nearest.chance + 0.2 and abs(nearest.accuracy - nearest.whole) < 0.1
    assert service.load_cells(open_shared(notes.path), what) == cells


def test_what_layers_alone_cannot_do_is_told(notes: Workspace) -> None:
    opened = open_shared(notes.path)
    texts = service.Stitching("layers:net1", "layers:net2", "kind", "zero-shot")
    with pytest.raises(InputError, match=r"layers:net\d has layers alone, so it cannot classify zero-shot"):
        service.stitch_models(opened, texts, sources=["layer0"], targets=["layer1"])
    what = service.Stitching("layers:net1", "layers:net2", "kind", "probe")
    with pytest.raises(InputError, match="layer of layers:net2: expected one of layer0, layer1, layer2; got 'layer9'"):
        service.stitch_models(opened, what, sources=["layer0"], targets=["layer9"])

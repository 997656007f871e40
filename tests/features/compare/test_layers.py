"""Activations of every block: collected once, kept, compared; of open_clip models at random weights too."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.encoders import load_encoder
from explorer.encoders.base import Abilities, BaseEncoder
from explorer.features.compare import service
from explorer.features.compare.activations import Activations, common_items, layer_pair
from explorer.features.compare.kept import compare_folder
from explorer.features.compare.layer_table import layer_scores
from explorer.features.compare.layers import collect_layers, load_layers
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared


class Blocks(BaseEncoder):
    """Three blocks that see less and less of an image's mean colours."""

    spec, dim, image_side = "pocket", 3, 8
    abilities = Abilities(images=True, layers=True)

    def layers(self, images):  # type: ignore[no-untyped-def]
        colours = np.array([np.asarray(image, dtype=np.float32).mean((0, 1)) for image in images])
        return {"block 1": colours, "block 2": colours[:, :2], "dead": np.ones_like(colours), "output": colours[:, :1]}


@pytest.fixture
def pictures(tmp_path: Path, rng: np.random.Generator) -> Workspace:
    """Thirty plain pictures; the fifth cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(30):
        Image.new("RGB", (16, 16), tuple(int(v) for v in rng.integers(0, 256, 3))).save(folder / f"{i:02d}.png")
    ws = import_source(folder, tmp_path / "workspaces" / "plain")
    embed(ws, "histogram")
    embeddings = Embeddings(np.ones((30, 3), np.float32), np.ones(30, bool), "pocket", {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", "pocket"), embeddings, np.arange(30))
    (folder / "04.png").write_bytes(b"no picture")
    return ws


def test_activations_are_made_once_on_the_same_sample_for_all_models(pictures: Workspace) -> None:
    blocks = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    histogram = collect_layers(pictures, "histogram", items=20)
    assert list(blocks.blocks) == ["block 1", "block 2", "dead", "output"]
    assert list(histogram.blocks) == ["output"]
    assert 4 not in blocks.rows and len(histogram.rows) == 20
    kept = load_layers(pictures, "pocket", 20)
    assert kept is not None and kept.block("block 2") == pytest.approx(blocks.block("block 2"))
    assert load_layers(pictures, "pocket", 25) is None
    rows, left, right = common_items(blocks, histogram)
    assert (blocks.rows[left] == rows).all() and (histogram.rows[right] == rows).all()
    table = layer_scores(blocks, blocks, "cka")
    assert np.isnan(table[2]).all() and np.isnan(table[:, 2]).all()
    assert table[0, 0] == pytest.approx(1) and table[0, 3] < 1
    rows, x, y = layer_pair(blocks, histogram, "block 1", "output")
    assert x.shape == (len(rows), 3) and y.shape == (len(rows), 512)


def test_a_layer_that_is_not_there_lists_those_that_are(pictures: Workspace) -> None:
    found = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    with pytest.raises(
        InputError, match="layer of pocket: expected one of block 1, block 2, dead, output; got 'block 9'"
    ):
        layer_pair(found, found, "block 9", "output")


def test_damaged_activations_name_their_folder(pictures: Workspace) -> None:
    collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    for path in compare_folder(pictures).glob("layers-*/0.npy"):
        path.write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="damaged"):
        load_layers(pictures, "pocket", 20)


def test_samples_without_common_items_are_told(pictures: Workspace) -> None:
    left = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    right = type(left)("other", left.rows[:5], left.blocks)
    with pytest.raises(InputError, match="have 5 items in common; expected 10"):
        common_items(left, right)


@pytest.mark.parametrize("name", ["tiny-vit", "tiny-timm"])
def test_every_block_is_compared_and_most_like_itself(checkpoints: dict[str, Path], name: str) -> None:
    rng = np.random.default_rng(0)
    images = [Image.fromarray(rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)).resize((32, 32)) for _ in range(24)]
    encoder = load_encoder(f"open_clip:{name}/{checkpoints[name]}")
    found = Activations(encoder.spec, np.arange(24), encoder.layers(images))
    table = layer_scores(found, found, "cka")
    assert table.shape == (len(found.blocks),) * 2 and len(found.blocks) >= 3
    assert np.diag(table) == pytest.approx(np.ones(len(table)), abs=1e-4)
    assert (table <= 1 + 1e-4).all() and table[0, -1] < 0.999


def test_tables_and_items_of_layers_are_asked_by_name(pictures: Workspace) -> None:
    opened = open_shared(pictures.path)
    with pytest.raises(InputError, match="pocket on 20 items are not there yet: run `explorer compare layers plain"):
        service.layer_matrix(opened, "pocket", "histogram", "cka", 20)
    assert service.activations(opened, "pocket", 20) is None
    collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    collect_layers(pictures, "histogram", items=20)
    table = service.layer_matrix(opened, "pocket", "histogram", "cka", 20)
    assert table.shape == (4, 1) and table[0, 0] > 0
    assert service.layer_matrix(opened, "pocket", "histogram", "cka", 20) is table
    found = service.moved_items(opened, "pocket", "histogram", 20, ("block 1", "output"))
    assert len(found.rows) == len(found.movers.shared) == 19  # one picture cannot be read

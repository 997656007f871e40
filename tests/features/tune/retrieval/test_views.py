"""What goes into pocket's last block: the block makes pocket's vectors of it; a stopped call is gone on with."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.encoders.pocket import PocketEncoder, load_pocket, load_tower
from explorer.encoders.tuned_block import tower_with
from explorer.features.tune.retrieval import views
from explorer.features.tune.retrieval.side import block_side
from explorer.features.tune.retrieval.views import block_inputs, view_of
from explorer.io.images import read_image
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import COLOURS, disc

COUNT = 6
ROWS = np.arange(COUNT)


@pytest.fixture(scope="module")
def pocket() -> PocketEncoder:
    return load_pocket()


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    rows = []
    for number in range(COUNT):
        (tmp_path / f"{number}.png").write_bytes(disc(COLOURS[number % 4], 10 + number))
        rows.append({ID: str(number), PATH: f"{number}.png", TEXT: "", HASH: f"{number:032x}"})
    dataset = Dataset(pa.Table.from_pylist(rows))
    ws = create_workspace(tmp_path / "ws", "ws", dataset, image_root=tmp_path, source="", kind="folder")
    return open_shared(ws.path)


class StopAt(Silent):
    """Says stop at so many pictures."""

    def __init__(self, at: int) -> None:
        self.at = at

    def advance(self, done: int) -> None:
        if done >= self.at:
            raise Cancelled


def test_pockets_block_on_what_is_kept_gives_pockets_vectors(
    opened: Opened, pocket: PocketEncoder, tmp_path: Path
) -> None:
    plain, seen = block_inputs(opened, pocket, ROWS, learned=4, folder=tmp_path / "kept", progress=Silent())
    assert (plain.shape, [view.shape for view in seen]) == ((6, 256, 7, 7), [(4, 256, 7, 7)] * views.VIEWS)
    side = block_side(lambda: load_tower(pocket.files), plain, seen)
    module = side.fresh()
    images = [read_image(opened.workspace.image_path(f"{number}.png"), None) for number in range(COUNT)]
    found = side.vectors(module, ROWS)
    assert (found * pocket.encode_images(images)).sum(axis=1).min() > 0.999
    drawn = side.seen(np.array([2] * 40), np.random.default_rng(0)).numpy()
    kinds = [plain[2], *(view[2] for view in seen)]
    assert {min(range(3), key=lambda kind: np.abs(one - kinds[kind]).max()) for one in drawn} == {0, 1, 2}
    module.train()
    assert not any(part.training for part in module.modules()), "the statistics of the normalisation stay"
    tower_with(pocket, side.arrays(module))  # or a ModelError says what does not fit


def test_a_stopped_call_is_gone_on_with(
    opened: Opened, pocket: PocketEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "BATCH", 2)
    whole, whole_views = block_inputs(opened, pocket, ROWS, learned=4, folder=tmp_path / "whole", progress=Silent())
    with pytest.raises(Cancelled):
        block_inputs(opened, pocket, ROWS, learned=4, folder=tmp_path / "stopped", progress=StopAt(4))
    assert (tmp_path / "stopped" / "plain.npy.part").is_file()
    again, again_views = block_inputs(opened, pocket, ROWS, learned=4, folder=tmp_path / "stopped", progress=Silent())
    np.testing.assert_array_equal(again, whole)
    np.testing.assert_array_equal(again_views[1], whole_views[1])
    assert not list((tmp_path / "stopped").glob("*.part"))


def test_a_view_is_a_square_part_of_the_picture() -> None:
    image = Image.fromarray(np.arange(60 * 90 * 3, dtype=np.uint32).astype(np.uint8).reshape(60, 90, 3))
    for seed in range(20):
        view = view_of(image, np.random.default_rng(seed))
        assert view.width == view.height
        assert 35 <= view.width <= 60
    assert view_of(Image.new("RGB", (1, 5)), np.random.default_rng(0)).size == (1, 1)

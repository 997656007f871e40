"""Augmented views: of pictures, of vectors, and those that are kept for a workspace."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from explorer.base.dataset import HASH, Dataset
from explorer.base.errors import InputError, ModelError
from explorer.encoders.pool import POOL
from explorer.features.label.views import noise
from explorer.features.label.views.kept import kept_views, lacks_views, make_views, views_within
from explorer.features.label.views.pictures import RANDOM, cropped, cut_out, strong, weak
from explorer.workspace.opened import open_shared
from tests.pages.visits import COLOURS, make_discs


def gradient(width: int = 40, height: int = 30) -> Image.Image:
    """A picture without two equal columns or rows."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    values = np.stack([x * 6 % 256, y * 8 % 256, (x + y) * 3 % 256], axis=2)
    return Image.fromarray(values.astype(np.uint8))


def far(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the pixels of two pictures, both made 16 x 16."""
    small = [np.asarray(image.resize((16, 16)), dtype=np.float32) for image in (one, other)]
    return float(np.abs(small[0] - small[1]).mean())


def test_strong_views_are_further_away_than_weak_ones() -> None:
    picture = gradient()
    distances = [
        [far(picture, change(picture, np.random.default_rng(seed))) for seed in range(30)] for change in (weak, strong)
    ]
    assert np.mean(distances[0]) < np.mean(distances[1])
    assert len({round(one, 6) for one in distances[1]}) > 25, "nearly every view is another one"


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**16))
def test_any_size_of_picture_gives_a_picture(width: int, height: int, seed: int) -> None:
    for change in (weak, strong):
        found = change(gradient(width, height), np.random.default_rng(seed))
        assert found.mode == "RGB" and 1 <= found.width <= width and 1 <= found.height <= height


@pytest.mark.parametrize("name", RANDOM)
def test_each_operation_keeps_the_size_and_the_picture_it_was_given(name: str) -> None:
    picture = gradient()
    before = picture.tobytes()
    found = RANDOM[name](picture, np.random.default_rng(3))
    assert (found.size, found.mode, picture.tobytes()) == (picture.size, "RGB", before)


def test_a_crop_keeps_the_share_it_says() -> None:
    for seed in range(20):
        found = cropped(gradient(80, 60), np.random.default_rng(seed), (0.5, 0.6))
        assert 0.45 <= found.width * found.height / 4800 <= 0.65 or 80 in found.size or 60 in found.size


def test_a_square_is_cut_out() -> None:
    changed = np.asarray(cut_out(gradient(), np.random.default_rng(0))) != np.asarray(gradient())
    assert 0 < changed.any(axis=2).sum() <= 8 * 8


def test_noise_is_weak_and_strong() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    close, further = ((vectors * change(vectors, rng)).sum(axis=1).mean() for change in (noise.weak, noise.strong))
    assert close == pytest.approx((1 + 0.2**2) ** -0.5, abs=0.01)
    assert further < close - 0.1


def test_how_many_views_fit() -> None:
    assert views_within(10_000, 384) == 4
    assert views_within(250_000, 384) == 2
    assert views_within(10_000_000, 384) == 0
    assert views_within(10, 4, most_bytes=10 * 4 * 2 * 3) == 2


def test_views_are_kept_until_the_items_change(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    ws = make_discs(tmp_path / "discs", files, 8, lambda number: 6 + number, lambda i: {"colour": COLOURS[i % 4]})
    opened = open_shared(ws.path)
    assert kept_views(opened, "histogram") is None
    (files / "3.png").write_bytes(b"no picture any more")
    said = make_views(opened, "histogram")
    views = kept_views(opened, "histogram")
    assert (
        "4 views of 8 items" in said and views is not None and views.shape == (4, 8, opened.embeddings("histogram").dim)
    )
    assert np.linalg.norm(views, axis=2) == pytest.approx(1, abs=2e-3)
    own = np.asarray(opened.embeddings("histogram").vectors[3], dtype=np.float16)
    assert (views[:, 3] == own).all(), "an item whose picture cannot be read has its own vector"
    files_before = sorted((ws.folder("cache") / "label" / "views").rglob("*.npy"))
    assert len(files_before) == 4
    files_before[0].write_bytes(b"damaged")
    assert kept_views(opened, "histogram") is None, "it is made again"
    make_views(opened, "histogram")
    again = kept_views(opened, "histogram")
    assert again is not None and (again == views).all(), "the same views every time"


def test_a_new_column_keeps_the_views_and_another_picture_does_not(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    ws = make_discs(tmp_path / "discs", files, 6, lambda number: 9, lambda i: {"colour": COLOURS[i % 4]})
    make_views(open_shared(ws.path), "histogram")
    table = ws.dataset().table
    ws = ws.replace_dataset(Dataset(table.append_column("more", pa.array([str(i) for i in range(6)]))))
    assert kept_views(open_shared(ws.path), "histogram") is not None
    changed = pa.array([f"{number + 90:032x}" for number in range(6)])
    ws = ws.replace_dataset(Dataset(table.set_column(table.column_names.index(HASH), HASH, changed)))
    assert kept_views(open_shared(ws.path), "histogram") is None


def test_models_and_items_without_pictures_say_so(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    ws = make_discs(tmp_path / "discs", files, 4, lambda number: 9, lambda i: {"colour": COLOURS[i % 4]})
    opened = open_shared(ws.path)
    assert lacks_views(opened, POOL.get("histogram")) == ""
    reader = POOL.get("sentence:all-MiniLM-L6-v2")
    assert "reads no pictures" in lacks_views(opened, reader)
    with pytest.raises(ModelError, match="reads no pictures"):
        make_views(opened, "histogram", encoder=reader)
    for path in files.iterdir():
        path.unlink()
    with pytest.raises(InputError, match="None of the pictures of the 4 items can be read"):
        make_views(opened, "histogram")

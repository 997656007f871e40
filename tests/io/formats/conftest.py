"""A small collection that has all that formats can keep, and what must be the same after a way out and back."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from explorer.io.boxes import box_columns, in_pixels
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.tags import tag_store
from tests.conftest import COLOURS, DrawPicture

COUNT = 8
IDS = ["007", "a/b", "c.d e", "ü:1", "5", "6", "x-y", "last"]
TEXTS = ["a red disc", 'said "so",\nthen left', "<b>é</b>", "=1+1", "null", "true", "1.5", "ends; here\t."]
SPLITS = ["train", "train", "test", "val", "train", "test", "val", "train"]
LABELS = [["disc", "warm"], ["disc"], [], ["cold, dark"], None, ["a"], ["b", "a"], ["disc"]]
TAGGED = {"look again": ["007", "6"], "good": ["a/b", "007"], "größer": ["last"]}


@pytest.fixture
def rich(tmp_path: Path, draw: DrawPicture) -> Workspace:
    """Eight pictures with ids, texts, labels, numbers, dates, splits, tags, and two kinds of vectors."""
    return make_rich(tmp_path / "rich", draw)


def make_rich(folder: Path, draw: DrawPicture) -> Workspace:
    """The workspace of `rich`, below `folder`."""
    names = [f"pictures/{place}/p {place}.{'jpg' if place % 2 else 'png'}" for place in range(COUNT)]
    for place, name in enumerate(names):
        draw(folder / name, COLOURS[place % len(COLOURS)], place=place)
    rng = np.random.default_rng(1)
    first = [None if place == 3 else row.tolist() for place, row in enumerate(rng.normal(size=(COUNT, 6)))]
    table = {
        "id": IDS,
        "image": names,
        "text": TEXTS,
        "colour": [COLOURS[place % 3] for place in range(COUNT)],
        "labels": pa.array(LABELS, pa.list_(pa.string())),
        "year": pa.array([1999, None, 2001, 2002, 2003, 2004, 2005, -1], pa.int64()),
        "score": pa.array([0.1, 1e-9, -2.5, 3.0, None, 5.0, 6.0, 1 / 3]),
        "good": pa.array([True, False, None, True, True, False, True, True]),
        "split": SPLITS,
        "clip": pa.array(first, pa.list_(pa.float32())),
        "short_vec": pa.array(rng.normal(size=(COUNT, 3)).tolist(), pa.list_(pa.float32())),
    }
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(table), folder / "items.parquet")
    ws = import_source(folder / "items.parquet", folder / "ws")
    for tag, items in TAGGED.items():
        tag_store(ws).put(tag, items)
    return ws


def there_and_back(ws: Workspace, name: str, target: Path) -> Workspace:
    """Write all items in a format, and import what was written."""
    assert export_format(ws, np.arange(len(ws.dataset())), name, target) == []
    return import_source(target, target.parent / "again")


def check_same(old: Workspace, new: Workspace, parts: frozenset[str]) -> None:
    """Each of the parts (see `contract.KEPT`) is in the new workspace as in the old one."""
    assert sorted(new.dataset().ids) == sorted(old.dataset().ids) or "ids" not in parts
    for part in sorted(parts - {"ids"}):
        CHECKS[part](old, new)


def _order(old: Workspace, new: Workspace) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(new.dataset().rows_of(list(old.dataset().ids)))


def _values(ws: Workspace, name: str, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[object]:
    found: list[object] = ws.dataset().table.column(name).take(pa.array(rows)).to_pylist()
    return found


def _column(name: str, old: Workspace, new: Workspace) -> None:
    assert _values(new, name, _order(old, new)) == _values(old, name, np.arange(len(old.dataset()))), name


def _pictures(old: Workspace, new: Workspace) -> None:
    for row, place in enumerate(_order(old, new)):
        with Image.open(old.image_path(row)) as one, Image.open(new.image_path(int(place))) as other:
            assert one.size == other.size
            assert np.array_equal(np.asarray(one.convert("RGB")), np.asarray(other.convert("RGB")))


def _labels(old: Workspace, new: Workspace) -> None:
    taken = {"split"}
    assert set(new.dataset().attributes) >= set(old.dataset().attributes) - taken
    for name in old.dataset().attributes:
        if name not in taken:
            _column(name, old, new)


def _boxes(old: Workspace, new: Workspace) -> None:
    order = _order(old, new)
    found, again = box_columns(old.dataset().table), box_columns(new.dataset().table)
    assert set(found) <= set(again)
    for name, held in found.items():
        for row, place in enumerate(order):
            with Image.open(old.image_path(row)) as picture:
                sizes = [[in_pixels(box, picture.size) for box in boxes] for boxes in (held[row], again[name][place])]
            assert np.allclose(sizes[0], sizes[1], atol=1e-3), name
            assert [box.label for box in held[row]] == [box.label for box in again[name][place]]


def _tags(old: Workspace, new: Workspace) -> None:
    assert tag_store(new).pairs().to_pylist() == tag_store(old).pairs().to_pylist()
    assert "tag" not in new.dataset().table.column_names


def _vectors(old: Workspace, new: Workspace) -> None:
    order = _order(old, new)
    assert sorted(new.encoders()) == sorted(old.encoders())
    for spec in old.encoders():
        one, other = old.embeddings(spec), new.embeddings(spec)
        assert np.array_equal(one.present, other.present[order]), spec
        assert np.abs(one.vectors - other.vectors[order]).max() < 1e-6, spec


CHECKS = {
    "pictures": _pictures,
    "texts": lambda old, new: _column("text", old, new),
    "labels": _labels,
    "tags": _tags,
    "vectors": _vectors,
    "splits": lambda old, new: _column("split", old, new),
    "boxes": _boxes,
}

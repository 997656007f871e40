"""Hugging Face's own library opens what is written here, and what it writes is read here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from explorer.base.progress import Silent
from explorer.io.export import export_rows
from explorer.io.formats.hugging_face import write
from explorer.workspace.exporting import export_format, outgoing
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.tags import WithTags, tag_store
from tests.io.formats.conftest import IDS, SPLITS, check_same

ALL = frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits"})


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The library, with its caches in a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf-home")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        library = pytest.importorskip("datasets")
        library.disable_progress_bars()
        yield library


def loaded(datasets: ModuleType, name: str, folder: Path, cache: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of each split, as the library gives them."""
    if name == "hf-disk":
        found = datasets.load_from_disk(str(folder))
    elif name == "imagefolder":
        found = datasets.load_dataset("imagefolder", data_dir=str(folder), cache_dir=str(cache))
    else:
        found = datasets.load_dataset(str(folder), cache_dir=str(cache))
    return {str(split): list(rows) for split, rows in found.items()}


@pytest.mark.parametrize("name", ["hf", "hf-disk", "imagefolder"])
def test_the_library_opens_what_is_written(datasets: ModuleType, rich: Workspace, tmp_path: Path, name: str) -> None:
    export_format(rich, np.arange(len(IDS)), name, tmp_path / "out")
    found = loaded(datasets, name, tmp_path / "out", tmp_path / "cache")
    rows = [row for rows in found.values() for row in rows]
    of_split = {"val": "validation"} if name == "imagefolder" else {}
    assert {split: len(rows) for split, rows in found.items()} == {
        of_split.get(split, split): SPLITS.count(split) for split in set(SPLITS)
    }
    by_id = {str(row["id"]): row for row in rows}
    assert sorted(by_id) == sorted(IDS)
    one = by_id["a/b"]
    assert isinstance(one["image"], Image.Image) and one["image"].size == (48, 32)
    assert one["tag"] == ["good"] and one["labels"] == ["disc"] and one["text"] == 'said "so",\nthen left'
    own = rich.embeddings("precomputed:clip").vectors[IDS.index("a/b")]
    assert np.allclose(np.asarray(one["clip"]), own) and by_id["c.d e"]["year"] == 2001


def test_the_library_writes_again_what_it_opened(datasets: ModuleType, rich: Workspace, tmp_path: Path) -> None:
    """Through the library and back nothing is lost: its own files have all that ours had."""
    export_format(rich, np.arange(len(IDS)), "hf", tmp_path / "out")
    found = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    found.save_to_disk(tmp_path / "disk")
    check_same(rich, import_source(tmp_path / "disk", tmp_path / "from-disk"), ALL)
    (tmp_path / "parquet").mkdir()
    for split, rows in found.items():
        rows.to_parquet(tmp_path / "parquet" / f"{split}.parquet")
    check_same(rich, import_source(tmp_path / "parquet", tmp_path / "from-parquet"), ALL)


def test_what_the_library_makes_is_read(datasets: ModuleType, tmp_path: Path) -> None:
    """Class labels by name, pictures that are drawn in memory, vectors of fixed length, two splits."""
    features = datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=["cat", "dog"]),
            "embedding": datasets.List(datasets.Value("float32"), length=4),
        }
    )
    pictures = [Image.new("RGB", (8, 6), (40 * place, 0, 0)) for place in range(4)]
    values = {"image": pictures, "label": [0, 1, 1, 0], "embedding": np.eye(4, dtype=np.float32).tolist()}
    made = datasets.Dataset.from_dict(values, features=features)
    both = datasets.DatasetDict({"train": made.select([0, 1, 2]), "test": made.select([3]).flatten_indices()})
    both.save_to_disk(tmp_path / "disk")
    ws = import_source(tmp_path / "disk", tmp_path / "ws")
    table = ws.dataset().table
    assert table["label"].to_pylist() == ["cat", "dog", "dog", "cat"]
    assert table["split"].to_pylist() == ["train", "train", "train", "test"]
    assert np.array_equal(ws.embeddings("precomputed:embedding").vectors, np.eye(4))
    with Image.open(ws.image_path(2)) as picture:
        assert picture.size == (8, 6) and picture.getpixel((0, 0)) == (80, 0, 0)


# Without the library


def test_items_without_pictures_splits_or_tags(text_workspace: Workspace, tmp_path: Path) -> None:
    for name in ("hf", "hf-disk"):
        export_format(text_workspace, np.arange(6), name, tmp_path / name)
        again = import_source(tmp_path / name, tmp_path / f"{name}-again")
        assert again.dataset().table.drop_columns(["hash"]) == text_workspace.dataset().table.drop_columns(["hash"])
    notes = export_format(text_workspace, np.arange(6), "imagefolder", tmp_path / "pictures")
    assert notes == ["6 items without a picture left out: an image folder holds none."]


def test_a_split_that_is_no_name_of_a_file_comes_back(rich: Workspace, tmp_path: Path) -> None:
    items, _ = outgoing(rich, np.arange(4))
    names = ["fold 1/a", "../b", None, "ü"]
    table = items.table.set_column(items.table.column_names.index("split"), "split", [names])
    write(replace(items, table=table), tmp_path / "out", Silent())
    assert {path.name for path in (tmp_path / "out" / "data").iterdir()} == {
        f"{name}-00000-of-00001.parquet" for name in ("fold_1_a", "b", "train", "ü")
    }
    again = import_source(tmp_path / "out", tmp_path / "again").dataset()
    assert dict(zip(again.ids, again.table["split"].to_pylist(), strict=True)) == dict(zip(IDS, names, strict=False))


def test_tags_of_people_stay_when_a_source_is_read_again(rich: Workspace, tmp_path: Path) -> None:
    export_format(rich, np.arange(len(IDS)), "hf", tmp_path / "out")
    again = import_source(tmp_path / "out", tmp_path / "again")
    tag_store(again).take("good", ["007"])
    tag_store(again).put("mine", ["6"])
    again = import_source(tmp_path / "out", tmp_path / "again")
    assert tag_store(again).of_item("007") == ["look again"] and tag_store(again).of_item("6") == ["look again", "mine"]
    assert tag_store(again).of_item("a/b") == ["good"]


def test_a_column_of_lists_called_tag_in_any_table_becomes_tags(rich: Workspace, tmp_path: Path) -> None:
    export_rows(WithTags(rich), np.arange(len(IDS)), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["tag"].to_pylist()[0] == ["good", "look again"]
    again = import_source(tmp_path / "out.parquet", tmp_path / "again")
    assert tag_store(again).pairs() == tag_store(rich).pairs()

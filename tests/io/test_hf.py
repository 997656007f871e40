import importlib.util
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.errors import InputError
from explorer.workspace.importing import import_source

INSTALLED = importlib.util.find_spec("datasets") is not None


@pytest.mark.skipif(INSTALLED, reason="the package datasets is installed")
def test_without_the_package_the_message_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "state.json").write_text(json.dumps({"_data_files": []}))
    with pytest.raises(InputError, match=r"install the extra with `pip install 'similarity-explorer\[hf\]'`"):
        import_source(tmp_path / "saved", tmp_path / "ws")


@pytest.mark.skipif(not INSTALLED, reason="needs the extra [hf]")
def test_saved_splits_with_pictures_labels_and_vectors(tmp_path: Path, image_folder: Path) -> None:
    import datasets

    features = datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=["dark", "light"]),
            "caption": datasets.Value("string"),
            "emb": datasets.Sequence(datasets.Value("float32"), length=2),
        }
    )
    rows = {
        "image": [str(image_folder / "top.png"), str(image_folder / "warm" / "01.jpg")],
        "label": [0, 1],
        "caption": ["one", "two"],
        "emb": [[1, 0], [0, 2]],
    }
    data = datasets.Dataset.from_dict(rows, features=features)
    datasets.DatasetDict({"train": data, "test": data.select([1])}).save_to_disk(tmp_path / "saved")
    ws = import_source(tmp_path / "saved", tmp_path / "ws")
    frame = ws.dataset().table.to_pandas()
    assert frame["split"].tolist() == ["train", "train", "test"]
    assert frame["label"].tolist() == ["dark", "light", "light"]
    assert ws.embeddings("precomputed:emb").vectors.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert all(ws.image_path(row).is_file() for row in range(3))


def test_pictures_inside_a_parquet_table(tmp_path: Path, image_folder: Path) -> None:
    data = (image_folder / "top.png").read_bytes()
    pictures = [{"bytes": data, "path": "a.png"}, {"bytes": None, "path": None}]
    pq.write_table(pa.table({"image": pictures, "text": ["a", "b"]}), tmp_path / "t.parquet")
    ws = import_source(tmp_path / "t.parquet", tmp_path / "ws")
    assert ws.image_path(0).read_bytes() == data
    assert ws.dataset().table.column("path")[1].as_py() == ""
    assert ws.image_root == ws.path / "files"

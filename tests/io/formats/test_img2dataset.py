"""Shards that img2dataset 1.47.0 wrote (data/make_img2dataset.py) are read, and ours have what it writes."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.io.formats.conftest import IDS

SHARDS = Path(__file__).parent / "data" / "img2dataset"


def test_its_shards_are_read(tmp_path: Path) -> None:
    ws = import_source(SHARDS, tmp_path / "ws")
    table = ws.dataset().table
    assert ws.manifest.kind == "img2dataset"
    assert list(ws.dataset().ids) == ["000000", "000001", "000002", "000010"]
    assert table["text"].to_pylist()[3] == "a field of shade 180, “quoted”"
    assert table["licence"].to_pylist() == ["CC0", "CC0", "CC BY", "CC0"]
    assert not {"status", "error_message", "caption", "key"} & set(table.column_names)
    assert table["original_width"].to_pylist() == [40] * 4 and table["width"].to_pylist() == [32] * 4
    with Image.open(ws.image_path(3)) as picture:
        assert picture.size == (32, 32)
    report = read_report(ws)
    assert report is not None and report.skipped == 1
    assert (
        "000011,http://127.0.0.1:8731/gone.jpg,HTTP Error 404: File not found" in (ws.path / "skipped.csv").read_text()
    )


def test_ours_have_what_it_writes(rich: Workspace, tmp_path: Path) -> None:
    export_format(rich, np.arange(len(IDS)), "img2dataset", tmp_path / "out")
    theirs, ours = (pq.read_table(folder / "00000.parquet") for folder in (SHARDS, tmp_path / "out"))
    assert set(ours.column_names) >= set(theirs.column_names) - {"licence"}
    assert ours["status"].to_pylist() == ["success"] * len(IDS) and ours["key"][1].as_py() == "000000001"
    kinds = {str(ours.schema.field(name).type) for name in ("url", "caption", "key", "status", "exif", "sha256")}
    assert kinds == {"string"}
    stats = [json.loads((folder / "00000_stats.json").read_text()) for folder in (SHARDS, tmp_path / "out")]
    assert set(stats[0]) == set(stats[1]) and stats[1]["successes"] == len(IDS)
    with tarfile.open(tmp_path / "out" / "00000.tar") as archive:
        assert {"000000000.png", "000000000.json", "000000000.txt"} <= set(archive.getnames())


def test_what_it_wrote_goes_out_and_comes_back(tmp_path: Path) -> None:
    ws = import_source(SHARDS, tmp_path / "ws")
    export_format(ws, np.arange(4), "img2dataset", tmp_path / "out")
    again = import_source(tmp_path / "out", tmp_path / "again")
    columns = [name for name in ws.dataset().table.column_names if name not in ("path", "hash")]
    assert again.dataset().table.select(columns) == ws.dataset().table.select(columns)


def test_items_without_pictures_are_left_out_and_said(text_workspace: Workspace, tmp_path: Path) -> None:
    notes = export_format(text_workspace, np.arange(6), "img2dataset", tmp_path / "out")
    assert notes == ["6 items without a picture left out: img2dataset holds none."]

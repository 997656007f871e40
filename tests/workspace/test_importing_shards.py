"""Folders whose shards bring vectors: an .npy file for each table, a row for each of its rows."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source

ROWS = (3, 2, 4)


def shard(root: Path, name: str, number: int) -> None:
    """A table of captions, the first of which is `<number>-0`."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    captions = [f"{number}-{row}" for row in range(ROWS[number])]
    pq.write_table(pa.table({"caption": captions, "url": [f"http://x.invalid/{one}" for one in captions]}), path)


def vectors(root: Path, name: str, number: int, count: int = 0, width: int = 5) -> None:
    """Vectors that tell their row: the row r of shard n has n + 1 and r + 1 in its first two places."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    made = np.zeros((count or ROWS[number], width), np.float16)
    made[:, 0], made[:, 1] = number + 1, np.arange(len(made)) + 1
    np.save(path, made)


def brought(root: Path) -> tuple[Workspace, str]:
    ws = import_source(root, root.parent / "ws")
    report = read_report(ws)
    assert report is not None
    return ws, "\n".join(report.notes)


def rows_told(ws: Workspace, name: str) -> dict[str, str]:
    """For each caption with a vector, the shard and row that its vector tells."""
    own = ws.embeddings(f"precomputed:{name}")
    texts = ws.dataset().column("text")
    told = {}
    for row in np.flatnonzero(own.present):
        first, second = own.vectors[row, :2]
        assert np.isclose(np.linalg.norm(own.vectors[row]), 1)
        told[texts.iloc[row]] = f"{second / first:.4f}"
    return told


def expected(*numbers: int) -> dict[str, str]:
    return {f"{n}-{row}": f"{(row + 1) / (n + 1):.4f}" for n in numbers for row in range(ROWS[n])}


@pytest.mark.parametrize(
    ("table", "array", "name"),
    [
        ("metadata_{}.parquet", "img_emb_{}.npy", "img_emb"),
        ("metadata/metadata_{:02}.parquet", "img_emb/img_emb_{:02}.npy", "img_emb"),
        ("shard-{:05}.parquet", "shard-{:05}.npy", "shard"),
        ("shard-{:05}.parquet", "shard-{:05}.clip.npy", "clip"),
        ("train-{:05}-of-00003.parquet", "emb-{:05}-of-00003.npy", "emb"),
        ("part{0}/metadata_{0}.parquet", "part{0}/text_emb_{0}.npy", "text_emb"),
        ("part{0}/items_0.parquet", "part{0}/emb_0.npy", "emb"),
    ],
)
def test_vectors_of_shards_are_those_of_their_rows(tmp_path: Path, table: str, array: str, name: str) -> None:
    for number in (2, 0, 1):
        shard(tmp_path / "in", table.format(number), number)
        vectors(tmp_path / "in", array.format(number), number)
    ws, notes = brought(tmp_path / "in")
    assert rows_told(ws, name) == expected(0, 1, 2)
    assert f"{name}: vectors of 3 files" in notes and "passed over" not in notes


def test_several_kinds_of_vectors_and_a_single_shard(tmp_path: Path) -> None:
    shard(tmp_path / "in", "metadata_1.parquet", 1)
    vectors(tmp_path / "in", "img_emb_1.npy", 1)
    vectors(tmp_path / "in", "text_emb_1.npy", 1, width=7)
    vectors(tmp_path / "in", "img_emb_0.npy", 0)
    ws, notes = brought(tmp_path / "in")
    assert set(ws.encoders()) == {"precomputed:img_emb", "precomputed:text_emb"}
    assert rows_told(ws, "img_emb") == rows_told(ws, "text_emb") == expected(1)
    assert "1 file passed over, no images: 1 .npy" in notes


def test_what_does_not_fit_its_shard_costs_its_rows(tmp_path: Path) -> None:
    for number in range(3):
        shard(tmp_path / "in", f"metadata_{number}.parquet", number)
    vectors(tmp_path / "in", "img_emb_0.npy", 0)
    vectors(tmp_path / "in", "img_emb_1.npy", 1, count=1)
    vectors(tmp_path / "in", "text_emb_1.npy", 1, width=3)
    vectors(tmp_path / "in", "text_emb_2.npy", 2)
    ws, notes = brought(tmp_path / "in")
    assert rows_told(ws, "img_emb") == expected(0) and rows_told(ws, "text_emb") == expected(2)
    assert len(ws.dataset()) == sum(ROWS)
    for note in (
        "img_emb_1.npy: expected 2 vectors, one a row of metadata_1.parquet, got 1. The rows of metadata_1.parquet",
        "img_emb: no vectors for the rows of metadata_2.parquet.",
        "text_emb_1.npy: vectors of 3 numbers, the others have 5. The rows of metadata_1.parquet come without them.",
        "text_emb: no vectors for the rows of metadata_0.parquet.",
        "2 files passed over, no images: 2 .npy",
    ):
        assert note in notes


def test_vectors_whose_table_cannot_be_told_are_passed_over(tmp_path: Path) -> None:
    for part in ("a", "b"):
        shard(tmp_path / "in", f"{part}/items_0.parquet", 0)
    vectors(tmp_path / "in", "emb/emb_0.npy", 0)
    ws, notes = brought(tmp_path / "in")
    assert ws.encoders() == [] and "1 file passed over, no images: 1 .npy" in notes


def test_an_update_sees_a_new_shard_with_its_vectors(tmp_path: Path) -> None:
    for number in (0, 1):
        shard(tmp_path / "in", f"metadata_{number}.parquet", number)
        vectors(tmp_path / "in", f"img_emb_{number}.npy", number)
    brought(tmp_path / "in")
    shard(tmp_path / "in", "metadata_2.parquet", 2)
    vectors(tmp_path / "in", "img_emb_2.npy", 2)
    ws, _ = brought(tmp_path / "in")
    assert rows_told(ws, "img_emb") == expected(0, 1, 2)

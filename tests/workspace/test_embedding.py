import csv
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.dataset import Dataset
from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.progress import CANCEL, JobFile, Silent
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.sentence import MiniLMEncoder
from explorer.workspace.embedding import EmbedReport, embed
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.summary import summary_lines

FILES = ("vectors.npy", "present.npy", "hashes.npy", "skipped.csv")


def table(paths: list[str], texts: list[str], hashes: list[str]) -> pa.Table:
    ids = [f"item {i}: {path or text}" for i, (path, text) in enumerate(zip(paths, texts, strict=True))]
    columns = {"id": ids, "path": paths, "text": texts, "hash": hashes}
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns]))


def image_workspace(folder: Path, count: int) -> Workspace:
    """`count` small noisy JPEG files."""
    rng = np.random.default_rng(0)
    root = folder / "images"
    root.mkdir(parents=True)
    names = [f"{i:04d}.jpg" for i in range(count)]
    for name in names:
        Image.fromarray(rng.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(root / name)
    made = table(names, [""] * count, [f"hash {i}" for i in range(count)])
    return create_workspace(folder / "ws", "test", Dataset(made), image_root=root, source="test", kind="folder")


def change(ws: Workspace, made: pa.Table) -> Workspace:
    return ws.replace_dataset(Dataset(made))


def bytes_of(ws: Workspace) -> list[bytes]:
    return [(ws.folder("embeddings", "histogram") / name).read_bytes() for name in FILES]


def vectors_of(ws: Workspace) -> NDArray[Any]:
    return np.array(ws.embeddings("histogram").vectors)


def test_rows_are_aligned_with_the_items(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 70)
    assert embed(ws, "histogram") == EmbedReport(done=70, reused=0, skipped=0)
    found = ws.embeddings("histogram")
    assert found.present.all() and found.vectors.dtype == np.float32
    images = [Image.open(ws.image_path(row)) for row in (0, 33, 69)]
    np.testing.assert_allclose(found.vectors[[0, 33, 69]], HistogramEncoder().encode_images(images), atol=1e-6)
    assert not list((ws.path / "embeddings").glob(".*"))


def test_unreadable_files_are_listed_and_the_rest_goes_through(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 40)
    root = ws.image_root
    (root / "0003.jpg").write_bytes(b"")
    (root / "0017.jpg").write_bytes((root / "0017.jpg").read_bytes()[:-200])
    (root / "0020.jpg").unlink()
    assert embed(ws, "histogram") == EmbedReport(done=37, reused=0, skipped=3)
    found = ws.embeddings("histogram")
    assert np.flatnonzero(~found.present).tolist() == [3, 17, 20]
    with (ws.folder("embeddings", "histogram") / "skipped.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == ["0003.jpg", "0017.jpg", "0020.jpg"]
    assert [row["id"] for row in rows] == [ws.dataset().ids[i] for i in (3, 17, 20)]
    assert "empty file" in rows[0]["reason"] and "truncated" in rows[1]["reason"]
    before = bytes_of(ws), ws.key
    assert embed(ws, "histogram") == EmbedReport(done=0, reused=37, skipped=3)
    assert (bytes_of(ws), ws.key) == before


def test_only_new_and_changed_items_are_embedded(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 40)
    embed(ws, "histogram")
    before = vectors_of(ws)
    Image.new("RGB", (20, 20), "red").save(ws.image_root / "0005.jpg")
    Image.new("RGB", (20, 20), "blue").save(ws.image_root / "new.jpg")
    names = [f"{i:04d}.jpg" for i in range(40) if i != 7] + ["new.jpg"]
    hashes = [f"hash {i}" for i in range(40) if i != 7] + ["hash new"]
    hashes[5] = "hash changed"
    ws = change(ws, table(names, [""] * 40, hashes))
    with pytest.raises(
        WorkspaceError,
        match="older than the data set: press “Prepare for search” on the home page, or run explorer prepare",
    ):
        ws.embeddings("histogram")
    assert embed(ws, "histogram") == EmbedReport(done=2, reused=38, skipped=0)
    after = vectors_of(ws)
    kept = [i for i in range(40) if i not in (5, 7)]
    np.testing.assert_array_equal(after[[i - (i > 7) for i in kept]], before[kept])
    assert after[5].max() > 0.9 and after[39].max() > 0.9


class OtherWeights(HistogramEncoder):
    """The same encoder after its weights were trained again."""

    def settings(self) -> dict[str, Any]:
        return super().settings() | {"weights": "other"}

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        return np.ascontiguousarray(super().encode_prepared(batch)[:, ::-1])


def test_vectors_of_other_weights_are_not_kept(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 9)
    embed(ws, "histogram")
    before = vectors_of(ws)
    assert embed(ws, "histogram", encoder=OtherWeights()) == EmbedReport(done=9, reused=0, skipped=0)
    np.testing.assert_allclose(vectors_of(ws), before[:, ::-1])
    assert embed(ws, "histogram", encoder=OtherWeights()) == EmbedReport(done=0, reused=9, skipped=0)


class Meddling(Silent):
    """Does something once `count` items are done."""

    def __init__(self, count: int) -> None:
        self.count = count

    def advance(self, done: int) -> None:
        if done >= self.count:
            raise Cancelled("enough")


class Listening(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def advance(self, done: int) -> None:
        self.seen.append(done)


def test_cancelled_work_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    undisturbed = image_workspace(tmp_path / "a", 200)
    embed(undisturbed, "histogram")
    ws = image_workspace(tmp_path / "b", 200)
    with pytest.raises(Cancelled):
        embed(ws, "histogram", progress=Meddling(100))
    assert ws.encoders() == []
    progress = Listening()
    assert embed(ws, "histogram", progress=progress) == EmbedReport(200, 0, 0)
    assert progress.seen[0] >= 100
    assert bytes_of(ws) == bytes_of(undisturbed)


def test_unfinished_work_is_used_when_the_data_set_has_changed_since(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 200)
    with pytest.raises(Cancelled):
        embed(ws, "histogram", progress=Meddling(150))
    full = ws.dataset().table
    report = embed(change(ws, full.slice(10)), "histogram")
    assert report.done + report.reused == 190 and report.reused >= 140
    assert not list((ws.path / "embeddings").glob(".*"))


@pytest.mark.parametrize("damage", ["torn line", "lost vectors"])
def test_damage_by_a_power_cut_is_repaired(tmp_path: Path, damage: str) -> None:
    undisturbed = image_workspace(tmp_path / "a", 100)
    embed(undisturbed, "histogram")
    ws = image_workspace(tmp_path / "b", 100)
    with pytest.raises(Cancelled):
        embed(ws, "histogram", progress=Meddling(64))
    partial = ws.path / "embeddings" / ".partial-histogram"
    if damage == "torn line":
        journal = partial / "journal.jsonl"
        journal.write_bytes(journal.read_bytes()[:-9])
    else:
        vectors = np.load(partial / "vectors.npy", mmap_mode="r+")
        vectors[40] = 0
        vectors.flush()
    embed(ws, "histogram")
    assert bytes_of(ws) == bytes_of(undisturbed)


CHILD = """
import sys, time
from pathlib import Path
from explorer.encoders.histogram import HistogramEncoder
from explorer.workspace.embedding import embed
from explorer.base.progress import Silent
from explorer.workspace.folder import Workspace
class Slow(HistogramEncoder):
    def encode_prepared(self, batch):
        time.sleep(0.02)
        return super().encode_prepared(batch)
class Told(Silent):
    def advance(self, done):
        print(done, flush=True)
print(embed(Workspace.open(Path(sys.argv[1])), "histogram", encoder=Slow(), progress=Told()), flush=True)
"""


def child(ws: Workspace) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CHILD, str(ws.path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_again_and_again_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    undisturbed = image_workspace(tmp_path / "a", 600)
    embed(undisturbed, "histogram")
    ws = image_workspace(tmp_path / "b", 600)
    last = 0
    for extra_s in (0.0, 0.013, 0.029):
        with child(ws) as process:
            assert process.stdout is not None
            first = int(process.stdout.readline())
            assert first >= last
            for line in process.stdout:
                last = int(line)
                if last >= first + 150:
                    break
            time.sleep(extra_s)
            process.kill()
            last = max([last, *(int(line) for line in process.stdout.read().split("\n") if line.isdigit())])
        assert process.returncode == -signal.SIGKILL
    with child(ws) as process:
        shown = process.communicate()[0].splitlines()
    assert int(shown[0]) >= last > 400
    assert shown[-1] == str(EmbedReport(600, 0, 0))
    assert bytes_of(ws) == bytes_of(undisturbed)


def test_terminated_it_says_so_and_goes_on(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 300)
    with child(ws) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 64:
            pass
        process.terminate()
        assert "Cancelled: Stopped. What was finished is kept" in process.communicate()[1]
    assert embed(ws, "histogram") == EmbedReport(300, 0, 0)


def test_cancel_file_stops_it(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 100)
    progress = JobFile(tmp_path)
    (tmp_path / CANCEL).touch()
    with pytest.raises(Cancelled):
        embed(ws, "histogram", progress=progress)


def test_second_process_is_told(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 300)
    with child(ws) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(WorkspaceError, match="Another process is writing"):
            embed(ws, "histogram")
        process.kill()


def test_full_disk_is_a_message_and_loses_nothing(tmp_path: Path) -> None:
    ws = image_workspace(tmp_path, 50)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
    try:
        with pytest.raises(WorkspaceError, match="The disk is full.*free some space and start again"):
            embed(ws, "histogram")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert ws.encoders() == []
    assert embed(ws, "histogram") == EmbedReport(50, 0, 0)


def test_texts(tmp_path: Path) -> None:
    texts = ["a red star", "", "mostly " * 300, "星 ⭐", "a red star", "  "]
    made = table([""] * 6, texts, [""] * 6)
    ws = create_workspace(tmp_path / "ws", "test", Dataset(made), image_root=None, source="test", kind="table")
    encoder = MiniLMEncoder()
    assert embed(ws, "sentence", encoder=encoder) == EmbedReport(done=4, reused=0, skipped=2, cut=1)
    assert "    texts     1 text longer than the model reads (the end is cut)" in summary_lines(ws)
    found = ws.embeddings(encoder.spec)
    assert found.vectors.dtype == np.float16
    expected = encoder.encode_texts(["a red star", "星 ⭐"])
    np.testing.assert_allclose(found.vectors[[0, 3]].astype(np.float32), expected, atol=1e-3)
    np.testing.assert_array_equal(found.present, [True, False, True, True, True, False])
    assert "reads texts; this item has none" in (ws.folder("embeddings", encoder.spec) / "skipped.csv").read_text()
    with pytest.raises(InputError, match="The items have texts, which histogram does not read"):
        embed(ws, "histogram")


def test_empty_data_set(tmp_path: Path) -> None:
    ws = create_workspace(
        tmp_path / "ws", "test", Dataset(table([], [], [])), image_root=tmp_path, source="test", kind="folder"
    )
    assert embed(ws, "histogram") == EmbedReport(0, 0, 0)
    assert vectors_of(ws).shape == (0, 512)


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """Pictures of 12 megapixels, decoded at reduced scale, a few at a time: all at once they would take 3.6 GB."""
    root = tmp_path / "images"
    root.mkdir()
    big = Image.effect_noise((500, 375), 60).resize((4000, 3000)).convert("RGB")
    big.save(root / "big.jpg", quality=70)
    for i in range(99):
        os.link(root / "big.jpg", root / f"{i}.jpg")
    names = [f"{i}.jpg" for i in range(99)] + ["big.jpg"]
    made = table(names, [""] * 100, [f"{i}" for i in range(100)])
    ws = create_workspace(tmp_path / "ws", "test", Dataset(made), image_root=root, source="test", kind="folder")
    code = (
        "import resource, sys; from explorer.workspace.embedding import embed;"
        "from explorer.workspace.folder import Workspace;"
        "ws = Workspace.open(sys.argv[1]); ws.dataset().has_images; peak = lambda: resource.getrusage(0).ru_maxrss;"
        "before = peak(); embed(ws, 'histogram'); print((peak() - before) // 1024)"
    )
    shown = subprocess.run([sys.executable, "-c", code, str(ws.path)], check=True, capture_output=True, text=True)
    assert int(shown.stdout) < 150

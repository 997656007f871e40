"""What PyTorch's SummaryWriter wrote (data/make_projector.py) is read, and ours has what TensorBoard looks for."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError
from explorer.io.formats.sprites import side_of
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.io.formats.conftest import IDS, check_same, there_and_back

WRITTEN = Path(__file__).parent / "data" / "projector"


def test_what_pytorch_wrote_is_read(tmp_path: Path) -> None:
    ws = import_source(WRITTEN, tmp_path / "ws")
    table = ws.dataset().table
    assert ws.manifest.kind == "projector"
    assert table["text"].to_pylist()[:2] == ["red, dark", "green"]
    assert table["letter"].to_pylist() == ["é", "b", "c", "d", "e"] and table["number"].to_pylist() == [1, 2, 3, 4, 5]
    assert sorted(ws.encoders()) == ["precomputed:narrow", "precomputed:wide"]
    wide = np.loadtxt(WRITTEN / "00000" / "wide" / "tensors.tsv")
    unit = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    assert np.allclose(ws.embeddings("precomputed:wide").vectors, unit, atol=1e-6)
    for row, shade in ((0, 0), (4, 255)):
        with Image.open(ws.image_path(row)) as picture:
            assert picture.size == (12, 12) and picture.getpixel((6, 6)) == (shade, shade, shade)


def test_files_are_as_tensorboard_reads_them(rich: Workspace, tmp_path: Path) -> None:
    """A line an item in each file, under a header where there are several columns; tiles of the sprite in a square."""
    export_format(rich, np.arange(len(IDS)), "projector", tmp_path / "out")
    config = (tmp_path / "out" / "projector_config.pbtxt").read_text()
    assert re.findall(r'tensor_path: "(.*)"', config) == ["clip.tsv", "short_vec.tsv"]
    lines = (tmp_path / "out" / "metadata.tsv").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert len(lines) == len(IDS) + 1 and {line.count("\t") for line in lines} == {lines[0].count("\t")}
    numbers = np.loadtxt(tmp_path / "out" / "clip.tsv", delimiter="\t")
    assert np.allclose(numbers, rich.embeddings("precomputed:clip").vectors)
    with Image.open(tmp_path / "out" / "sprite.png") as sprite:
        assert sprite.size == (3 * 64, 3 * 64)
        assert sprite.getpixel((0, 0)) == (255, 255, 255)


def test_pictures_come_back_small(rich: Workspace, tmp_path: Path) -> None:
    again = there_and_back(rich, "projector", tmp_path / "out")
    with Image.open(again.image_path(0)) as picture:
        assert picture.size == (64, 64)


def test_texts_alone(text_workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are none yet: run explorer prepare first"):
        export_format(text_workspace, np.arange(6), "projector", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["../secret.tsv", "/etc/hostname", "gone.tsv", "link.tsv"])
def test_files_outside_are_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.tsv").write_text("1\t2\n3\t4\n")
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    (folder / "projector_config.pbtxt").write_text(f'embeddings {{ tensor_path: "{name}" }}')
    with pytest.raises(InputError, match="inside the folder; it is not there"):
        import_source(folder, tmp_path / "ws")


def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    shutil.copytree(WRITTEN, tmp_path / "log")
    (tmp_path / "log" / "00000" / "narrow" / "tensors.tsv").write_text("1.0\t2.0\n")
    ws = import_source(tmp_path / "log", tmp_path / "ws")
    report = read_report(ws)
    assert report is not None and "narrow: left out, it has 1 vector." in report.notes
    (tmp_path / "log" / "projector_config.pbtxt").write_text("embeddings { }")
    with pytest.raises(InputError, match="projector_config.pbtxt: expected embeddings"):
        import_source(tmp_path / "log", tmp_path / "other")


def test_an_escaped_text_is_what_it_was(rich: Workspace, tmp_path: Path) -> None:
    check_same(rich, there_and_back(rich, "projector", tmp_path / "out"), frozenset({"texts", "labels"}))


def test_sprites_end_where_their_pictures_would_be_too_small() -> None:
    assert [side_of(count) for count in (1, 10_000, 40_000, 1_000_000, 1_100_000)] == [64, 64, 40, 8, 0]

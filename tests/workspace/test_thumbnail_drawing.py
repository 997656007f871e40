"""Thumbnails drawn ahead: those that the app would draw, once each, whatever stops the work."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.encoders import load_encoder
from explorer.io.image_places import ImageFolder
from explorer.io.thumbnails import kept_file, thumbnail, thumbnail_file
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.thumbnail_drawing import PIECE, ThumbnailWorker, draw_thumbnails, library
from explorer.workspace.unit_encoding import UnitTask, UnitWorker

PICTURES = 3 * PIECE


@pytest.fixture
def ws(tmp_path: Path, draw: Callable[..., Path]) -> Workspace:
    """Pictures of which the second is damaged, and the last two are the same."""
    folder = tmp_path / "pictures"
    for number in range(PICTURES):
        place = min(number, PICTURES - 2)
        draw(folder / f"{number:02d}.png", ("red", "blue")[place % 2], size=(400, 300), place=5 * place)
    (folder / "01.png").write_bytes((folder / "01.png").read_bytes()[:90])
    return import_source(folder, tmp_path / "workspaces" / "here")


def files_of(ws: Workspace) -> dict[str, bytes]:
    """What lies below thumbnails/, by its path there."""
    root = ws.folder("thumbnails")
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_app_finds_what_it_would_draw_and_draws_nothing_again(ws: Workspace) -> None:
    small = thumbnail(ws, 0, 128)
    thumbnail_file(ws, 0, 128).unlink()
    report = draw_thumbnails(ws)
    assert str(report) == f"{PICTURES - 2} pictures drawn, 0 kept, 1 skipped"
    assert report.skipped[0][0] == "01.png" and "expected a whole image" in report.skipped[0][1]
    assert len(files_of(ws)) == 2 * (PICTURES - 2), "one of two equal pictures, none of the damaged one"
    assert thumbnail_file(ws, 0, 128).read_bytes() == small
    assert thumbnail_file(ws, PICTURES - 1, 256) == thumbnail_file(ws, PICTURES - 2, 256)
    stamps = [path.stat().st_mtime_ns for path in sorted(ws.folder("thumbnails").rglob("*.webp"))]
    assert str(draw_thumbnails(ws)) == f"0 pictures drawn, {PICTURES - 2} kept, 1 skipped"
    assert [path.stat().st_mtime_ns for path in sorted(ws.folder("thumbnails").rglob("*.webp"))] == stamps


def test_stopped_work_goes_on_to_the_same_bytes_and_only_what_is_missing_is_drawn(ws: Workspace) -> None:
    class Stopped(Silent):
        def advance(self, done: int) -> None:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        draw_thumbnails(ws, progress=Stopped())
    some = files_of(ws)
    assert 0 < len(some) < 2 * (PICTURES - 2)
    thumbnail_file(ws, PICTURES - 1, 256).unlink(missing_ok=True)
    kept = draw_thumbnails(ws).kept
    assert 0 < kept < PICTURES - 2
    resumed = files_of(ws)
    assert some.items() <= resumed.items()
    for path in ws.folder("thumbnails").rglob("*.webp"):
        path.unlink()
    draw_thumbnails(ws)
    assert files_of(ws) == resumed


def test_a_changed_picture_is_drawn_again(ws: Workspace, draw: Callable[..., Path]) -> None:
    draw_thumbnails(ws, sizes=[64])
    draw(ws.image_root / "05.png", "green", size=(400, 300))
    ws = import_source(ws.image_root, ws.path)
    assert draw_thumbnails(ws, sizes=[64]).drawn == 1
    assert thumbnail_file(ws, 5, 64).is_file()


def test_a_worker_with_another_library_and_a_size_that_is_none_are_refused(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"A worker draws with Pillow .* begun with Pillow 1: install the same"):
        ThumbnailWorker(ImageFolder(ws.image_root), "Pillow 1").loaded()
    assert ThumbnailWorker(ImageFolder(ws.image_root), library()).loaded()
    with pytest.raises(InputError, match="size: expected one of 64, 128, 256, 512"):
        draw_thumbnails(ws, sizes=[100])
    assert not files_of(ws)


def test_a_machine_that_does_not_see_the_pictures_ends_the_work_and_skips_none(ws: Workspace, tmp_path: Path) -> None:
    nowhere = ImageFolder(tmp_path / "nowhere")
    with pytest.raises(WorkspaceError, match=r"nowhere, is not there .* same path on all machines"):
        draw_thumbnails(ws, images=nowhere)
    encoder = load_encoder("histogram")  # copied as it is sent
    worker = UnitWorker("histogram", {**encoder.settings(), "dtype": encoder.storage}, nowhere)
    with pytest.raises(WorkspaceError, match="same path on all machines"):
        copy(worker).loaded()(UnitTask(False, ["00.png"]))
    seen = copy(replace(worker, images=ImageFolder(ws.image_root))).loaded()
    assert [place for place, _ in seen(UnitTask(False, ["00.png", "01.png"])).skipped] == [1]


def test_the_command_tells_what_it_did_and_what_could_not_be_read(ws: Workspace) -> None:
    done = CliRunner().invoke(app, ["thumbnails", str(ws.path), "--size", "64"])
    assert f"{PICTURES - 2} pictures drawn, 0 kept, 1 skipped." in done.output
    assert "    01.png: expected a whole image" in done.output
    digest = str(ws.dataset().table["hash"][0].as_py())
    assert kept_file(ws, digest, 64).is_file() and not kept_file(ws, digest, 128).is_file()

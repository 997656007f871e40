"""Runs in a workspace: the same again from disk, bad input."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import Cancelled, ExplorerError, InputError, ModelError, WorkspaceError
from explorer.features.elites.contract import SPACES
from explorer.features.elites.measures import parse_measure
from explorer.features.elites.runs import resume_run, start_run, stop_run
from explorer.features.elites.service import open_run
from explorer.features.elites.spaces.scene_words import parse_scene, write_scene
from explorer.features.elites.status import Status
from explorer.features.elites.store import is_running, read_beside, read_info, read_log, read_status, write_info
from explorer.features.elites.terminal import run_line
from explorer.features.elites.text_statistics import TEXT_STATISTICS
from explorer.features.elites.words import name_place
from explorer.scenes import demo_scenes
from explorer.workspace.checking import check_workspace
from explorer.workspace.opened import Opened
from explorer.workspace.repairing import repair
from tests.features.elites.searches import PauseAfter, asked, items_log


def status_of(folder: Path) -> Status:
    """The status of a run that has one."""
    status = read_status(folder)
    assert status is not None
    return status


@pytest.mark.parametrize("emitter", ["basic", "frontier", "guided"])
def test_a_paused_run_goes_on_as_if_it_had_never_stopped(opened: Opened, emitter: str) -> None:
    straight = start_run(opened, asked(name="straight", emitter=emitter))
    with pytest.raises(Cancelled):
        start_run(opened, asked(name="paused", emitter=emitter), PauseAfter(20))
    folder = opened.path / "elites" / "paused"
    assert status_of(folder).state == "paused"
    assert 20 <= len(items_log(folder)) < 50
    resume_run(opened, "paused")
    assert status_of(folder).state == "done"
    assert items_log(folder) == items_log(straight)
    np.testing.assert_array_equal(
        open_run(opened, "paused").archive.candidate, open_run(opened, "straight").archive.candidate
    )


def test_a_killed_run_loses_nothing_but_its_last_seconds(opened: Opened) -> None:
    """A status that says running, and a log that is older than what was evaluated."""
    with pytest.raises(Cancelled):
        start_run(opened, asked(), PauseAfter(20))
    folder = opened.path / "elites" / "a run"
    text = (folder / "status.json").read_text("utf-8").replace('"paused"', '"running"')
    (folder / "status.json").write_text(text, encoding="utf-8")
    assert not is_running(folder)
    resume_run(opened, "a run")
    assert items_log(folder) == items_log(start_run(opened, asked(name="straight")))


def test_a_damaged_run_is_found_and_run_again_to_the_same_end(opened: Opened) -> None:
    folder = start_run(opened, asked())
    expected = items_log(folder)
    assert not [part for part in check_workspace(opened.path) if part.wrong]
    data = bytearray((folder / "log.parquet").read_bytes())
    place = data.index(b"PAR1") + 60  # in the first page
    data[place] ^= 1
    (folder / "log.parquet").write_bytes(bytes(data))
    with pytest.raises(WorkspaceError, match="damaged"):
        open_run(opened, "a run")
    (part,) = [part for part in check_workspace(opened.path) if part.wrong]
    assert part.name == "MAP-Elites run a run" and "log.parquet cannot be read" in part.wrong
    (told,) = repair(opened.path)
    assert "kept as log.parquet.damaged" in told and "explorer elites resume" in told
    resume_run(opened, "a run")
    assert items_log(folder) == expected and (folder / "log.parquet.damaged").is_file()
    (folder / "settings.json").write_text("{", encoding="utf-8")
    (told,) = repair(opened.path)
    assert "has lost its settings" in told and (folder / "log.parquet").is_file()


def test_scenes_pause_and_reopen_exactly(opened: Opened) -> None:
    settings = asked(
        name="scenes",
        space="scenes",
        axes=("image:brightness", "column:count"),
        scale="range",
        emitter="gaussian",
        evaluations=90,
        batch=15,
        start=30,
    )
    with pytest.raises(Cancelled):
        start_run(opened, settings, PauseAfter(45))
    resume_run(opened, "scenes")
    straight = start_run(opened, replace(settings, name="straight"))
    assert read_log(opened.path / "elites" / "scenes", SPACES["scenes"]) == read_log(straight, SPACES["scenes"])
    run = open_run(opened, "scenes")
    assert run.settings == settings
    assert run.archive.qd_score() == pytest.approx(status_of(run.folder).qd_score)
    assert "picture of" in run.title(0) or len(run.title(0)) > 10


def test_a_written_scene_reads_back() -> None:
    for scene in demo_scenes(20):
        assert parse_scene(write_scene(scene)) == scene
    with pytest.raises(InputError, match="Expected a scene"):
        parse_scene('{"shape": "circle"}')


def test_axis_without_spread(opened: Opened) -> None:
    with pytest.raises(InputError, match="Axis same: expected values that differ between the items, got 7"):
        start_run(opened, asked(axes=("column:same", "column:year")))
    assert not (opened.path / "elites" / "a run").exists()


def test_prompt_on_a_model_without_texts(opened: Opened) -> None:
    with pytest.raises(ModelError, match="histogram has no texts and images in one space"):
        start_run(opened, asked(quality="prompt:a red disc"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cells": (2000, 1000)}, "at most 1,000,000 cells, got 2,000 x 1,000"),
        ({"cells": (5,)}, "Resolution: expected 2 numbers"),
        ({"axes": ("image:brightness", "image:brightness")}, "two different measures"),
        ({"axes": ("image:beauty", "column:year")}, "image statistic: expected one of"),
        ({"axes": ("year", "column:year")}, "Axis or quality: expected"),
        ({"axes": ("column:colour", "column:year")}, "Expected one of the columns"),
        ({"axes": ("item:nothing.png", "column:year")}, "no item with the id"),
        ({"emitter": "gaussian"}, "emitter over data"),
        ({"name": "../out"}, "Name of the run"),
        ({"evaluations": 0}, "Evaluations: expected 1 to"),
        ({"space": "scenes", "emitter": "basic", "axes": ("map:x", "image:edges")}, "not known of a scene"),
        ({"axes": ("python:x.py:f", "column:year")}, "can be the quality, not an axis"),
        ({"quality": "python:nothing.py:f"}, "FILE.py:NAME with a file that exists"),
    ],
)
def test_settings_that_cannot_be(opened: Opened, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ExplorerError, match=message):
        start_run(opened, asked(**changes))


def test_a_run_of_another_encoder_or_other_data_is_refused(opened: Opened) -> None:
    with pytest.raises(Cancelled):
        start_run(opened, asked(), PauseAfter(20))
    folder = opened.path / "elites" / "a run"
    info = read_info(folder)
    with pytest.raises(WorkspaceError, match="made with the model histogram, and pocket is chosen"):
        resume_run(opened, "a run", encoder="pocket")
    write_info(folder, replace(info, encoder_settings={"encoder": "histogram", "bins": 3}))
    with pytest.raises(WorkspaceError, match="other weights of histogram"):
        resume_run(opened, "a run")
    write_info(folder, replace(info, ids_hash="other"))
    with pytest.raises(WorkspaceError, match="items have changed"):
        resume_run(opened, "a run")


def test_a_function_of_ones_own_may_fail(opened: Opened, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def good(item):\n"
        "    year = item.attributes['year']\n"
        "    if year % 10 == 3:\n        raise ValueError('no threes')\n"
        "    if year % 10 == 4:\n        return float('nan')\n"
        "    return -float(item.image.width) - year / 1000\n",
        encoding="utf-8",
    )
    folder = start_run(opened, asked(quality=f"python:{file}:good", evaluations=60))
    status = status_of(folder)
    assert status.evaluations == 60
    assert status.failed == 12
    assert "no threes" in status.failure or "expected a finite number" in status.failure
    assert status.offset < -40  # all qualities are negative: the score counts from the lowest elite
    assert status.qd_score >= 0
    assert "12 failed" in run_line(opened.workspace, "a run")
    with pytest.raises(InputError, match="no function named 'missing'"):
        start_run(opened, asked(name="b", quality=f"python:{file}:missing"))


def test_stop_ends_a_run_for_good(opened: Opened) -> None:
    with pytest.raises(Cancelled):
        start_run(opened, asked(), PauseAfter(20))
    stop_run(opened.workspace, "a run")
    assert status_of(opened.path / "elites" / "a run").state == "stopped"
    with pytest.raises(WorkspaceError, match="is stopped"):
        resume_run(opened, "a run")
    with pytest.raises(WorkspaceError, match="a run named 'a run' already"):
        start_run(opened, asked())


def test_exhaustive_and_random_stand_beside(opened: Opened) -> None:
    folder = start_run(opened, asked(axes=("map:x", "column:year"), quality="item:00.png", evaluations=60))
    beside = read_beside(folder)
    run = open_run(opened, "a run")
    assert run.archive.qd_score() == pytest.approx(beside["exhaustive"]["qd_score"])  # all 60 were looked at
    assert len(run.archive.occupied) == beside["exhaustive"]["filled"]
    assert beside["random"]["qd_score"][0] == pytest.approx(beside["exhaustive"]["qd_score"])


WRITTEN = ["pair:a|b", "prompt:x: y|z", "column:year", "image:edges", "text:words", "map:y", "item:a/b.png"]


@pytest.mark.parametrize("text", WRITTEN)
def test_measures_are_written_as_they_are_read(text: str) -> None:
    assert str(parse_measure(text)) == text


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("pair:a dark picture|a bright picture", "very dark", "very bright"),
        ("pair:a text about home|a text about money", "clearly about home", "clearly about money"),
        ("pair:a cat|a dog", "very like a cat", "very like a dog"),
        ("pair:few objects|many objects", "very few objects", "very many objects"),
        ("prompt:a red star", "very unlike a red star", "very like a red star"),
        ("text:words", "very short", "very long"),
    ],
)
def test_cells_are_named_as_one_speaks(text: str, low: str, high: str) -> None:
    ends = parse_measure(text).ends
    assert (name_place(0, ends), name_place(1, ends)) == (low, high)


def test_texts_are_counted_as_people_count() -> None:
    found = {name: statistic("The dog saw the dog’s 2 bones") for name, statistic in TEXT_STATISTICS.items()}
    assert found == pytest.approx({"words": 7, "word length": 23 / 7, "variety": 6 / 7, "digits": 1 / 7})
    assert TEXT_STATISTICS["words"]("") == 0
    assert np.isnan(TEXT_STATISTICS["variety"]("?!"))


@pytest.mark.parametrize("file", ["settings.json", "log.parquet"])
def test_damaged_files_are_named(opened: Opened, file: str) -> None:
    folder = start_run(opened, asked())
    (folder / file).write_bytes(b"{broken")
    with pytest.raises(WorkspaceError, match=file):
        open_run(opened, "a run")

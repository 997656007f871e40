"""Runs in a workspace: the same again from disk, bad input, exports."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from explorer.base.errors import Cancelled, ExplorerError, InputError, ModelError, WorkspaceError
from explorer.base.progress import Silent
from explorer.features.elites.comparing import compare_runs
from explorer.features.elites.export import export_bytes, export_run
from explorer.features.elites.many import run_line
from explorer.features.elites.payload import payload
from explorer.features.elites.runs import BESIDE, resume_run, start_run, stop_run
from explorer.features.elites.settings import RunSettings, parse_measure
from explorer.features.elites.store import is_running, read_info, read_log, read_status, write_info
from explorer.features.elites.view import atlas, curve, open_run
from explorer.features.elites.words import empty_regions, parse_scene, write_scene
from explorer.io.atomic import read_json
from explorer.scenes import demo_scenes
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import prepare
from tests.conftest import DrawPicture

COLOURS = ("red", "green", "blue", "orange", "purple", "black", "gray", "pink")


class PauseAfter(Silent):
    """Stops the search as a pressed button does, after some evaluations."""

    def __init__(self, evaluations: int) -> None:
        self.evaluations = evaluations

    def advance(self, done: int) -> None:
        if done >= self.evaluations:
            raise Cancelled("paused")


@pytest.fixture
def ws(tmp_path: Path, draw: DrawPicture) -> Workspace:
    """Sixty drawn discs with a year, embedded by the colour histogram."""
    from explorer.workspace.importing import import_source

    root = tmp_path / "discs"
    lines = ["file_name,year,same"]
    for number in range(60):
        draw(root / f"{number:02d}.png", COLOURS[number % 8], (40, 40), number % 20)
        lines.append(f"{number:02d}.png,{1960 + number},7")
    (root / "metadata.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = import_source(root, tmp_path / "workspaces" / "discs")
    prepare(made, "histogram", method="pca", progress=Silent())
    return made


def asked(**changes: object) -> RunSettings:
    plain = RunSettings(
        "a run",
        "histogram",
        ("image:brightness", "column:year"),
        "image:colourfulness",
        cells=(5, 5),
        evaluations=50,
        batch=7,
        start=14,
        emitter="basic",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("emitter", ["basic", "frontier", "guided"])
def test_a_paused_run_goes_on_as_if_it_had_never_stopped(ws: Workspace, emitter: str) -> None:
    straight = start_run(ws, asked(name="straight", emitter=emitter))
    with pytest.raises(Cancelled):
        start_run(ws, asked(name="paused", emitter=emitter), PauseAfter(20))
    folder = ws.path / "elites" / "paused"
    assert read_status(folder)["state"] == "paused"
    assert 20 <= len(read_log(folder)) < 50
    resume_run(ws, "paused")
    assert read_status(folder)["state"] == "done"
    assert read_log(folder) == read_log(straight)
    np.testing.assert_array_equal(open_run(ws, "paused").archive.candidate, open_run(ws, "straight").archive.candidate)


def test_a_killed_run_loses_nothing_but_its_last_seconds(ws: Workspace) -> None:
    """A status that says running, and a log that is older than what was evaluated."""
    with pytest.raises(Cancelled):
        start_run(ws, asked(), PauseAfter(20))
    folder = ws.path / "elites" / "a run"
    text = (folder / "status.json").read_text("utf-8").replace('"paused"', '"running"')
    (folder / "status.json").write_text(text, encoding="utf-8")
    assert not is_running(folder)
    resume_run(ws, "a run")
    assert read_log(folder) == read_log(start_run(ws, asked(name="straight")))


def test_scenes_pause_and_reopen_exactly(ws: Workspace) -> None:
    settings = asked(
        name="scenes",
        source="scenes",
        axes=("image:brightness", "column:count"),
        scale="range",
        emitter="gaussian",
        evaluations=90,
        batch=15,
        start=30,
    )
    with pytest.raises(Cancelled):
        start_run(ws, settings, PauseAfter(45))
    resume_run(ws, "scenes")
    straight = start_run(ws, replace(settings, name="straight"))
    assert read_log(ws.path / "elites" / "scenes") == read_log(straight)
    run = open_run(ws, "scenes")
    assert run.settings == settings
    assert run.archive.qd_score() == pytest.approx(read_status(run.folder)["qd_score"])
    assert "picture of" in run.title(0) or len(run.title(0)) > 10


def test_a_written_scene_reads_back() -> None:
    for scene in demo_scenes(20):
        assert parse_scene(write_scene(scene)) == scene
    with pytest.raises(InputError, match="Expected a scene"):
        parse_scene('{"shape": "circle"}')


def test_axis_without_spread(ws: Workspace) -> None:
    with pytest.raises(InputError, match="Axis same: expected values that differ between the items, got 7"):
        start_run(ws, asked(axes=("column:same", "column:year")))
    assert not (ws.path / "elites" / "a run").exists()


def test_prompt_on_a_model_without_texts(ws: Workspace) -> None:
    with pytest.raises(ModelError, match="histogram has no texts and images in one space"):
        start_run(ws, asked(quality="prompt:a red disc"))


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
        ({"source": "scenes", "emitter": "basic", "axes": ("map:x", "image:edges")}, "not known of a scene"),
        ({"axes": ("python:x.py:f", "column:year")}, "can be the quality, not an axis"),
        ({"quality": "python:nothing.py:f"}, "FILE.py:NAME with a file that exists"),
    ],
)
def test_settings_that_cannot_be(ws: Workspace, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ExplorerError, match=message):
        start_run(ws, asked(**changes))


def test_a_run_of_another_encoder_or_other_data_is_refused(ws: Workspace) -> None:
    with pytest.raises(Cancelled):
        start_run(ws, asked(), PauseAfter(20))
    folder = ws.path / "elites" / "a run"
    info = read_info(folder)
    with pytest.raises(WorkspaceError, match="made with the model histogram, and pocket is chosen"):
        resume_run(ws, "a run", encoder="pocket")
    write_info(folder, replace(info, encoder_settings={"encoder": "histogram", "bins": 3}))
    with pytest.raises(WorkspaceError, match="other weights of histogram"):
        resume_run(ws, "a run")
    write_info(folder, replace(info, ids_hash="other"))
    with pytest.raises(WorkspaceError, match="items have changed"):
        resume_run(ws, "a run")


def test_a_function_of_ones_own_may_fail(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def good(item):\n"
        "    year = item.attributes['year']\n"
        "    if year % 10 == 3:\n        raise ValueError('no threes')\n"
        "    if year % 10 == 4:\n        return float('nan')\n"
        "    return -float(item.image.width) - year / 1000\n",
        encoding="utf-8",
    )
    folder = start_run(ws, asked(quality=f"python:{file}:good", evaluations=60))
    status = read_status(folder)
    assert status["evaluations"] == 60
    assert status["failed"] == 12
    assert "no threes" in status["failure"] or "expected a finite number" in status["failure"]
    assert status["offset"] < -40  # all qualities are negative: the score counts from the lowest elite
    assert status["qd_score"] >= 0
    assert "12 failed" in run_line(ws, "a run")
    with pytest.raises(InputError, match="no function named 'missing'"):
        start_run(ws, asked(name="b", quality=f"python:{file}:missing"))


def test_stop_ends_a_run_for_good(ws: Workspace) -> None:
    with pytest.raises(Cancelled):
        start_run(ws, asked(), PauseAfter(20))
    stop_run(ws, "a run")
    assert read_status(ws.path / "elites" / "a run")["state"] == "stopped"
    with pytest.raises(WorkspaceError, match="is stopped"):
        resume_run(ws, "a run")
    with pytest.raises(WorkspaceError, match="a run named 'a run' already"):
        start_run(ws, asked())


def test_exhaustive_and_random_stand_beside(ws: Workspace) -> None:
    folder = start_run(ws, asked(axes=("map:x", "column:year"), quality="item:00.png", evaluations=60))
    beside = read_json(folder / BESIDE)
    run = open_run(ws, "a run")
    assert run.archive.qd_score() == pytest.approx(beside["exhaustive"]["qd_score"])  # all 60 were looked at
    assert len(run.archive.occupied) == beside["exhaustive"]["filled"]
    assert beside["random"]["qd_score"][0] == pytest.approx(beside["exhaustive"]["qd_score"])


def test_curve_ends_at_the_archive(ws: Workspace) -> None:
    start_run(ws, asked())
    run = open_run(ws, "a run")
    points = curve(run, -0.5, 20)
    assert points["qd_score"][-1] == pytest.approx(run.archive.qd_score(-0.5))
    assert points["coverage"][-1] == pytest.approx(run.archive.coverage)
    assert points["best"][-1] == pytest.approx(np.nanmax(run.archive.quality))


def test_comparison_groups_seeds_and_refuses_other_cells(ws: Workspace) -> None:
    for seed in (0, 1):
        start_run(ws, asked(name=f"basic {seed}", seed=seed))
        start_run(ws, asked(name=f"random {seed}", seed=seed, emitter="random"))
    groups, offset = compare_runs(ws, ["basic 0", "basic 1", "random 0", "random 1"])
    assert [len(group.runs) for group in groups] == [2, 2]
    mean, low, high = groups[0].values["qd_score"]
    assert low <= mean <= high
    assert offset <= 0
    start_run(ws, asked(name="finer", cells=(6, 6)))
    with pytest.raises(InputError, match="cannot be compared"):
        compare_runs(ws, ["basic 0", "finer"])


def test_irregular_cells_are_drawn_without_gaps(ws: Workspace) -> None:
    start_run(ws, asked(cvt=12))
    data = payload(open_run(ws, "a run"))
    area = 0.0
    for polygon in data["polygons"]:
        x, y = np.array(polygon).T
        area += 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))
    assert area == pytest.approx(1.0, abs=1e-3)


def test_empty_regions_count_all_empty_cells(ws: Workspace) -> None:
    start_run(ws, asked())
    run = open_run(ws, "a run")
    found = empty_regions(run.archive, run.settings)
    assert sum(empty for _, empty, _ in found) == 25 - len(run.archive.occupied)
    assert run.name_of(0) == "very dark and very low year"
    assert run.name_of(12) == "in the middle"


def test_exports_hold_the_archive(ws: Workspace, tmp_path: Path) -> None:
    start_run(ws, asked(name="=cmd"[1:] + " run"))
    run = open_run(ws, "cmd run")
    filled = len(run.archive.occupied)
    assert export_bytes(run, "csv").decode("utf-8-sig").count("\n") == filled + 1
    table = pq.read_table(io.BytesIO(export_bytes(run, "parquet")))
    assert table.num_rows == filled
    assert Image.open(io.BytesIO(table.column("picture_webp")[0].as_py())).size == (40, 40)
    with zipfile.ZipFile(io.BytesIO(export_bytes(run, "zip"))) as archive:
        assert len([name for name in archive.namelist() if name.startswith("cells/")]) == filled
        assert RunSettings.from_dict(json.loads(archive.read("run.json"))["settings"]) == run.settings
    assert Image.open(io.BytesIO(export_bytes(run, "png"))).width > 1000
    with pytest.raises(InputError, match="ending of the file"):
        export_run(ws, "cmd run", tmp_path / "x.doc")
    export_run(ws, "cmd run", tmp_path / "x.html")
    assert (tmp_path / "x.html").stat().st_size > 10_000


def test_html_export_is_closed_and_escaped(ws: Workspace) -> None:
    start_run(ws, asked(axes=("image:edges", "item:01.png"), quality="item:00.png"))
    run = open_run(ws, "a run")
    evil = "</script><script>alert(1)</script>"
    settings = replace(run.settings, name=evil, quality=f"prompt:{evil}")
    page = export_bytes(replace(run, info=replace(run.info, settings=settings)), "html").decode()
    assert evil not in page
    assert "default-src 'none'" in page
    assert "http://" not in page and "https://" not in page


def test_pictures_are_made_once(ws: Workspace) -> None:
    start_run(ws, asked())
    run = open_run(ws, "a run")
    first = atlas(run)
    assert first is not None
    sheet = Image.open(io.BytesIO(first))
    assert sheet.size == (64 * 64, 64)
    assert len(list(run.folder.glob("atlas-*.jpg"))) == 1
    assert atlas(run) == first


@pytest.mark.parametrize("text", ["pair:a|b", "prompt:x: y|z", "column:year", "image:edges", "map:y", "item:a/b.png"])
def test_measures_are_written_as_they_are_read(text: str) -> None:
    assert str(parse_measure(text)) == text


Change = Callable[[str], str]


@pytest.mark.parametrize("file", ["settings.json", "log.parquet"])
def test_damaged_files_are_named(ws: Workspace, file: str) -> None:
    folder = start_run(ws, asked())
    (folder / file).write_bytes(b"{broken")
    with pytest.raises(WorkspaceError, match=file):
        open_run(ws, "a run")

"""What is made of a saved run: curves, comparisons, the drawn map, files to take away."""

import io
import json
import re
import zipfile
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from explorer.base.errors import InputError
from explorer.drawing.page import POLICY
from explorer.features.elites.archive import grid_archive
from explorer.features.elites.export import export_bytes, export_run
from explorer.features.elites.export_picture import SIDE, STOPS, TOP, cells_picture
from explorer.features.elites.payload import axis_ticks, borders, payload, tick_texts
from explorer.features.elites.pictures import atlas
from explorer.features.elites.runs import start_run
from explorer.features.elites.service import compare, open_run
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.spaces import data
from explorer.features.elites.table import curve
from explorer.features.elites.words import empty_regions
from explorer.search.captions import captions
from explorer.workspace.opened import Opened
from tests.features.elites.searches import asked


def test_curve_ends_at_the_archive(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    points = curve(run, -0.5, 20)
    assert points["qd_score"][-1] == pytest.approx(run.archive.qd_score(-0.5))
    assert points["coverage"][-1] == pytest.approx(run.archive.coverage)
    assert points["best"][-1] == pytest.approx(np.nanmax(run.archive.quality))


def test_comparison_groups_seeds_and_refuses_other_cells(opened: Opened) -> None:
    for seed in (0, 1):
        start_run(opened, asked(name=f"basic {seed}", seed=seed))
        start_run(opened, asked(name=f"random {seed}", seed=seed, emitter="random"))
    groups, offset = compare(opened, ["basic 0", "basic 1", "random 0", "random 1"])
    assert [len(group.runs) for group in groups] == [2, 2]
    mean, low, high = groups[0].values["qd_score"]
    assert low <= mean <= high
    assert offset <= 0
    start_run(opened, asked(name="finer", cells=(6, 6)))
    with pytest.raises(InputError, match="cannot be compared"):
        compare(opened, ["basic 0", "finer"])


def test_irregular_cells_are_drawn_without_gaps(opened: Opened) -> None:
    start_run(opened, asked(cvt=12))
    drawn = payload(open_run(opened, "a run"))
    area = 0.0
    for polygon in drawn["polygons"]:
        x, y = np.array(polygon).T
        area += 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))
    assert area == pytest.approx(1.0, abs=1e-3)


def test_empty_regions_count_all_empty_cells(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    found = empty_regions(run.archive, run.settings)
    assert sum(empty for _, empty, _ in found) == 25 - len(run.archive.occupied)
    assert run.name_of(0) == "very dark and very low year among these"
    assert run.name_of(12) == "in the middle"
    start_run(opened, asked(name="by value", scale="range"))
    assert open_run(opened, "by value").name_of(0) == "very dark and very low year"


def test_an_axis_of_few_values_has_a_row_for_each_of_them(opened: Opened) -> None:
    start_run(opened, asked(cells=(5, 70), evaluations=400))
    run = open_run(opened, "a run")
    assert run.settings.cells == (5, 60)
    rows = np.unique(run.archive.occupied % 60)
    assert len(rows) == 60
    ticks = axis_ticks(run, 1)
    assert [text for _, text in ticks[:2]] == ["1960", "1961"]
    assert ticks[0][0] == pytest.approx(0.5 / 60)
    assert payload(run)["dims"] == [5, 60]


def test_the_edge_below_a_picture_says_how_good_it_is(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    best, worst = int(np.nanargmax(run.archive.quality)), int(np.nanargmin(run.archive.quality))
    drawn, side = np.asarray(cells_picture(run)), SIDE // 5
    for cell, colour in ((best, STOPS[-1]), (worst, STOPS[0])):
        bottom, middle = (5 - cell % 5) * side - 3, (cell // 5) * side + side // 2
        assert tuple(drawn[bottom, middle]) == colour


def test_exports_hold_the_archive(opened: Opened, tmp_path: Path) -> None:
    start_run(opened, asked(name="=cmd"[1:] + " run"))
    run = open_run(opened, "cmd run")
    filled = len(run.archive.occupied)
    assert export_bytes(run, "csv").decode("utf-8-sig").count("\n") == filled + 1
    table = pq.read_table(io.BytesIO(export_bytes(run, "parquet")))
    assert table.num_rows == filled
    assert Image.open(io.BytesIO(table.column("picture_webp")[0].as_py())).size == (40, 40)
    with zipfile.ZipFile(io.BytesIO(export_bytes(run, "zip"))) as archive:
        assert len([name for name in archive.namelist() if name.startswith("cells/")]) == filled
        assert RunSettings.from_dict(json.loads(archive.read("run.json"))["settings"]) == run.settings
    assert Image.open(io.BytesIO(export_bytes(run, "png"))).width > 1000
    words = re.findall(r"<text[^>]*>([^<]*)</text>", export_bytes(run, "svg").decode())
    assert any(word.startswith(run.settings.measures[0].ends[0]) for word in words), "axes are text"
    with pytest.raises(InputError, match="ending of the file"):
        export_run(opened.workspace, "cmd run", tmp_path / "x.doc")
    export_run(opened.workspace, "cmd run", tmp_path / "x.html")
    assert (tmp_path / "x.html").stat().st_size > 10_000


def test_html_export_is_closed_and_escaped(opened: Opened) -> None:
    start_run(opened, asked(axes=("image:edges", "item:01.png"), quality="item:00.png"))
    run = open_run(opened, "a run")
    evil = "</script><script>alert(1)</script>"
    settings = replace(run.settings, name=evil, quality=f"prompt:{evil}")
    page = export_bytes(replace(run, info=replace(run.info, settings=settings)), "html").decode()
    assert evil not in page
    assert POLICY in page
    held = json.loads(re.findall(r'id="sent-data">(.*?)</script>', page, re.DOTALL)[0])
    filled = run.archive.candidate[run.archive.occupied].tolist()
    rows = np.array([run.space.row(run.log.genotypes[number]) for number in filled])
    assert held["captions"] == captions(opened, rows) and len(held["large"]) == len(filled)
    picture = Image.open(io.BytesIO(b64decode(held["large"][0].removeprefix("data:image/webp;base64,"))))
    assert picture.format == "WEBP", "each elite has a picture of its own for the card"
    assert "http://" not in page and "https://" not in page


def test_pictures_are_made_once(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    first = atlas(run)
    assert first is not None
    sheet = Image.open(io.BytesIO(first))
    assert sheet.size == (64 * 128, 128)  # few cells are large on the page, so their pictures are too
    assert len(list(run.folder.glob("atlas-*.jpg"))) == 1
    assert atlas(run) == first


def test_whole_pictures_are_not_cropped(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = io.BytesIO()
    Image.new("RGB", (80, 20), (200, 30, 30)).save(wide, "WEBP")
    monkeypatch.setattr(data, "thumbnail", lambda ws, row, size: wide.getvalue())
    tile = data.DataSpace().tile(0, opened.workspace, 128, whole=True)
    solid = np.asarray(tile)[..., 3] > 128
    assert solid.any(axis=0).all()  # from side to side
    assert solid.any(axis=1).mean() == pytest.approx(20 / 80, abs=0.03)


def test_the_sheet_of_whole_pictures_lies_beside_the_other(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    cropped, whole = atlas(run), atlas(run, whole=True)
    assert cropped is not None and whole is not None
    assert Image.open(io.BytesIO(whole)).mode == "RGBA"
    assert atlas(run) == cropped  # neither takes the place of the other
    assert len(list(run.folder.glob("atlas-*"))) == 2


def test_an_archive_to_look_at_is_the_one_that_was_searched(opened: Opened) -> None:
    start_run(opened, asked())
    run = open_run(opened, "a run")
    answers, searched = run.info.convert(run.log.answers(0, len(run.log))), grid_archive((5, 5))
    searched.add(np.arange(len(run.log)), np.zeros((len(run.log), 1)), answers.quality, answers.measures)
    np.testing.assert_array_equal(run.archive.candidate, searched.candidate)
    np.testing.assert_array_equal(run.archive.quality, searched.quality)
    assert "inner" not in vars(run.archive)  # pyribs, which takes seconds to load, was not asked


def test_ticks_lie_at_the_borders_of_cells() -> None:
    np.testing.assert_allclose(borders(4), [0, 0.25, 0.5, 0.75, 1])
    assert len(borders(1000)) <= 51
    assert borders(1000)[-1] == 1
    assert tick_texts(np.array([0, 14, 150.0])) == ["0", "14", "150"]
    assert tick_texts(np.array([-0.124, -0.0004, 0.098])) == ["−0.12", "0.00", "0.10"]
    assert tick_texts(np.array([1990, 1991, 1992.0])) == ["1990", "1991", "1992"]
    assert tick_texts(np.array([3.0, 3.0])) == ["3", "3"]


def test_axes_of_an_export_are_not_cut(opened: Opened) -> None:
    start_run(opened, asked())
    sheet = np.asarray(Image.open(io.BytesIO(export_bytes(open_run(opened, "a run"), "png"))).convert("L"))
    for edge in (sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]):
        assert (edge == 255).all()
    below, beside = sheet[TOP + SIDE + 50 :], sheet[:, :60]
    assert (below < 100).any() and (beside < 100).any()  # the ends of both axes

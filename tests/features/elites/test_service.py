"""Runs as page, command and library ask for them; the file format that saved runs have."""

import json
from dataclasses import replace

import numpy as np
import pytest

from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.features.elites import service
from explorer.features.elites.contract import METHODS, SPACES
from explorer.features.elites.runs import start_run
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.store import read_beside, read_status
from explorer.features.elites.table import elites_table
from explorer.workspace.opened import Opened
from tests.features.elites.searches import PauseAfter, asked

SAVED_SETTINGS = {
    "name": "old",
    "encoder": "histogram",
    "axes": ["image:brightness", "column:year"],
    "quality": "image:colourfulness",
    "source": "scenes",
    "cells": [5, 5],
    "cvt": 0,
    "scale": "range",
    "emitter": "gaussian",
    "evaluations": 50,
    "batch": 7,
    "seed": 3,
    "neighbours": 10,
    "far": 0.05,
    "start": 14,
    "first": [],
    "origin": "",
    "offset": None,
}
"""As version 0.2.0 wrote them."""


def test_what_is_not_said_suits_the_space(opened: Opened) -> None:
    items = service.asked(opened, "a", ["image:edges"], "column:year")
    assert (items.space, items.emitter, items.scale, items.cells) == ("data", "guided", "quantiles", (20,))
    drawn = service.asked(opened, "a", ["image:edges", "image:symmetry"], "column:count", space="scenes", emitter="")
    assert (drawn.emitter, drawn.scale, drawn.cells, drawn.encoder) == ("basic", "range", (20, 20), "histogram")
    assert service.asked(opened, "a", ["image:edges"], "column:year", cells=(7,), seed=0).cells == (7,)
    with pytest.raises(InputError, match="search over: expected one of data, scenes"):
        service.asked(opened, "a", ["image:edges"], "column:year", space="numbers")


def test_a_run_is_made_opened_and_told_in_numbers(opened: Opened) -> None:
    made = service.run(opened, asked())
    assert service.open_run(opened, "a run") is made
    frame, scores = elites_table(made).to_pandas(), made.scores()
    assert len(frame) == scores["filled"] == len(made.archive.occupied)
    assert scores["coverage"] == pytest.approx(scores["filled"] / 25)
    assert scores["qd_score"] == pytest.approx(frame["quality"].sum())
    assert scores["best"] == pytest.approx(frame["quality"].max())
    assert scores["evaluations"] == 50
    assert list(service.infos(opened)) == ["a run"]
    with pytest.raises(WorkspaceError, match="no run named 'other'"):
        service.open_run(opened, "other")


def test_an_opened_run_follows_the_files(opened: Opened) -> None:
    with pytest.raises(Cancelled):
        service.run(opened, asked(), PauseAfter(20))
    before = service.open_run(opened, "a run")
    assert service.open_run(opened, "a run") is before
    after = service.resume(opened, "a run")
    assert after is not before
    assert (len(before.log) < 50, len(after.log)) == (True, 50)


def test_several_runs_are_made_once(opened: Opened) -> None:
    with pytest.raises(Cancelled):
        list(service.run_many(opened, asked(name="x"), 2, True, PauseAfter(20)))
    names = list(service.run_many(opened, asked(name="x"), 2, True))
    assert names == ["x seed 0", "x seed 1", "x random seed 0", "x random seed 1"]
    stamps = [service.open_run(opened, name).stamp for name in names]
    assert all(len(service.open_run(opened, name).log) == 50 for name in names)
    list(service.run_many(opened, asked(name="x"), 2, True))
    assert [service.open_run(opened, name).stamp for name in names] == stamps
    with pytest.raises(WorkspaceError, match="already"):
        list(service.run_many(opened, asked(name="x seed 0"), 1, False))


def test_a_run_goes_on_from_a_cell(opened: Opened) -> None:
    made = service.run(opened, asked())
    cell = int(made.archive.occupied[1])
    settings = service.continued(made, cell)
    assert settings.first == (made.title(made.elite(cell)),)
    assert (settings.seed, settings.start, settings.origin) == (1, 1, f"a run/{cell}")
    assert service.run(opened, settings).title(0) == settings.first[0]
    assert service.continued(made, cell).name == f"{settings.name} 2"
    assert service.free_name(opened) == "Map 1"


@pytest.mark.parametrize("space", SPACES)
def test_the_nearest_items_of_a_candidate_are_others(opened: Opened, space: str) -> None:
    axes = ("image:brightness", "image:edges")
    made = service.run(opened, asked(space=space, axes=axes, evaluations=20))
    genotype = made.log.genotypes[0]
    rows, similarities = service.nearest_items(opened, "histogram", space, genotype, 5)
    assert len(rows) == 5
    assert made.space.row(genotype) not in rows
    assert (np.diff(similarities) <= 0).all()


def test_random_sampling_beside_a_run_sees_as_many_items_as_the_run(opened: Opened) -> None:
    """Twenty draws, each by a plain dictionary of the best of its cell."""
    settings = asked(axes=("map:x", "column:year"), quality="item:00.png", evaluations=20)
    made = service.run(opened, settings)
    problem = made.space.problem(opened, made.settings)
    rows = opened.embeddings("histogram").rows
    answers = made.info.convert(problem.evaluate(rows.tolist()))
    cells = made.archive.cell_of(answers.measures)
    sums, filled = [], []
    for seed in range(20):
        best: dict[int, float] = {}
        for place in np.random.default_rng(seed).permutation(len(rows))[:20].tolist():
            best[int(cells[place])] = max(best.get(int(cells[place]), -np.inf), float(answers.quality[place]))
        sums.append(sum(best.values()))
        filled.append(len(best))
    beside = read_beside(made.folder)
    assert beside["random"]["evaluations"] == 20
    assert beside["random"]["qd_score"][0] == pytest.approx(np.mean(sums))
    assert beside["random"]["filled"][0] == pytest.approx(np.mean(filled))
    assert beside["random"]["filled"][0] < 20 < beside["exhaustive"]["filled"]


def test_saved_runs_keep_their_format(opened: Opened) -> None:
    settings = RunSettings.from_dict(SAVED_SETTINGS)
    assert (settings.space, settings.axes, settings.cells) == ("scenes", tuple(SAVED_SETTINGS["axes"]), (5, 5))  # type: ignore[arg-type]
    assert json.loads(json.dumps(settings.to_dict())) == SAVED_SETTINGS
    assert list(settings.to_dict()) == list(SAVED_SETTINGS)
    folder = start_run(opened, replace(settings, axes=("image:brightness", "column:count")))
    kept = json.loads((folder / "settings.json").read_text("utf-8"))
    assert list(kept) == ["settings", "scales", "line", "ids_hash", "encoder_settings", "created"]
    for damage in ({"space": "data"}, {"emitter": "nothing"}, {"source": "nowhere"}):
        broken = {**kept, "settings": {**kept["settings"], **damage}}
        (folder / "settings.json").write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(WorkspaceError, match="settings.json is damaged"):
            service.open_run(opened, "old")


def test_a_damaged_status_is_named(opened: Opened) -> None:
    folder = start_run(opened, asked())
    (folder / "status.json").write_text('{"state": "done"}', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="status.json is damaged"):
        read_status(folder)


def test_groups_are_named_by_how_they_search(opened: Opened) -> None:
    for emitter in ("basic", "random"):
        service.run(opened, asked(name=emitter, emitter=emitter))
    groups, _ = service.compare(opened, ["basic", "random"])
    assert [group.name for group in groups] == [METHODS["basic"].label, METHODS["random"].label]

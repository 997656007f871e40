"""What holds for every space of candidates."""

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from explorer.base.errors import InputError
from explorer.features.elites.contract import SPACES
from explorer.features.elites.measures import MEASURES, parse_measure
from explorer.features.elites.spaces.scene_words import parse_scene
from explorer.features.elites.spaces.scenes_emitter import random_scene
from explorer.workspace.opened import Opened
from tests.features.elites.searches import asked


def candidates(space: str) -> list[Any]:
    rng = np.random.default_rng(3)
    return [3, 41, 0, 59] if space == "data" else [random_scene(rng) for _ in range(4)]


@pytest.mark.parametrize("name", SPACES)
def test_a_space_says_what_it_is(name: str, opened: Opened) -> None:
    space = SPACES[name]
    assert space.name == name
    assert space.title and space.sampled
    assert set(space.measures) <= set(MEASURES)
    offered = space.offered(opened, "histogram", False)
    assert set(offered) <= set(space.measures) - {"python", "pair", "prompt"}  # no texts, and no code from a browser
    assert {"pair", "prompt"} <= set(space.offered(opened, "histogram", True))
    assert space.most(opened.dataset) >= 60
    for column in space.columns(opened.dataset):
        space.check(parse_measure(f"column:{column}"))


@pytest.mark.parametrize("name", SPACES)
def test_candidates_are_read_as_they_were_written(name: str, opened: Opened) -> None:
    space, some = SPACES[name], candidates(name)
    columns = space.write(some, opened.dataset)
    assert space.read(pa.table({key: list(values) for key, values in columns.items()})) == some
    kept = np.array([True, False, True, True])
    solutions = space.solutions(some, kept)
    assert solutions.shape == (4, space.length)
    assert len({row.tobytes() for row in solutions[kept]}) == 3


@pytest.mark.parametrize("name", SPACES)
def test_candidates_have_names_pictures_and_vectors(name: str, opened: Opened) -> None:
    space, ws = SPACES[name], opened.workspace
    some = candidates(name)
    assert len({space.title_of(one, ws) for one in some}) == len(some)
    assert all(len(values) == len(some) for values in space.exported(some, ws).values())
    assert space.has_pictures(ws)
    for one in some:
        picture = space.picture(one, ws, 64)
        assert picture is not None
        assert max(Image.open(io.BytesIO(picture)).size) <= 64
        assert [space.tile(one, ws, 16, whole).size for whole in (False, True)] == [(16, 16), (16, 16)]
        assert np.linalg.norm(space.vector(one, opened, "histogram")) == pytest.approx(1, abs=1e-3)
        assert (space.row(one) < 0) == space.drawn


@pytest.mark.parametrize("name", SPACES)
def test_a_candidate_as_it_is_written_begins_a_run(name: str, opened: Opened) -> None:
    from explorer.features.elites.archive import grid_archive
    from explorer.features.elites.loop import Log

    space = SPACES[name]
    one = candidates(name)[1]
    axes = ("image:brightness", "image:edges")
    settings = asked(space=name, axes=axes, first=(space.written(one, opened.workspace),))
    setup: Any = space.problem(opened, settings).setup(grid_archive((5, 5), solution_dim=space.length), Log())
    assert setup.first == (one,)


def test_scenes_have_their_own_measures() -> None:
    scenes = SPACES["scenes"]
    with pytest.raises(InputError, match="not known of a scene"):
        scenes.check(parse_measure("map:x"))
    with pytest.raises(InputError, match="numeric attribute of scenes: expected one of count, hue"):
        scenes.check(parse_measure("column:year"))
    with pytest.raises(InputError, match="Expected a scene"):
        parse_scene("[]")

"""What holds for every emitter in every space that it works in."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from explorer.features.elites.archive import Archive, grid_archive
from explorer.features.elites.contract import BASELINES, METHODS, NEEDS, SPACES, methods_of
from explorer.features.elites.loop import Answers, Emitter, Log, run
from explorer.features.elites.spaces.scene_genes import LENGTH
from explorer.features.elites.spaces.scenes_emitter import SceneSetup, random_scene
from explorer.scenes.sample import is_valid
from tests.features.elites.searches import KNOWN, data_run, scene_run

PAIRS = [(name, space) for name, method in METHODS.items() for space in method.spaces]
SEARCH: dict[str, Callable[..., tuple[Archive, Log]]] = {
    "data": lambda name, evaluations, seed=1, first=(): data_run(name, seed, evaluations, first),
    "scenes": lambda name, evaluations, seed=1, first=(): scene_run(name, evaluations, seed=seed, first=first),
}
EVALUATIONS = 220
TAKES_NO_FIRST = {("random", "data")}


@pytest.mark.parametrize("name", METHODS)
def test_a_card_is_complete(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert method.label and method.formula and method.words.startswith(method.label)
    assert set(method.needs) <= set(NEEDS)
    assert method.spaces and set(method.spaces) <= set(SPACES)
    assert (method.baseline == "") == (name == "random")
    if method.baseline:
        assert set(method.spaces) <= set(METHODS[method.baseline].spaces)


def test_each_space_has_its_emitters_the_preferred_one_first() -> None:
    assert methods_of("data") == ("guided", "frontier", "basic", "random")
    assert methods_of("scenes") == ("basic", "gaussian", "iso_line", "cma_me", "random")
    assert all(name in methods_of(space) for name in BASELINES for space in SPACES)


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_a_search_is_a_function_of_its_seed(name: str, space: str) -> None:
    archive, log = SEARCH[space](name, EVALUATIONS)
    again, same = SEARCH[space](name, EVALUATIONS)
    assert len(log) == EVALUATIONS
    assert same == log
    np.testing.assert_array_equal(again.quality, archive.quality)
    assert SEARCH[space](name, EVALUATIONS, seed=2)[1] != log


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_the_archive_is_the_best_of_what_was_asked_for(name: str, space: str) -> None:
    archive, log = SEARCH[space](name, EVALUATIONS)
    best: dict[int, tuple[float, int]] = {}
    for number, (cell, quality) in enumerate(zip(log.cells, log.quality, strict=True)):
        if cell not in best or quality > best[cell][0]:
            best[cell] = (quality, number)
    assert {int(cell): (archive.quality[cell], archive.candidate[cell]) for cell in archive.occupied} == best
    assert np.isfinite(archive.quality[archive.occupied]).all()
    if space == "scenes":
        assert all(is_valid(scene) for scene in log.genotypes)
    else:
        assert len(set(log.genotypes)) == EVALUATIONS  # no item twice


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_parents_are_elites_of_before(name: str, space: str) -> None:
    _, log = SEARCH[space](name, EVALUATIONS)
    for child, parent in enumerate(log.parents):
        assert parent < child
        assert parent < 0 or log.status[parent] > 0
    assert any(parent >= 0 for parent in log.parents) == (name != "random")


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_batches_are_as_large_as_asked_for_at_most(name: str, space: str) -> None:
    archive, log, emitter = started(name, space)
    for most in (1, 5, 1000):
        assert 1 <= len(emitter.ask(most)) <= min(most, 24)


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_a_search_goes_on_when_nothing_can_be_evaluated(name: str, space: str) -> None:
    archive, log, emitter = started(name, space)

    def fail(genotypes: Sequence[object]) -> Answers:
        count = len(genotypes)
        return Answers(np.full(count, np.nan), np.full((count, 2), np.nan))

    for _ in run(archive, emitter, fail, 60, log):
        pass
    assert len(log) == 60
    assert not len(archive.occupied)


@pytest.mark.parametrize(("name", "space"), PAIRS)
def test_given_candidates_come_first(name: str, space: str) -> None:
    rng = np.random.default_rng(9)
    first = (17, 4, 250) if space == "data" else tuple(random_scene(rng) for _ in range(3))
    _, log = SEARCH[space](name, 30, first=first)
    assert (tuple(log.genotypes[:3]) == first) == ((name, space) not in TAKES_NO_FIRST)


@pytest.mark.parametrize("name", methods_of("data"))
def test_what_an_emitter_is_given_is_not_changed(name: str) -> None:
    vectors, near = KNOWN.vectors.copy(), KNOWN.near.copy()
    data_run(name, 1, EVALUATIONS)
    np.testing.assert_array_equal(KNOWN.vectors, vectors)
    np.testing.assert_array_equal(KNOWN.near, near)


def test_the_frontier_takes_the_nearest_item_that_was_not_looked_at() -> None:
    _, log = data_run("frontier", 1, 400)
    seen: set[int] = set()
    steps = 0
    for row, parent in zip(log.genotypes, log.parents, strict=True):
        if parent >= 0:
            near = [one for one in KNOWN.near[log.genotypes[parent]].tolist() if one not in seen]
            assert row == near[0]
            steps += len(near) > 1
        seen.add(row)
    assert steps > 50  # there was a choice


def test_the_basic_algorithm_takes_any_near_item() -> None:
    _, log = data_run("basic", 1, 400)
    ranks = [
        KNOWN.near[log.genotypes[parent]].tolist().index(row)
        for row, parent in zip(log.genotypes, log.parents, strict=True)
        if parent >= 0
    ]
    assert set(ranks) == set(range(KNOWN.near.shape[1]))


def started(name: str, space: str) -> tuple[Archive, Log, Emitter]:
    """An empty archive and log with an emitter for them."""
    log = Log()
    if space == "data":
        archive = grid_archive((8, 8))
        return archive, log, METHODS[name].spaces[space](KNOWN.setup(archive, log, 1))
    archive = grid_archive((9, 6), [(0.5, 9.5), (0, 1)], solution_dim=LENGTH, seed=0)
    setup = SceneSetup(archive=archive, log=log, rng=np.random.default_rng(1), batch=24, start=48)
    return archive, log, METHODS[name].spaces[space](setup)

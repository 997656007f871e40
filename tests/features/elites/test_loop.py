"""The loop: whole runs against the bands of pyribs' own benchmark, playback, failures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from ribs.archives import GridArchive
from ribs.emitters import GaussianEmitter

from explorer.base.errors import WorkspaceError
from explorer.features.elites.archive import Archive, grid_archive
from explorer.features.elites.contract import METHODS, methods_of
from explorer.features.elites.loop import Answers, Log, failures, run
from explorer.features.elites.spaces.data_emitter import ItemSetup, Unvisited
from explorer.features.elites.spaces.numbers import RibsNumbers
from explorer.features.elites.spaces.scene_genes import FLIP, STEP, WORDS, height, to_scene, to_vector
from explorer.scenes import sample
from explorer.scenes.sample import is_valid
from tests.features.elites.searches import data_run, scene_run


def sphere(x: np.ndarray[Any, Any]) -> Answers:
    """pyribs' example: shifted sphere, 0 to 100; measures are sums of the clipped halves."""
    shift = 5.12 * 0.4
    worst = (-5.12 - shift) ** 2 * x.shape[1]
    quality = (1 - ((x - shift) ** 2).sum(axis=1) / worst) * 100
    clipped = np.where(np.abs(x) > 5.12, 5.12 / np.where(x == 0, 1, x), x)
    half = x.shape[1] // 2
    return Answers(quality, np.stack([clipped[:, :half].sum(axis=1), clipped[:, half:].sum(axis=1)], axis=1))


def test_whole_run_on_the_sphere_lies_in_the_band() -> None:
    """Reference: coverage 0.777 (sd 0.008) and QD score 153,650 (sd 1,098) over five seeds of 50,000 evaluations."""
    inner = GridArchive(solution_dim=10, dims=[50, 50], ranges=[(-25.6, 25.6)] * 2, seed=3)
    archive, log = Archive(2_500, lambda: inner), Log()
    emitter = RibsNumbers(GaussianEmitter(inner, sigma=0.5, x0=np.zeros(10), batch_size=100, seed=3))
    for _ in run(archive, emitter, lambda x: sphere(np.asarray(x)), 50_000, log):
        pass
    assert len(log) == 50_000
    assert archive.coverage == pytest.approx(0.777, abs=5 * 0.008)
    assert archive.qd_score() == pytest.approx(153_650, abs=5 * 1_098)


@pytest.mark.parametrize("name", methods_of("data"))
def test_no_item_is_evaluated_twice_and_all_can_be(name: str) -> None:
    archive, log = data_run(name, 1, 10_000)
    assert sorted(log.genotypes) == list(range(600))
    whole, _ = data_run("random", 2, 10_000)
    np.testing.assert_allclose(archive.quality, whole.quality)  # exhaustive either way


@pytest.mark.parametrize("name", ["basic", "frontier", "guided"])
def test_variation_follows_the_graph_and_is_seeded(name: str) -> None:
    _, log = data_run(name, 1, 300)
    assert data_run(name, 1, 300)[1] == log
    assert data_run(name, 2, 300)[1] != log
    assert all(parent < child for child, parent in enumerate(log.parents))
    varied = sum(parent >= 0 for parent in log.parents)
    assert varied > 100
    for child, parent in enumerate(log.parents):
        if parent >= 0:
            assert log.status[parent] > 0  # a parent was an elite
            assert log.lineage(child)[1] == parent


def test_guided_needs_fewer_evaluations_than_random() -> None:
    goal = 0.95 * data_run("random", 0, 600)[0].qd_score()
    reached = {
        name: np.mean([data_run(name, seed, 200)[0].qd_score() for seed in range(3)]) for name in ("guided", "random")
    }
    assert reached["guided"] > reached["random"]
    assert reached["guided"] > goal * 0.95


@pytest.mark.parametrize("name", methods_of("scenes"))
def test_scenes_are_valid_and_playback_gives_the_same_run(name: str) -> None:
    archive, log = scene_run(name, 400)
    assert all(is_valid(scene) for scene in log.genotypes)
    again, same = scene_run(name, 400, known=log)
    assert same == log
    np.testing.assert_array_equal(archive.candidate, again.candidate)
    half = Log(**{field: getattr(log, field)[:120] for field in log.__dataclass_fields__})
    assert scene_run(name, 400, known=half)[1] == log


def test_playback_of_another_run_is_refused() -> None:
    _, log = scene_run("basic", 100)
    with pytest.raises(WorkspaceError, match="cannot be taken up"):
        scene_run("gaussian", 200, known=log)


def test_a_failing_evaluation_is_counted_and_skipped() -> None:
    archive, log = grid_archive((4, 4)), Log()
    setup = ItemSetup(
        archive=archive,
        log=log,
        rng=np.random.default_rng(0),
        batch=7,
        pool=Unvisited(np.arange(50), 50),
        near=lambda rows: rows[:, None],
        vectors=np.eye(50, dtype=np.float32),
        axes=2,
    )
    emitter = METHODS["random"].spaces["data"](setup)

    def evaluate(rows: Sequence[int]) -> Answers:
        quality = np.array([np.nan if row % 5 == 0 else 1.0 for row in rows])
        return Answers(quality, np.full((len(rows), 2), 0.5))

    for _ in run(archive, emitter, evaluate, 50, log):
        pass
    assert len(log) == 50
    assert failures(log) == 10
    assert len(archive.occupied) == 1


def test_a_scene_is_its_vector(rng: np.random.Generator) -> None:
    for _ in range(50):
        scene = sample(rng)
        back = to_scene(to_vector(scene))
        assert back.nuance == scene.nuance
        assert (back.shape, back.relation, back.count) == (scene.shape, scene.relation, scene.count)
        assert to_scene(to_vector(back)) == back


def test_noise_changes_every_gene_equally_often(rng: np.random.Generator) -> None:
    """A block of three words flips as often as one of nineteen."""
    for words in sorted({len(block) for block in WORDS.values()}):
        block = np.zeros((20_000, words))
        block[:, 0] = height(words)
        flipped = (block + rng.normal(0, STEP, block.shape)).argmax(axis=1) != 0
        assert flipped.mean() == pytest.approx(FLIP, abs=0.012)


def test_an_interrupted_batch_is_forgotten() -> None:
    _, log = data_run("basic", 1, 100)
    _, whole = data_run("basic", 1, 100)
    log.genotypes.extend([1, 2, 3])
    log.parents.extend([-1, -1, -1])
    log.trim()
    assert log == whole

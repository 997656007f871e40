"""Sums over items handed to an executor: the same scores, whoever sums and whatever comes first; strangers refused."""

import os
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.executor import Cores
from explorer.commands.compare import app
from explorer.features.compare.contract import METHODS
from explorer.features.compare.moments import BLOCK, PIECES, moments
from explorer.features.compare.service import compare, matrix
from explorer.features.compare.spread import SUMS, Replicator, StoredPair
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.opened import Opened
from tests.features.compare.sides import pair
from tests.features.compare.test_service import make

COUNT, X, Y = 2 * BLOCK + 100, "precomputed:x", "precomputed:y"
IDS = [f"item {i}" for i in range(COUNT)]
VECTORS = dict(zip((X, Y), (side.astype(np.float32) for side in pair(n=COUNT, d=4, e=3)), strict=True))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Three blocks of items, one of which has no vector on one side."""
    return make(tmp_path_factory.mktemp("spread") / "w", IDS, VECTORS, missing=(7,))


class Backwards:
    """Does all tasks, and gives the last first."""

    def each(
        self, make: Callable[[], Callable[[Any], Any]], tasks: Iterable[tuple[int, Any]]
    ) -> Generator[tuple[int, Any]]:
        yield from reversed(list(Cores(1).each(make, tasks)))


def test_scores_are_those_without_an_executor_and_the_same_to_the_byte_whoever_sums(opened: Opened) -> None:
    found = [
        compare(opened, X, Y, measures=SUMS, items=0, replicates=4, executor=executor)
        for executor in (Cores(1), Cores(3), Backwards())
    ]
    assert found[0] == found[1] == found[2]
    plain = compare(opened, X, Y, measures=SUMS, items=0, replicates=4)
    assert (found[0].items, found[0].dropped, found[0].common) == (COUNT - 1, 1, COUNT - 1)
    for one, other in zip(found[0].scores, plain.scores, strict=True):
        assert one.measure == other.measure and one.warning == other.warning
        names = ("value", "low", "high", "shuffled", "p", "calibrated")
        assert [getattr(one, name) for name in names] == pytest.approx([getattr(other, name) for name in names])
    drawn = [
        compare(opened, X, Y, measures=["cka"], items=3_000, replicates=2, seed=3, executor=executor)
        for executor in (Cores(2), None)
    ]
    assert drawn[0].items == 3_000 and drawn[0]["cka"].value == pytest.approx(drawn[1]["cka"].value, rel=1e-12)


@pytest.mark.parametrize("measure", ["procrustes_angle", "pwcca_ab"])
def test_the_table_of_all_models_is_the_same_whoever_scores_the_pairs(opened: Opened, measure: str) -> None:
    plain = matrix(opened, measure, encoders=(X, Y), items=200).values
    found = [
        matrix(opened, measure, encoders=(X, Y), items=200, executor=executor).values
        for executor in (Cores(1), Cores(2), Backwards())
    ]
    assert np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])
    assert found[0] == pytest.approx(plain, rel=1e-12) and plain[0, 1] != plain[0, 0]


def test_only_measures_that_are_sums_two_models_of_one_workspace_and_more_items_than_dimensions(
    opened: Opened, tmp_path: Path
) -> None:
    assert {METHODS[name].group for name in SUMS} == {"CKA", "CCA", "Procrustes"}
    with pytest.raises(InputError, match="measure that is a sum over items: expected one of cka_debiased, cka"):
        compare(opened, X, Y, measures=["cka_rbf"], executor=Cores(1))
    with pytest.raises(InputError, match="two models of one workspace"):
        compare(opened, X, Y, measures=["cka"], other=opened, executor=Cores(1))
    wide = make(tmp_path / "wide", IDS[:12], {X: np.eye(12, 15, dtype=np.float32), Y: VECTORS[Y][:12]})
    with pytest.raises(InputError, match="more items than dimensions, got 12 for 15 and 3"):
        compare(wide, X, Y, measures=["cka"], executor=Cores(1))


def test_a_worker_that_sees_other_vectors_or_no_workspace_refuses(opened: Opened, tmp_path: Path) -> None:
    mine = make(tmp_path / "mine", IDS[:40], {name: side[:40] for name, side in VECTORS.items()})
    found = StoredPair.of(mine.workspace, (X, Y), np.arange(40))
    replicator = Replicator(found, moments(*found.vectors()), ("cka",))
    assert len(replicator.loaded()(np.random.default_rng(0))) == 2
    again = Embeddings(VECTORS[Y][40:80], np.ones(40, bool), Y, {}, mine.dataset.ids_hash)
    save_embeddings(mine.workspace.folder("embeddings", Y), again, np.array(IDS[:40]))
    with pytest.raises(WorkspaceError, match="vectors of precomputed:y in .* are others for a worker"):
        replicator.loaded()
    with pytest.raises(WorkspaceError, match="finds no workspace at .* under the same path on all machines"):
        replace(found, workspace=tmp_path / "elsewhere").vectors()


def test_a_number_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    y = VECTORS[Y].copy()
    y[BLOCK + 11, 0] = np.nan
    bad = make(tmp_path / "bad", IDS, {X: VECTORS[X], Y: y})
    with pytest.raises(InputError, match=f"B: expected finite numbers, got NaN or infinity, first in row {BLOCK + 11}"):
        compare(bad, X, Y, measures=["cka"], items=0, replicates=2, executor=Cores(2))


def test_moments_are_the_same_on_any_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    n = BLOCK * (PIECES + 5)
    x, y = (side.astype(np.float16) for side in pair(n=n, d=3, e=2))
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        found.append(moments(x, y))
    for other in found[1:]:
        assert found[0].cross.tobytes() == other.cross.tobytes()
        assert (found[0].mixed, found[0].x.squares, found[0].y.norms) == (other.mixed, other.x.squares, other.y.norms)
    wide = [side.astype(np.float64) - side.astype(np.float64).mean(axis=0) for side in (x, y)]
    assert found[0].cross == pytest.approx(wide[0].T @ wide[1], rel=1e-9)


def test_the_command_takes_the_sums_alone_to_a_cluster(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr("explorer.io.ray_cluster.ray_cluster", lambda address: nullcontext(Cores(2)))
    words = ["scores", str(opened.workspace.path), X, Y, "--replicates", "2", "--items", "0"]
    done = CliRunner().invoke(app, [*words, "--executor", "ray", "--address", "auto"])
    assert done.exit_code == 0, done.output
    assert all(f"{name} " in done.output for name in SUMS) and "mutual_knn" not in done.output

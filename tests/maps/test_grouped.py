"""Nearest items by lists and links: nearly all of the nearest, the same on any number of cores, whatever the data."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.progress import Silent
from explorer.maps import centres, grouped
from explorer.maps.grouped import grouped_neighbours


def curved(count: int, seed: int = 0) -> Floats:
    """Points of 8 dimensions bent into 32, without heaps."""
    random = np.random.default_rng(seed)
    bent = np.tanh(random.normal(size=(count, 8)) @ random.normal(size=(8, 32)))
    return unit_rows(bent)


def nearest(vectors: Floats, pool: Rows, k: int) -> Rows:
    """(n, k) positions in the pool, by sorting all cosines."""
    cosines = vectors @ vectors[pool].T
    cosines[pool, np.arange(len(pool))] = -2
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def share(found: Rows, true: Rows) -> float:
    return float(np.mean([len(np.intersect1d(*pair)) for pair in zip(found, true, strict=True)]) / true.shape[1])


def found_in(vectors: NDArray[Any], pool: Rows, k: int, seed: int = 0) -> tuple[Rows, Floats]:
    return grouped_neighbours(vectors, pool, k, seed=seed, progress=Silent())


VECTORS, ALL = curved(3000), np.arange(3000)


def test_nearly_all_nearest_are_found_and_links_find_most_of_what_the_lists_miss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    true = nearest(VECTORS, ALL, 15)
    rows, similarities = found_in(VECTORS, ALL, 15)
    assert share(rows, true) > 0.97
    assert (np.diff(similarities, axis=1) <= 0).all()
    np.testing.assert_allclose(similarities, np.einsum("nd,nkd->nk", VECTORS, VECTORS[rows]), atol=1e-5)
    assert not (rows == ALL[:, None]).any()
    assert all(len(set(row)) == 15 for row in rows.tolist())
    monkeypatch.setattr(grouped, "ROUNDS", 0)
    by_lists_alone = share(found_in(VECTORS, ALL, 15)[0], true)
    assert 1 - share(rows, true) < 0.2 * (1 - by_lists_alone)


def test_pool_that_is_a_part_of_the_items() -> None:
    pool = np.sort(np.random.default_rng(1).choice(3000, 1200, replace=False))
    rows, _ = found_in(VECTORS, pool, 10)
    assert share(rows, nearest(VECTORS, pool, 10)) > 0.95
    assert not (pool[rows] == ALL[:, None]).any()


def test_many_lists_whose_centres_lie_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped, "LONGEST", 12)
    monkeypatch.setattr(centres, "FEW", 50)
    assert share(found_in(VECTORS, ALL, 15)[0], nearest(VECTORS, ALL, 15)) > 0.97


@pytest.mark.parametrize("distinct", [1, 3, 30])
def test_copies_of_so_few_that_the_groups_have_too_few_lists(distinct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped, "LONGEST", 20)
    monkeypatch.setattr(centres, "FEW", 5)
    copies = np.tile(VECTORS[:distinct], (1200 // distinct, 1))
    rows, similarities = found_in(copies, np.arange(1200), 15)
    assert (similarities > 0.999).all() and not (rows == np.arange(1200)[:, None]).any()
    assert all(len(set(row)) == 15 for row in rows.tolist())


def test_any_number_of_cores_and_any_parts_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    half = VECTORS[:1500].astype(np.float16)
    found = []
    for cores in (1, 4):
        monkeypatch.setattr(grouped, "cpu_count", lambda cores=cores: cores)
        found.append(found_in(half, ALL[:1500], 15))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])


def test_links_that_are_old_need_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that takes all links for fresh finds nothing that one does not find which looks at the fresh alone."""
    expected = found_in(VECTORS, ALL, 10)[0]
    beyond = grouped._Search._beyond

    def all_fresh(self: grouped._Search, found: grouped._Table) -> tuple[np.ndarray, np.ndarray]:
        numbers, _ = beyond(self, found)
        return numbers, np.ones(numbers.shape, dtype=bool)

    monkeypatch.setattr(grouped._Search, "_beyond", all_fresh)
    assert share(found_in(VECTORS, ALL, 10)[0], expected) > 0.999


def test_lists_too_small_for_so_many_neighbours_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Islands of 3 far from each other, one list each and one looked at: there are no links to go along."""
    corners = np.repeat(np.eye(40, dtype=np.float32), 3, axis=0)
    islands = unit_rows(corners + 0.01 * np.random.default_rng(2).normal(size=corners.shape).astype(np.float32))
    monkeypatch.setattr(grouped, "PROBES", 1)
    monkeypatch.setattr(grouped, "LISTS", 4.0)
    rows, similarities = found_in(islands, np.arange(120), 20)
    assert (rows >= 0).all()
    assert (similarities > -1.1).all()
    short = share(rows, nearest(islands, np.arange(120), 20))
    assert short > 0.99


@pytest.mark.parametrize("k", [1, 60, 299])
def test_few_and_many_neighbours(k: int) -> None:
    rows, _ = found_in(VECTORS[:300], np.arange(300), k)
    assert rows.shape == (300, k)
    assert share(rows, nearest(VECTORS[:300], np.arange(300), k)) > 0.95

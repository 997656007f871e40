"""Intrinsic dimension against scikit-dimension's numbers, and graphs that are built in several orders."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Doubles, Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.features.diagnose.health import service
from explorer.features.diagnose.health.dimension import distances_to, intrinsic_dimension
from explorer.features.diagnose.health.orders import order_of, recalls_in_order
from explorer.features.diagnose.health.report import Built, Health, bins_of
from explorer.features.diagnose.health.words import bins_words, order_words
from explorer.index import ExactIndex
from explorer.index.graph import item_neighbours
from explorer.workspace.opened import open_shared
from tests.features.diagnose.collections import with_vectors

REFERENCE = np.load(Path(__file__).parent / "skdim_0_5_0.npz")
INPUT = 2e-6
"""Relative: the reference's points are kept in single precision, its numbers are those of double precision."""


def nearest_others(points: Doubles, k: int) -> Rows:
    """(n, k) by all distances."""
    squares = ((points[:, None] - points[None]) ** 2).sum(-1)
    np.fill_diagonal(squares, np.inf)
    found: Rows = squares.argsort(1, kind="stable")[:, :k]
    return found


@pytest.mark.parametrize("basis", [2, 8])
def test_dimensions_are_those_of_scikit_dimension(basis: int) -> None:
    points = REFERENCE[f"points{basis}"].astype(np.float64)
    found = intrinsic_dimension(distances_to(points, points, nearest_others(points, 100)))
    assert np.abs(found / REFERENCE[f"dimension{basis}"] - 1).max() < INPUT


def test_the_formula_to_the_last_digit() -> None:
    distances = np.sort(np.random.default_rng(0).random((30, 40)), axis=1)
    slow = [39 / sum(np.log(row[-1] / row[j]) for j in range(39)) for row in distances]
    assert np.abs(intrinsic_dimension(distances) / np.array(slow) - 1).max() < 1e-12


def test_the_mean_is_over_all_but_the_last() -> None:
    """Levina and Bickel's k - 1, and not Amsaleg's k, which gives k / (k - 1) times as much."""
    distances = np.array([[1.0, 2.0, 4.0, 8.0]])
    assert intrinsic_dimension(distances)[0] == pytest.approx(3 / np.log(8 * 4 * 2))


def test_copies_say_nothing_about_directions() -> None:
    plain = np.array([[1.0, 2.0, 4.0]])
    copies = np.array([[0.0, 0.0, 1.0, 2.0, 4.0]])
    assert intrinsic_dimension(copies)[0] == intrinsic_dimension(plain)[0]
    nothing = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0], [np.nan, np.nan, np.nan]])
    assert np.isnan(intrinsic_dimension(nothing)).all()


def test_a_copy_lies_at_exactly_nothing_in_half_precision() -> None:
    vectors = unit_rows(np.random.default_rng(1).normal(size=(40, 16))).astype(np.float16)
    vectors[7] = vectors[3]
    apart = distances_to(vectors, vectors[[3]], np.array([[7, 5, -1]]))
    assert apart[0, 0] == 0 < apart[0, 1] and np.isnan(apart[0, 2])


def test_an_item_does_not_count_itself() -> None:
    vectors = unit_rows(np.random.default_rng(2).normal(size=(80, 3)))
    near = item_neighbours(ExactIndex(vectors), vectors, np.arange(80), 20).rows
    assert not (near == np.arange(80)[:, None]).any()
    mine = intrinsic_dimension(distances_to(vectors, vectors, near))
    assert np.allclose(
        mine, intrinsic_dimension(distances_to(vectors, vectors, nearest_others(vectors.astype(np.float64), 20)))
    )


def subspace(basis: int, seed: int = 0, count: int = 1200, dim: int = 64) -> Floats:
    """Unit vectors in a random subspace."""
    rng = np.random.default_rng(seed)
    return unit_rows(rng.normal(size=(count, basis)) @ np.linalg.qr(rng.normal(size=(dim, basis)))[0].T)


@pytest.fixture(scope="module")
def recalls() -> dict[int, tuple[float, float]]:
    """(mean dimension, recall@10 at ef 10) of subspaces."""
    found = {}
    for basis in (2, 8, 48):
        vectors = subspace(basis)
        items, queries = vectors[:1100], vectors[1100:]
        exact = ExactIndex(items)
        near = exact.query(queries, 50).rows
        around = intrinsic_dimension(distances_to(items, queries, near))
        asked = {"item": (queries, exact.query(queries, 10))}
        (one,) = recalls_in_order(items, np.arange(1100), asked, [10], 0)  # type: ignore[arg-type]
        found[basis] = float(around.mean()), float(one[2].mean())
    return found


def test_recall_falls_as_the_dimension_grows(recalls: dict[int, tuple[float, float]]) -> None:
    """As in the reference, where 2, 8 and 64 directions gave 0.998, 0.995 and 0.521."""
    dimensions, found = zip(*recalls.values(), strict=True)
    assert dimensions[0] < 2 < dimensions[1] < 10 < dimensions[2]
    assert found[0] >= found[1] > 0.95 > 0.85 > found[2]


def test_orders_go_up_down_by_category_and_by_chance() -> None:
    around, kinds = np.array([3.0, 1.0, np.nan, 2.0]), np.array([1, 0, 1, 0])
    assert order_of("ascending", around, None, 0).tolist() == [1, 3, 0, 2]
    assert order_of("descending", around, None, 0).tolist() == [0, 3, 1, 2]
    assert [kinds[one] for one in order_of("category", around, kinds, 0)] == [0, 0, 1, 1]
    drawn = [tuple(order_of("random", np.zeros(50), None, seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2] and sorted(drawn[0]) == list(range(50))
    ties = [tuple(order_of("ascending", np.zeros(50), None, seed)) for seed in (0, 1)]
    assert ties[0] != ties[1], "equal dimensions are in no order of their own"


def test_one_thread_builds_the_same_graph_and_other_seeds_others() -> None:
    vectors = subspace(32, count=900)
    items, queries = vectors[:800], vectors[800:]
    asked = {"item": (queries, ExactIndex(items).query(queries, 10))}

    def built(seed: int) -> list[float]:
        ((_, _, found),) = recalls_in_order(items, np.arange(800)[::-1], asked, [10], seed)  # type: ignore[arg-type]
        return [float(one) for one in found]

    assert built(0) == built(0)
    assert built(0) != built(1)


def test_bins_hold_equally_many_and_leave_out_what_has_no_dimension() -> None:
    around = np.array([5.0, 1, 2, np.nan, 3, 4])
    first, last = bins_of("item", 16, around, np.array([0, 1, 1, 0.5, 0.6, 0.2]), 2)
    assert (first.least, first.most, first.queries) == (1, 3, 3) and first.recall == pytest.approx(2.6 / 3)
    assert (last.least, last.most, last.queries) == (4, 5, 2) and last.recall == pytest.approx(0.1)
    assert first.low <= first.recall <= first.high


def health_of(**recalls: list[float]) -> Health:
    built = [Built(order, seed, "item", 16, one) for order, found in recalls.items() for seed, one in enumerate(found)]
    bins = tuple(bins_of("item", 16, np.arange(4.0), np.array([1, 1, 0.5, 0.5]), 2))
    told = {"model": "m", "column": "", "items": 9, "k": 10, "efs": (16,), "seeds": 2, "kinds": ("item",)}
    return Health(**told, built=tuple(built), bins=bins, left_out=0)  # type: ignore[arg-type]


def test_an_order_differs_only_where_no_seed_says_otherwise() -> None:
    found = health_of(random=[0.90, 0.92], ascending=[0.93, 0.94], descending=[0.89, 0.95])
    difference, apart = found.verdict("ascending", "item", 16)
    assert difference == pytest.approx(0.025) and apart
    assert not found.verdict("descending", "item", 16)[1]
    assert "low dimension first +2.5, more" in order_words(found, "item", 16)
    assert "high dimension" not in order_words(found, "item", 16)
    assert "does not matter" in order_words(health_of(random=[0.9, 0.92], ascending=[0.91, 0.95]), "item", 16)
    assert "does not matter" in order_words(health_of(random=[0.9, 0.9], ascending=[0.8999, 0.8999]), "item", 16)
    assert "recall 100.0% where the dimension is lowest (0 to 1), 50.0%" in bins_words(found, 16)


def test_of_a_workspace_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SEEDS", 2)
    opened = open_shared(with_vectors(tmp_path, subspace(6, count=150, dim=16), ["a", "b", "c"]).path)
    spec = "precomputed:v"
    assert service.known_dimensions(opened, spec) is None and service.known_health(opened, spec, "label") is None
    found = service.health(opened, spec, "label")
    assert service.known_health(opened, spec, "label") == found
    assert (found.items, found.kinds, found.left_out) == (120, ("item",), 0)
    assert found.orders == ["random", "ascending", "descending", "category"] and len(found.bins) == 5 * len(found.efs)
    around = service.known_dimensions(opened, spec)
    assert around is not None and 2 < np.median(around) < 7
    assert service.health(opened, spec, "").orders == ["random", "ascending", "descending"]


def test_too_few_items_are_named(tmp_path: Path) -> None:
    opened = open_shared(with_vectors(tmp_path, subspace(3, count=20, dim=4), ["a", "b"]).path)
    with pytest.raises(InputError, match="at least 50 items with a vector under precomputed:v, got 20"):
        service.dimensions(opened, "precomputed:v")

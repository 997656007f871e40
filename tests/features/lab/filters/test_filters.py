"""The traps of filtered search: chance attributes, few matches or none, averages over shares, what counts as truth."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError
from explorer.features.lab.filters.attributes import (
    EDGES,
    column_levels,
    counts,
    level_label,
    made_levels,
)
from explorer.features.lab.filters.measure import filters, filters_path, level_points
from explorer.features.lab.filters.post import post_filter
from explorer.features.lab.filters.registry import FILTER_WAYS, METHODS
from explorer.features.lab.filters.report import kept_filters
from explorer.features.lab.filters.way import Asked
from explorer.features.lab.queries import Trial
from explorer.index import ExactIndex, HnswIndex, HnswSettings
from explorer.search.facets import facet_of
from explorer.workspace.opened import Opened

N, DIM, K = 1500, 16, 10
CENTRES = unit_rows(default_rng(2).standard_normal((12, DIM)))
GROUP = default_rng(3).integers(0, 12, N)
VECTORS = unit_rows(CENTRES[GROUP] + 0.15 * default_rng(4).standard_normal((N, DIM)))
QUERIES = unit_rows(CENTRES[:8] + 0.1 * default_rng(5).standard_normal((8, DIM)))
EXACT, ROWS = ExactIndex(VECTORS), np.arange(N)


@pytest.fixture(scope="module")
def graph() -> HnswIndex:
    return HnswIndex.build(VECTORS, settings=HnswSettings(M=8, ef_construction=60, ef=20), threads=1)


def trial() -> Trial:
    return Trial("item", QUERIES, EXACT.query(QUERIES, K), QUERIES[:0])


def test_made_attributes_pass_as_many_with_the_query_as_by_chance() -> None:
    levels = list(made_levels(EXACT, ROWS, QUERIES, default_rng(0)))
    assert [level.goes for level in levels] == ["with", "chance"] * (len(levels) // 2)
    for one, other in zip(levels[::2], levels[1::2], strict=True):
        assert one.label == other.label
        assert [mask.sum() for mask in one.masks] == [mask.sum() for mask in other.masks]
    assert [int(level.masks[0].sum()) for level in levels[::2]] == counts(N) == [750, 300, 150, 75, 30, 15, 5, 0]
    assert [level_label(count, N) for count in (750, 15, 5, 0)] == ["50 %", "1 %", "5 items", "none"]


def test_an_attribute_that_goes_with_the_query_lies_near_it(graph: HnswIndex) -> None:
    levels = [level for level in made_levels(EXACT, ROWS, QUERIES, default_rng(0)) if level.label == "10 %"]
    near = {level.goes: next(iter(level_points(EXACT, graph, trial(), level))).near for level in levels}
    assert near["with"] > 0.6 and near["chance"] < 0.3


def test_over_fetching_is_cheap_with_the_query_and_misses_by_chance(graph: HnswIndex) -> None:
    """Correlation changes everything: the same way at the same share."""
    levels = [level for level in made_levels(EXACT, ROWS, QUERIES, default_rng(0)) if level.label == "5 %"]
    found = {
        (level.goes, point.way, point.setting): point.recall.value
        for level in levels
        for point in level_points(EXACT, graph, trial(), level)
    }
    assert found["with", "post-filter", "×5"] > 0.8 > 0.5 > found["chance", "post-filter", "×5"]
    for goes in ("with", "chance"):
        for way in ("pre-filter", "post-filter-repeated", "filter-by-count"):
            assert min(value for (where, name, _), value in found.items() if (where, name) == (goes, way)) > 0.95


@pytest.mark.parametrize("label", ["5 items", "none"])
def test_fewer_matches_than_asked_for_and_none(graph: HnswIndex, label: str) -> None:
    for level in (one for one in made_levels(EXACT, ROWS, QUERIES, default_rng(0)) if one.label == label):
        for way in FILTER_WAYS:
            for query, mask in zip(QUERIES, level.masks, strict=True):
                found = way.answer(Asked(EXACT, graph, query[None], "item", mask, K))
                rows = found.rows[0]
                assert found.rows.shape == (1, K) and mask[rows[rows >= 0]].all()
                assert np.isnan(found.similarities[0, rows < 0]).all()
        points = {(one.way, one.setting): one for one in level_points(EXACT, graph, trial(), level)}
        for name in ("pre-filter", "post-filter-repeated", "filter-by-count"):
            assert all(point.recall.value == 1 for (way, _), point in points.items() if way == name)


def test_the_truth_is_exact_search_and_never_the_graph(graph: HnswIndex) -> None:
    """A graph that finds little has a low recall, whatever it says itself."""
    poor = HnswIndex.build(VECTORS, settings=HnswSettings(M=2, ef_construction=2, ef=1), threads=1)
    poor.efs = {"item": 1}
    level = next(one for one in made_levels(EXACT, ROWS, QUERIES, default_rng(0)) if one.label == "50 %")
    recalls = {one.way: one.recall.value for one in level_points(EXACT, poor, trial(), level)}
    assert recalls["pre-filter"] == 1 and recalls["in-filter"] < 0.9


def test_repeated_over_fetching_goes_on_until_enough_pass(graph: HnswIndex) -> None:
    far = EXACT.query(QUERIES[:1], N).rows[0, -100:]
    asked = Asked(EXACT, graph, QUERIES[:1], "item", np.isin(ROWS, far), K)
    assert (post_filter(asked, factor=5).rows == -1).all()
    assert (post_filter(asked, factor=5, repeated=True).rows == EXACT.query(QUERIES[:1], K, far).rows).all()


def test_a_column_by_share_with_its_values_dealt_out_anew() -> None:
    """Shares are kept apart, since an average over them says nothing about any."""
    values = np.where(GROUP == 0, "rare", np.where(GROUP < 5, "some", "most"))
    found = column_levels(facet_of("group", pa.array(values)), EXACT, ROWS, QUERIES, default_rng(0))
    shares = {(level.label, level.goes): [mask.mean() for mask in level.masks] for level in found}
    assert {label for label, _ in shares} <= {label for _, label in EDGES} and len(shares) >= 4
    for label, _ in shares:
        assert shares[label, "with"] == shares[label, "chance"]
    low = {label: low for low, label in EDGES}
    assert all(share >= low[label] for (label, _), some in shares.items() for share in some)
    near = {level.goes: level for level in found if level.label == "over 30 %"}
    truth = EXACT.query(QUERIES, K).rows
    passing = {
        goes: np.mean([mask[truth[place]].mean() for place, mask in zip(level.places, level.masks, strict=True)])
        for goes, level in near.items()
    }
    assert passing["with"] > 0.9 > passing["chance"]


def test_items_with_several_values_or_none_and_queries_without_a_neighbour_that_has_one() -> None:
    lists = pa.array([["a", "b"] if row % 2 else (["a"] if row % 3 else None) for row in range(N)])
    found = column_levels(facet_of("tags", lists), EXACT, ROWS, QUERIES, default_rng(0))
    assert sum(len(level.masks) for level in found if level.goes == "with") == 8
    odd = pa.array([f"v{row}" if row < 30 else None for row in range(N)])
    with_values = column_levels(facet_of("odd", odd), EXACT, ROWS, QUERIES, default_rng(0))
    assert sum(len(level.places) for level in with_values) <= 16


@pytest.mark.parametrize("values", [["same"] * N, [None] * N])
def test_a_constant_column_is_refused(values: list[str | None]) -> None:
    with pytest.raises(InputError, match=r"Column 'c': expected at least two different values, got [01]"):
        column_levels(facet_of("c", pa.array(values, pa.string())), EXACT, ROWS, QUERIES, default_rng(0))


def test_the_report_is_kept_and_read_again(shapes: Opened) -> None:
    spec = shapes.encoders[0]
    made = filters(shapes, spec)
    assert kept_filters(filters_path(shapes, spec, "")) == made
    assert kept_filters(filters_path(shapes, spec, "label")) is None
    assert {point.way for point in made.points} == set(METHODS) and made.kinds == ["item"]
    by_label = filters(shapes, spec, "label")
    assert {point.goes for point in by_label.points} == {"with", "chance"}
    with pytest.raises(InputError, match="Expected one of the columns"):
        filters(shapes, spec, "nothing of the kind")


def test_a_damaged_report_is_measured_again(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"model": "m", "points": [{}]}')
    assert kept_filters(tmp_path / "r.json") is None
    assert kept_filters(tmp_path / "none.json") is None


def test_every_way_has_a_card_and_a_setting() -> None:
    assert len({(way.card.name, way.setting) for way in FILTER_WAYS}) == len(FILTER_WAYS)
    assert all(card.baseline in METHODS or card.name == "pre-filter" for card in METHODS.values())

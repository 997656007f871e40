"""Items near every text do not come first, the order is exact, and nearness has its fixed points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.index import ExactIndex, HnswIndex, HnswSettings
from explorer.search.compose import Part, compose
from explorer.search.hubs import correction, nearness, ranked
from explorer.workspace.backdrop import Backdrop, measure

AXES = np.eye(42, dtype=np.float32)
WORDS = np.float32(0.6) * AXES[:40] + np.float32(0.8) * AXES[40]
"""Forty words around one direction."""


def part(kind: str, vector: np.ndarray, weight: float = 1.0) -> Part:
    return Part(kind, kind, weight, vector.astype(np.float32))


def test_an_item_near_every_word_comes_after_one_near_to_the_asked_word() -> None:
    hub, own = AXES[40], np.float32(0.75) * WORDS[0] + np.float32(np.sqrt(1 - 0.75**2)) * AXES[41]
    items = np.stack([hub, own])
    question = compose([part("text", WORDS[0])])
    np.testing.assert_allclose(items @ WORDS[0], [0.8, 0.75], atol=1e-6)
    off = correction(question, measure(items, np.ones(2, dtype=bool), WORDS).near, None)
    assert off is not None
    np.testing.assert_allclose(off, [0.8 / 2, (0.75 + 9 * 0.75 * 0.64) / 10 / 2], atol=1e-6)
    rows, similarities, way = ranked(ExactIndex(items), question, 2, None, kind="text", taken_off=off)
    assert rows.tolist() == [1, 0] and way == "all"
    np.testing.assert_allclose(similarities, items[rows] @ WORDS[0], atol=1e-6)


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 30), spread=st.floats(0, 0.5))
def test_the_order_is_that_of_a_plain_sort_of_all_items(seed: int, count: int, spread: float) -> None:
    generator = default_rng(seed)
    items = unit_rows(generator.normal(size=(3000, 6)).astype(np.float32), "items")
    question = compose([part("text", generator.normal(size=6))])
    off = (spread * generator.random(3000)).astype(np.float32)
    allowed = generator.random(3000) < 0.7
    rows, _, way = ranked(ExactIndex(items), question, count, allowed, kind="text", taken_off=off)
    assert way == "subset"
    corrected = np.where(allowed, items @ question.vector - off, -np.inf)
    np.testing.assert_allclose(corrected[rows], np.sort(corrected)[::-1][:count], atol=1e-6)


def test_each_kind_is_corrected_by_its_own_and_what_is_taken_away_counts_against() -> None:
    texts, items = np.array([0.2, 0.4], np.float32), np.array([0.6, 0.2], np.float32)
    x, y = np.eye(2, 3)
    half = 2**-0.5 / 2
    for parts, of_texts, of_items in (
        ([part("text", x)], 0.5, 0.0),
        ([part("item", x)], 0.0, 0.5),
        ([part("image", x)], 0.0, 0.5),
        ([part("text", x), part("item", y)], half, half),
        ([part("text", x), part("text", y, -1.0)], 0.0, 0.0),
        ([part("text", x), part("item", y, -1.0)], half, -half),
    ):
        question = compose(parts)
        for near in ((texts, items), (texts, None), (None, items), (None, None)):
            shares = [share if one is not None else 0.0 for one, share in zip(near, (of_texts, of_items), strict=True)]
            off = correction(question, *near)
            assert off is not None or shares == [0, 0]
            if off is not None:
                np.testing.assert_allclose(off, texts * shares[0] + items * shares[1], atol=1e-7)
    assert correction(compose([part("item", x)]), texts, None) is None


def test_nearness_is_0_for_an_average_word_and_1_for_the_nearest() -> None:
    backdrop = Backdrop(np.array([0.1, 0.1, 0.0], np.float32), np.array([0.3, 0.3, 0.5], np.float32), 10)
    question = compose([part("text", np.eye(3)[0])])
    found = nearness(question, backdrop, np.arange(3), np.array([0.1, 0.3, 0.25], np.float32))
    assert found == pytest.approx([0, 1, 0.5], abs=1e-6)


def test_an_empty_collection_has_no_answer() -> None:
    question = compose([part("text", np.eye(3)[0])])
    nothing = ExactIndex(np.eye(2, 3, dtype=np.float32), np.zeros(2, dtype=bool))
    rows, similarities, _ = ranked(
        nothing, question, 5, None, kind="text", taken_off=np.full(2, np.nan, dtype=np.float32)
    )
    assert len(rows) == len(similarities) == 0


def test_candidates_of_a_graph_come_in_the_corrected_order() -> None:
    generator = default_rng(3)
    items = unit_rows(generator.normal(size=(300, 6)).astype(np.float32), "items")
    question = compose([part("text", generator.normal(size=6))])
    off = (0.3 * generator.random(300)).astype(np.float32)
    graph = HnswIndex.build(items, np.arange(300), HnswSettings(), 1)
    found, expected = (
        ranked(index, question, 20, None, kind="text", taken_off=off)[0] for index in (graph, ExactIndex(items))
    )
    np.testing.assert_array_equal(found, expected)

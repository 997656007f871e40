"""Neighbours under a lens against scoring every item; the map's layouts."""

from typing import Any

import numpy as np
import pytest

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.errors import InputError
from explorer.features.conditional import layout
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.method import Ask, Lens
from explorer.features.conditional.seen import FITTING, find, see
from explorer.index import ExactIndex


def items(rng: np.random.Generator, count: int) -> tuple[Any, Mask, Floats]:
    """(count, 24) unit rows around 40 centres, who is there, and words of six values."""
    centres = rng.normal(size=(40, 24))
    vectors = unit_rows(centres[rng.integers(0, 40, count)] + 0.6 * rng.normal(size=(count, 24))).astype(np.float16)
    present = rng.random(count) > 0.05
    present[0] = True
    vectors[~present] = 0
    return vectors, present, unit_rows(rng.normal(size=(6, 24)))


def lens_of(name: str, vectors: Floats, words: Floats, change: bool) -> tuple[Lens, Floats]:
    own = vectors[0].astype(np.float32)
    centre = vectors.astype(np.float32).mean(axis=0)
    ask = Ask(own, words[1], own, words[1], words, words, centre, change, 1 if change else -1)
    return METHODS[name].lens(ask), own


def slow(vectors: Floats, present: Mask, lens: Lens, own: Floats, strength: float) -> Floats:
    """(n,) every item scored, the plain way."""
    rows = vectors.astype(np.float32)
    fit = (lens.transform(rows) if lens.transform else rows) @ lens.query
    if lens.beside is not None:
        fit = (fit + rows @ lens.beside) / 2
    score = (1 - strength) * rows @ own + strength * fit
    score[~present] = -9
    score[0] = -9
    return np.asarray(score, dtype=np.float32)


@pytest.mark.parametrize(
    "name", ["image", "text", "image+text", "image+text-unit", "subspace", "profile", "column-means"]
)
@pytest.mark.parametrize("change", [False, True])
def test_small_sets_are_answered_exactly(name: str, change: bool, rng: np.random.Generator) -> None:
    vectors, present, words = items(rng, 700)
    lens, own = lens_of(name, vectors, words, change)
    seen = see(lens.transform, vectors, present) if lens.transform else None
    for strength in (0.0, 0.3, 1.0):
        found = find(ExactIndex(vectors, present), vectors, lens, seen, present, own, strength, 20, 0)
        expected = np.sort(slow(vectors, present, lens, own, strength))[::-1][:20]
        np.testing.assert_allclose(found.scores, expected, atol=1e-5)
        np.testing.assert_allclose((1 - strength) * found.item + strength * found.condition, found.scores, atol=1e-6)
        assert 0 not in found.rows
        assert present[found.rows].all()


@pytest.mark.parametrize("name", ["subspace", "profile"])
@pytest.mark.parametrize("change", [False, True])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_large_sets_find_nearly_all(name: str, change: bool, strength: float, rng: np.random.Generator) -> None:
    vectors, present, words = items(rng, 5 * FITTING)
    lens, own = lens_of(name, vectors, words, change)
    assert lens.transform is not None
    seen = see(lens.transform, vectors, present)
    found = find(ExactIndex(vectors, present), vectors, lens, seen, present, own, strength, 20, 0)
    best = np.sort(slow(vectors, present, lens, own, strength))[::-1][:20]
    assert (found.scores >= best[-1] - 1e-5).mean() >= 0.8


def test_strength_zero_is_the_list_without_a_condition(rng: np.random.Generator) -> None:
    vectors, present, words = items(rng, 600)
    index = ExactIndex(vectors, present)
    lens, own = lens_of("profile", vectors, words, False)
    assert lens.transform is not None
    found = find(index, vectors, lens, see(lens.transform, vectors, present), present, own, 0.0, 10, 0)
    rows = index.query(own[None], 11).of(0)[0]
    assert found.rows.tolist() == rows[rows != 0][:10].tolist()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_is_refused(strength: float, rng: np.random.Generator) -> None:
    vectors, present, _ = items(rng, 50)
    own = vectors[0].astype(np.float32)
    with pytest.raises(InputError, match="from 0 to 1"):
        find(ExactIndex(vectors, present), vectors, Lens(own), None, present, own, strength, 5)


def test_the_wheel_puts_sure_items_at_the_rim(rng: np.random.Generator) -> None:
    anchors = layout.wheel(rng.normal(size=(7, 24)).astype(np.float32))
    np.testing.assert_allclose(np.linalg.norm(anchors, axis=1), 1, atol=1e-5)
    assert len({tuple(np.round(anchor, 3)) for anchor in anchors}) == 7
    sure, torn = np.eye(7, dtype=np.float32), np.full((7, 1), np.sqrt(1 / 7), dtype=np.float32)
    np.testing.assert_allclose(layout.on_wheel(sure, anchors), anchors, atol=1e-5)
    np.testing.assert_allclose(layout.on_wheel(torn, anchors), 0, atol=1e-5)


def test_two_values_have_a_wheel_too() -> None:
    anchors = layout.wheel(np.eye(2, 5, dtype=np.float32))
    np.testing.assert_allclose(anchors[0], -anchors[1], atol=1e-5)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_main_axes_keep_most_of_the_spread(width: int, rng: np.random.Generator) -> None:
    seen = (rng.normal(size=(width, 300)) * np.arange(width, 0, -1)[:, None] ** 2).astype(np.float32)
    found = layout.main_axes(seen, np.ones(300, bool)).var(axis=0).sum()
    assert found >= np.sort(seen.var(axis=1))[::-1][:2].sum() * 0.99


def test_the_map_moves_from_one_layout_to_the_other(rng: np.random.Generator) -> None:
    after = rng.normal(size=(50, 2)).astype(np.float32)
    turn = np.array([[0, -1], [1, 0]], dtype=np.float32)
    before, present = 3 * after @ turn + 7, np.ones(50, bool)
    present[4] = False
    half = layout.between(before.astype(np.float32), after, 0.5, present)
    moved = after - after[present].mean(axis=0)
    np.testing.assert_allclose(half[present], moved[present], atol=1e-4)  # a turned copy is no change at all
    assert np.isnan(half[4]).all()
    np.testing.assert_array_equal(layout.between(before, after, 1.0, present)[present], after[present])

"""Neighbours under a lens against scoring every item."""

from typing import Any

import numpy as np
import pytest

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.errors import InputError
from explorer.features.conditional import seen as seeing
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.method import Lens
from explorer.features.conditional.seen import FITTING, Found, Stored, find, see
from explorer.index import ExactIndex
from tests.features.conditional.questions import asked


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
    wish = 1 if change else -1
    ask = asked(own, words[1], values=words, prototypes=words, centre=centre, change=change, wish=wish)
    return METHODS[name].lens(ask), own


def nearest(vectors: Stored, present: Mask, lens: Lens, seen: Floats | None, own: Floats, *, strength: float) -> Found:
    """The 20 nearest by an exact index, without the item in row 0."""
    index = ExactIndex(vectors, present)
    more: dict[str, Any] = {"present": present, "reference": own, "strength": strength, "count": 20, "without": 0}
    return find(index, vectors, lens, seen, **more)


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
        found = nearest(vectors, present, lens, seen, own, strength=strength)
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
    found = nearest(vectors, present, lens, seen, own, strength=strength)
    best = np.sort(slow(vectors, present, lens, own, strength))[::-1][:20]
    assert (found.scores >= best[-1] - 1e-5).mean() >= 0.8


def test_strength_zero_is_the_list_without_a_condition(rng: np.random.Generator) -> None:
    vectors, present, words = items(rng, 600)
    index = ExactIndex(vectors, present)
    lens, own = lens_of("profile", vectors, words, False)
    assert lens.transform is not None
    found = nearest(vectors, present, lens, see(lens.transform, vectors, present), own, strength=0.0)
    rows = index.query(own[None], 11).of(0)[0]
    assert found.rows[:10].tolist() == rows[rows != 0][:10].tolist()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_is_refused(strength: float, rng: np.random.Generator) -> None:
    vectors, present, _ = items(rng, 50)
    own = vectors[0].astype(np.float32)
    with pytest.raises(InputError, match="from 0 to 1"):
        nearest(vectors, present, Lens(own), None, own, strength=strength)


@pytest.mark.parametrize("name", ["image", "profile"])
def test_items_without_a_vector_are_never_found(name: str, rng: np.random.Generator) -> None:
    vectors, _, words = items(rng, 18)
    vectors = -abs(vectors)
    vectors[0] *= -1  # everything is far from the picked item, so that zeros would come before it
    present = np.arange(18) % 3 != 1
    vectors[~present] = 0
    lens, own = lens_of(name, vectors, words, True)
    seen = see(lens.transform, vectors, present) if lens.transform else None
    found = nearest(vectors, present, lens, seen, own, strength=0.3)
    assert sorted(found.rows) == [row for row in range(1, 18) if present[row]]


@pytest.mark.parametrize(("change", "strength"), [(True, 1.0), (False, 0.3)])
def test_what_is_near_by_the_item_is_found_though_others_fit_better(
    change: bool, strength: float, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeing, "FITTING", 21)
    vectors, present, words = items(rng, 2_000)
    lens, own = lens_of("subspace", vectors, words, change)
    assert lens.transform is not None
    found = nearest(vectors, present, lens, see(lens.transform, vectors, present), own, strength=strength)
    best = np.sort(slow(vectors, present, lens, own, strength))[::-1][:20]
    assert (found.scores >= best[-1] - 1e-5).mean() >= 0.8

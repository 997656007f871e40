"""What holds for every method of conditional similarity: its card, its lens, and that it reads only what it needs."""

from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.features.conditional.combiner import LAYERS
from explorer.features.conditional.contract import HEADS, METHODS, NEEDS, Ask, Lens, method_named
from explorer.features.conditional.method import PixelAsk
from explorer.heads.head import Head
from explorer.pictures.measured import FIELDS

DIM, VALUES, ITEMS = 12, 5, 40
WIDTHS = {"text": DIM, "image": DIM, "joint": 16, "out": 8, "share0": 16, "share1": 8}
READS = {
    "joint": ("condition", "raw_condition"),
    "raw": ("raw_reference", "raw_condition"),
    "values": ("values",),
    "column": ("prototypes",),
    "pictures": ("pixels",),
}
"""Which fields of a question each need stands for."""
BY_ASPECT = {name for name, method in METHODS.items() if {"values", "column", "pictures"} & set(method.needs)}


def head(kind: str) -> Head:
    rng = np.random.default_rng(5)
    if kind == "aspect":
        return Head(kind="projection", encoder="x", fingerprint="", weights={"weight": floats(rng, 6, DIM)})
    heights = {"text": 8, "image": 8, "joint": 8, "out": DIM, "share0": 8, "share1": 1}
    weights = {f"{layer}.weight": floats(rng, heights[layer], WIDTHS[layer]) for layer in LAYERS}
    weights |= {f"{layer}.bias": floats(rng, 1, heights[layer])[0] for layer in LAYERS}
    return Head(kind="combiner", encoder="x", fingerprint="", weights=weights)


def floats(rng: np.random.Generator, *shape: int) -> Floats:
    return rng.normal(size=shape).astype(np.float32)


def items() -> Floats:
    return unit_rows(floats(np.random.default_rng(3), ITEMS, DIM))


def measured() -> Floats:
    """Numbers of as many pictures."""
    return np.random.default_rng(4).random((ITEMS, len(FIELDS))).astype(np.float32)


def through(lens: Lens) -> Floats:
    """All items as the lens sees them."""
    if lens.transform is None:
        return items()
    return lens.transform(measured() if lens.reads == "pixels" else items())


def question(name: str, row: int = 0, *, change: bool = False) -> Ask:
    rng, kinds = np.random.default_rng(7), [need for need in METHODS[name].needs if need in HEADS]
    words, raw = floats(rng, 2, DIM)
    return Ask(
        reference=items()[row],
        condition=unit_rows(words[None])[0],
        raw_reference=3 * items()[row],
        raw_condition=raw,
        values=unit_rows(floats(rng, VALUES, DIM)),
        prototypes=floats(rng, VALUES, DIM),
        centre=items().mean(axis=0),
        change=change,
        wish=1 if change else -1,
        head=head(kinds[0]) if kinds else None,
        pixels=PixelAsk("colour", measured()[row], "blue" if change else ""),
    )


def scores(lens: Lens) -> Floats:
    found = through(lens) @ lens.query
    return found if lens.beside is None else np.asarray((found + items() @ lens.beside) / 2)


GUIDE = Path(__file__).resolve().parents[3] / "docs" / "conditional.md"
every = pytest.mark.parametrize("name", list(METHODS))
both = pytest.mark.parametrize("change", [False, True])


@every
def test_the_card_is_complete(name: str) -> None:
    method = METHODS[name]
    assert method.name == name and method_named(name) is method
    assert method.label and method.formula and set(method.needs) <= set(NEEDS)
    assert method.baseline == "" or (method.baseline in METHODS and not METHODS[method.baseline].baseline)
    assert bool(method.trained) == bool(set(method.needs) & set(HEADS))


@every
def test_the_guide_has_its_row(name: str) -> None:
    method = METHODS[name]
    row = next(line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[3:] == [f"`{method.baseline}`" if method.baseline else "", method.source]


@every
@both
def test_a_lens_is_sound(name: str, change: bool) -> None:
    lens = METHODS[name].lens(question(name, change=change))
    assert lens.query.dtype == np.float32 and np.linalg.norm(lens.query) == pytest.approx(1, abs=1e-5)
    assert scores(lens).shape == (ITEMS,) and np.isfinite(scores(lens)).all()
    assert (abs(scores(lens)) <= 1 + 1e-5).all(), "cosines, or the mean of two"
    if lens.transform is not None:
        np.testing.assert_allclose(np.linalg.norm(through(lens), axis=1), 1, atol=1e-5)
    if lens.profile:
        assert lens.transform is not None and (through(lens) >= 0).all() and (lens.query >= 0).all()


@every
@both
def test_answers_are_the_same_again_and_the_question_is_left_as_it_was(name: str, change: bool) -> None:
    ask = question(name, change=change)
    before = deepcopy(ask)
    first, second = (METHODS[name].lens(ask) for _ in range(2))
    np.testing.assert_array_equal(scores(first), scores(second))
    for field in fields(Ask):
        if isinstance(getattr(ask, field.name), np.ndarray):
            np.testing.assert_array_equal(getattr(ask, field.name), getattr(before, field.name))


@every
def test_items_and_directions_of_one_condition_share_what_is_seen_through_it(name: str) -> None:
    lenses = [METHODS[name].lens(question(name, row, change=change)) for row in (0, 1) for change in (False, True)]
    assert len({lens.key for lens in lenses}) == 1
    assert all((lens.transform is None) == (lenses[0].key == "") for lens in lenses)


@every
@pytest.mark.parametrize("field", ["centre", "values", "prototypes"])
def test_one_key_stands_for_one_gallery(name: str, field: str) -> None:
    own = METHODS[name].lens(question(name))
    moved: dict[str, Any] = {field: items()[3] if field == "centre" else items()[:5]}
    other = METHODS[name].lens(replace(question(name), **moved))
    if own.transform is None or other.transform is None:
        assert own.transform is other.transform and own.key == other.key == ""
    else:
        same = np.allclose(through(own), through(other), atol=1e-6)
        assert same == (own.key == other.key)


@every
@both
def test_a_method_reads_nothing_but_what_it_says_it_needs(name: str, change: bool) -> None:
    ask, needs = question(name, change=change), set(METHODS[name].needs)
    needed = {field for need in needs for field in READS.get(need, ())}
    other = {field for read in READS.values() for field in read} - needed
    turned: dict[str, Any] = {field: None if field == "pixels" else -getattr(ask, field) for field in other}
    changed = replace(ask, **turned)
    if not needs & set(HEADS):
        changed = replace(changed, head=head("combiner"))
    np.testing.assert_array_equal(scores(METHODS[name].lens(ask)), scores(METHODS[name].lens(changed)))


@every
def test_an_item_is_its_own_nearest_where_items_alone_are_compared(name: str) -> None:
    if name == "image" or name in BY_ASPECT:
        for row in range(5):
            found = scores(METHODS[name].lens(question(name, row)))
            assert found[row] == pytest.approx(1, abs=1e-4) and found[row] >= found.max() - 1e-5
    else:
        own = question(name)
        lens = METHODS[name].lens(replace(own, reference=own.condition, raw_reference=own.raw_condition))
        assert np.isfinite(lens.query).all(), "item and words may be the same"


@pytest.mark.parametrize("name", sorted(BY_ASPECT))
def test_a_change_of_an_aspect_keeps_the_rest_of_the_item_for_half(name: str) -> None:
    same, other = (METHODS[name].lens(question(name, change=change)) for change in (False, True))
    assert same.beside is None and other.beside is not None
    assert np.linalg.norm(other.beside) == pytest.approx(1, abs=1e-5)
    assert not np.allclose(same.query, other.query)

"""The baselines against the official code's numbers, and what the training-free aspects promise."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ExplorerError, InputError
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.directions import rest, value_directions
from explorer.features.conditional.genecis import places_of_targets, recalls
from explorer.features.conditional.method import Ask, Lens
from explorer.heads.head import Head
from tests.features.conditional.questions import asked

REFERENCE = Path(__file__).with_name("genecis_reference.npz")
RECALLS = {"image": (3, 4, 5), "text": (1, 2, 3), "image+text": (5, 6, 7), "image+text-unit": (3, 6, 6)}
"""Of 7 questions, how many the official code finds among the first 1, 2, 3."""
FREE = [name for name, method in METHODS.items() if not {"combiner", "aspect", "pictures"} & set(method.needs)]


def sims(name: str) -> tuple[Floats, Floats]:
    """(7, 15) scores of a method on the official case, and the reference's."""
    stored = np.load(REFERENCE, allow_pickle=False)
    gallery = stored["gallery"] / np.linalg.norm(stored["gallery"], axis=2, keepdims=True)
    found = []
    for image, text, items in zip(stored["ref"], stored["txt"], gallery, strict=True):
        own = asked(unit_rows(image[None])[0], unit_rows(text[None])[0], raw_reference=image, raw_condition=text)
        found.append(items @ METHODS[name].lens(own).query)
    key = {"image": "image_only_raw", "text": "text_only_raw", "image+text": "image_plus_text_raw"}
    return np.array(found), stored[f"sims_{key.get(name, 'image_plus_text_l2')}"]


@pytest.mark.parametrize("name", list(RECALLS))
def test_baselines_give_the_official_numbers(name: str) -> None:
    found, expected = sims(name)
    expected = expected if abs(expected).max() <= 1 + 1e-6 else expected / abs(expected).max()
    np.testing.assert_allclose(found, expected, atol=1e-5)
    places = places_of_targets(found, np.zeros(7, dtype=np.int64))
    hits = tuple(round(7 * value) for value, _, _ in recalls(places).values())
    assert hits == RECALLS[name]


def test_unit_features_are_not_the_official_baseline() -> None:
    assert abs(sims("image+text")[0] - sims("image+text-unit")[0]).max() > 0.01


def world(rng: np.random.Generator, noise: float = 0.05) -> tuple[Floats, np.ndarray, Floats, Floats]:
    """240 items of 4 colours and 5 shapes, shape three times as loud as colour, in 16 dimensions; words beside them.

    Words lie far from items, as texts do from images. Returns items, (240, 2) codes, words of colours and of shapes.
    """
    basis = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    colours, shapes, gap = basis[:4], basis[4:9], basis[9]
    codes = np.column_stack([rng.integers(0, 4, 240), rng.integers(0, 5, 240)])
    items = colours[codes[:, 0]] + 3 * shapes[codes[:, 1]] + 2 * gap + noise * rng.normal(size=(240, 16))
    return unit_rows(items), codes, unit_rows(colours - 3 * gap), unit_rows(shapes - 3 * gap)


def ask(items: Floats, row: int, values: Floats, **more: object) -> Ask:
    mean = items.mean(axis=0)
    word = unit_rows(values.mean(axis=0)[None])[0]
    return asked(items[row], word, values=values, prototypes=values, centre=mean, **more)


def scores(lens: Lens, items: Floats) -> Floats:
    seen = lens.transform(items) if lens.transform else items
    found = seen @ lens.query
    return np.asarray(found if lens.beside is None else (found + items @ lens.beside) / 2, dtype=np.float32)


@pytest.mark.parametrize("name", ["subspace", "profile"])
@pytest.mark.parametrize("aspect", [0, 1])
def test_focus_finds_the_same_value_whatever_the_rest(name: str, aspect: int, rng: np.random.Generator) -> None:
    items, codes, *words = world(rng)
    for row in range(20):
        order = np.argsort(-scores(METHODS[name].lens(ask(items, row, words[aspect])), items))
        same = codes[:, aspect] == codes[row, aspect]
        assert same[order[: same.sum()]].mean() > 0.95
    plain = np.argsort(-(items @ items[0]))[: (codes[:, 0] == codes[0, 0]).sum()]
    assert (codes[plain, 0] == codes[0, 0]).mean() < 0.6


@pytest.mark.parametrize("name", ["subspace", "profile"])
def test_change_keeps_the_rest_and_brings_the_wish(name: str, rng: np.random.Generator) -> None:
    items, codes, colours, _ = world(rng)
    for row in range(20):
        wish = (codes[row, 0] + 1) % 4
        lens = METHODS[name].lens(ask(items, row, colours, change=True, wish=int(wish)))
        best = np.argsort(-scores(lens, items))[:3]
        assert (codes[best] == [wish, codes[row, 1]]).all()


@pytest.mark.parametrize("name", ["subspace", "profile"])
def test_a_wish_in_words_alone_is_understood(name: str, rng: np.random.Generator) -> None:
    items, codes, colours, _ = world(rng)
    plain = ask(items, 0, colours, change=True)
    word = replace(plain, condition=colours[2])
    best = int(np.argmax(scores(METHODS[name].lens(word), items)))
    assert codes[best].tolist() == [2, codes[0, 1]]


def test_column_profile_works_without_words(rng: np.random.Generator) -> None:
    items, codes, _, _ = world(rng)
    means = np.stack([items[codes[:, 0] == value].mean(axis=0) for value in range(4)])
    own = asked(items[0], items[0], prototypes=means, centre=items.mean(axis=0))
    order = np.argsort(-scores(METHODS["column-means"].lens(own), items))[:20]
    assert (codes[order, 0] == codes[0, 0]).all()


@pytest.mark.parametrize("name", FREE)
def test_lenses_are_units_and_alike_ones_share_a_key(name: str, rng: np.random.Generator) -> None:
    items, _, colours, shapes = world(rng)
    first, second = (METHODS[name].lens(ask(items, row, colours)) for row in (0, 1))
    assert np.linalg.norm(first.query) == pytest.approx(1, abs=1e-5)
    assert first.key == second.key
    if first.transform:
        np.testing.assert_allclose(np.linalg.norm(first.transform(items), axis=1), 1, atol=1e-5)
        assert first.key != METHODS[name].lens(ask(items, 0, shapes)).key
        assert float((first.transform(items[:1]) @ first.query)[0]) == pytest.approx(1, abs=1e-5)


@given(st.integers(2, 12), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_directions_are_orthonormal_and_free_of_what_values_share(count: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(count, 16))
    found = value_directions(values)
    np.testing.assert_allclose(found @ found.T, np.eye(len(found)), atol=1e-5)
    np.testing.assert_allclose(abs(found @ value_directions(values + 5).T), np.eye(len(found)), atol=1e-3)
    assert len(found) <= count - 1


@pytest.mark.parametrize("name", ["subspace", "profile", "column-means"])
@pytest.mark.parametrize("count", [0, 1])
def test_an_aspect_of_one_value_is_refused(name: str, count: int, rng: np.random.Generator) -> None:
    items, _, colours, _ = world(rng)
    few = asked(items[0], items[1], values=colours[:count], prototypes=colours[:count])
    with pytest.raises(InputError, match="at least 2"):
        METHODS[name].lens(few)


def test_equal_values_are_refused(rng: np.random.Generator) -> None:
    items, _, colours, _ = world(rng)
    with pytest.raises(InputError, match="all the same"):
        METHODS["profile"].lens(ask(items, 0, np.repeat(colours[:1], 3, axis=0)))


def test_opposite_item_and_words_are_refused() -> None:
    one = np.array([1.0, 0.0], dtype=np.float32)
    with pytest.raises(InputError, match="direction"):
        METHODS["image+text-unit"].lens(asked(one, -one))


def test_trained_methods_without_a_head_say_so() -> None:
    one = np.eye(4, dtype=np.float32)
    wrong = Head(kind="other", encoder="pocket", fingerprint="", weights={})
    for name in set(METHODS) - set(FREE):
        for head in (None, wrong):
            with pytest.raises(ExplorerError):
                METHODS[name].lens(asked(one[0], one[1], values=one, prototypes=one, head=head))


def test_what_is_left_of_an_item_is_its_difference_from_the_mean_without_the_aspect(rng: np.random.Generator) -> None:
    items, _, colours, _ = world(rng)
    directions = value_directions(colours)
    left = rest(ask(items, 4, colours), directions)
    own = (items[4] - items.mean(axis=0)).astype(np.float64)
    plain = own - sum((direction @ own) * direction for direction in directions.astype(np.float64))
    np.testing.assert_allclose(left, plain / np.linalg.norm(plain), atol=1e-5)
    np.testing.assert_allclose(directions @ left, 0, atol=1e-5)


def test_profiles_are_those_of_the_written_out_formula(rng: np.random.Generator) -> None:
    items, _, _, shapes = world(rng)
    lens = METHODS["profile"].lens(ask(items, 0, shapes))
    assert lens.transform is not None
    mean, middle = items.mean(axis=0), shapes.mean(axis=0)
    for item, found in zip(items[:5], lens.transform(items[:5]), strict=True):
        agreement = [float((item - mean) @ (word - middle) / np.linalg.norm(word - middle)) for word in shapes]
        powers = [np.exp(2 * value / np.std(agreement)) for value in agreement]
        np.testing.assert_allclose(np.square(found), np.array(powers) / sum(powers), atol=1e-4)

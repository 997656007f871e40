"""Colours by name: against names that others gave, and what a distribution over names must be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from explorer.pictures.colour_names import NAMES, colour_codes, colour_table, name_chances, oklab, swatches


def named(colour: str) -> str:
    rgb = np.array([ImageColor.getrgb(colour)[:3]], dtype=np.uint8)
    return NAMES[int(name_chances(rgb)[0].argmax())]


@pytest.mark.parametrize("name", NAMES)
def test_each_basic_colour_has_its_own_name(name: str) -> None:
    assert named({"brown": "#964b00", "pink": "#ffc0cb"}.get(name, name)) == name


def test_css_colours_with_a_basic_term_in_their_name_get_that_term() -> None:
    """CSS colours are not what the names were made from; its brown (#a52a2a) is a red to most people."""
    right = []
    for css in ImageColor.colormap:
        terms = [name for name in NAMES if name in css.replace("grey", "gray")]
        if len(terms) == 1:
            right.append(named(css) == terms[0])
    assert len(right) > 70 and np.mean(right) > 0.8


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_chances_add_up_and_the_table_says_nearly_the_same(colour: tuple[int, int, int]) -> None:
    rgb = np.array([colour], dtype=np.uint8)
    own = name_chances(rgb)[0]
    assert own.sum() == pytest.approx(1, abs=1e-5) and (own >= 0).all()
    listed = colour_table()[colour_codes(rgb)[0]] @ swatches()[1]
    assert listed.sum() == pytest.approx(1, abs=1e-4)
    assert np.abs(own - listed).sum() < 1, "five bits a channel keep the name"


def test_oklab_of_known_colours() -> None:
    """Ottosson's own examples, by way of white, black and red."""
    found = oklab(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0]], dtype=np.uint8))
    expected = np.array([[1, 0, 0], [0, 0, 0], [0.627955, 0.224863, 0.125846]])
    np.testing.assert_allclose(found, expected, atol=1e-4)

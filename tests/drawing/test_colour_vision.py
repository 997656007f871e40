"""The measures of colour that other tests rest on, against published numbers."""

import numpy as np
import pytest

from tests.drawing.colour_vision import VISIONS, ciede2000, contrast, from_hex, least_difference, seen


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_of_sharma_wu_and_dalal(
    first: tuple[float, float, float], second: tuple[float, float, float], difference: float
) -> None:
    found = ciede2000(np.array(first, float), np.array(second, float))
    assert found == pytest.approx(difference, abs=1e-4)


def test_white_and_greys_stay_as_they_are_and_red_and_green_do_not() -> None:
    greys = from_hex(["#ffffff", "#808080", "#101010"])
    for vision in VISIONS:
        assert seen(greys, vision) == pytest.approx(seen(greys, "usual"), abs=0.5), "rows of the matrices add up to 1"
    red_green = from_hex(["#a25728", "#5e7e28"])
    assert least_difference(red_green, "usual") > 30 > 15 > least_difference(red_green, "deuteranopia")


def test_contrast() -> None:
    assert contrast(from_hex(["#ffffff"]), from_hex(["#000000"])) == pytest.approx(21)
    assert contrast(from_hex(["#777777"]), from_hex(["#ffffff"])) == pytest.approx(4.48, abs=0.005)

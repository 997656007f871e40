"""Values that name colours: which columns count as such, their colours, and outlines where the ground hides them."""

import numpy as np
import pyarrow as pa
import pytest

from explorer.drawing.map.labels import value_labels
from explorer.drawing.map.named_colours import LEAST_CONTRAST, colour_of, contrast, named_colours, outline_of
from explorer.drawing.map.palettes import MISSING, QUALITATIVE
from explorer.drawing.map.values import MapColours
from tests.drawing.colour_vision import contrast as independent_contrast
from tests.drawing.colour_vision import from_hex


@pytest.mark.parametrize(
    ("name", "shade"),
    [
        ("red", "#ff0000"),
        ("Light blue", "#add8e6"),
        ("rebecca-purple", "#663399"),
        ("grey", "#808080"),
        ("#2f6Db5", "#2f6db5"),
        ("#abc", "#aabbcc"),
        ("", ""),
        ("reddish", ""),
        ("#12", ""),
        ("rgb(1,2,3)", ""),
    ],
)
def test_names_and_digits_of_colours(name: str, shade: str) -> None:
    assert colour_of(name) == shade
    assert colour_of(name) == shade, "the same when asked again"


def test_all_names_of_css_are_known_as_matplotlib_has_them() -> None:
    from matplotlib.colors import CSS4_COLORS

    assert {name: colour_of(name) for name in CSS4_COLORS} == {n: str(c).lower() for n, c in CSS4_COLORS.items()}


def test_nearly_all_items_have_a_colour_or_none_is_used() -> None:
    nine, eight = np.array([50, 45, 5]), np.array([50, 38, 12])
    found = named_colours(["red", "blue", "multi"], nine)
    assert found is not None and found[:2] == ("#ff0000", "#0000ff")
    assert found[2] in QUALITATIVE, "the value that names none has a colour of the palette"
    assert named_colours(["red", "blue", "multi"], eight) is None
    assert named_colours(["red", "elephant"], np.array([99, 1])) is None, "one name alone is chance"
    assert named_colours(["gray", "grey"], np.array([2, 2])) is None, "of one and the same colour too"
    assert named_colours([], np.zeros(0, np.int64)) is None
    assert named_colours(["", "red", "blue"], np.array([1000, 2, 2])) == (MISSING, "#ff0000", "#0000ff")


def test_a_column_of_colours_is_drawn_in_them_and_any_other_is_not() -> None:
    shades = MapColours.column(pa.array(["white", "black", None, "white"]), label="colour")
    assert (shades.names, shades.colours, shades.literal) == (("white", "black"), ("#ffffff", "#000000"), True)
    assert shades.codes.tolist() == [0, 1, 65_535, 0]
    kinds = MapColours.column(pa.array(["cat", "dog"]), label="kind")
    assert kinds.colours == QUALITATIVE[:2] and not kinds.literal


@pytest.mark.parametrize(("ground", "ink"), [("#ffffff", "#1b2430"), ("#14181d", "#e8ecef")])
def test_an_outline_is_drawn_where_the_ground_hides_a_colour(ground: str, ink: str) -> None:
    for shade in ("#ffffff", "#000000", "#ffff00", "#0000ff", "#808080"):
        outline = outline_of(shade, ground, ink)
        assert bool(outline) == (contrast(shade, ground) < LEAST_CONTRAST)
        assert not outline or contrast(outline, ground) >= LEAST_CONTRAST
        independent = float(independent_contrast(from_hex([shade])[0], from_hex([ground])[0]))
        assert contrast(shade, ground) == pytest.approx(independent, 1e-6)


def test_names_of_values_stand_where_these_lie_together_and_nowhere_else() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(size=(400, 2)).astype(np.float32)
    left = np.where(xy[:, 0] < 0.5, "left", "right")
    found = value_labels(xy, MapColours.column(pa.array(left), label="side"))
    assert {one.text for one in found} == {"left", "right"}
    assert all((one.x < 0.5) == (one.text == "left") for one in found)
    mixed = MapColours.column(pa.array(rng.choice(["a", "b"], 400, p=[0.9, 0.1])), label="chance")
    assert value_labels(xy, mixed) == [], "a value that nine in ten have lies everywhere"
    ends = np.where(np.abs(xy[:, 0] - 0.5) > 0.3, "ends", "middle")
    assert [one.text for one in value_labels(xy, MapColours.column(pa.array(ends), label="x"))] == ["middle"]
    assert value_labels(xy, MapColours.numbers(np.arange(400.0), label="n")) == []
    many = MapColours.column(pa.array([f"v{n // 4}" for n in range(400)]), label="many")
    spread = value_labels(xy[np.argsort(xy[:, 0])], many)
    assert not any(one.text.startswith("other") for one in spread)
    empty = np.full((3, 2), np.nan, np.float32)
    assert value_labels(empty, MapColours.column(pa.array(["a", "b", "b"]), label="none")) == []

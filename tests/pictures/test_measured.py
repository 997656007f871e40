"""What is measured on drawn pictures whose colours, place, direction and sharpness are known."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from explorer.base.arrays import Floats
from explorer.pictures.aspects import PIXEL_ASPECTS, aspect_named, wish_named
from explorer.pictures.measured import FIELDS, measure, reduced
from explorer.pictures.subject import subject_weights


def drawn(thing: Callable[[ImageDraw.ImageDraw], None], ground: str = "white", size: int = 120) -> Image.Image:
    image = Image.new("RGB", (size, size), ground)
    thing(ImageDraw.Draw(image))
    return image


def chances(image: Image.Image, aspect: str) -> dict[str, float]:
    found = PIXEL_ASPECTS[aspect]
    row = found.chances(found.see(measure(reduced(image))[None]))[0]
    assert row.sum() == pytest.approx(1, abs=1e-4)
    return dict(zip(found.values, row.tolist(), strict=True))


def best(image: Image.Image, aspect: str) -> str:
    told = chances(image, aspect)
    return max(told, key=told.__getitem__)


def disc(colour: str, radius: int = 25) -> Callable[[ImageDraw.ImageDraw], None]:
    return lambda pen: pen.ellipse((60 - radius, 60 - radius, 60 + radius, 60 + radius), fill=colour)


@pytest.mark.parametrize("ground", ["white", "#3060c0", "black", "#c8a878"])
@pytest.mark.parametrize("colour", ["#d01818", "#30a030", "#e8c000"])
def test_a_plain_background_is_not_the_colour_of_the_thing(colour: str, ground: str) -> None:
    names = {"#d01818": "red", "#30a030": "green", "#e8c000": "yellow"}
    for radius in (12, 40):
        assert chances(drawn(disc(colour, radius), ground), "colour")[names[colour]] > 0.8


def test_a_white_thing_on_white_and_an_empty_picture_are_white() -> None:
    assert best(drawn(disc("white")), "colour") == "white"
    assert best(Image.new("RGB", (9, 4), "white"), "colour") == "white"


def test_the_middle_counts_on_a_background_that_is_not_plain(rng: np.random.Generator) -> None:
    ground = Image.fromarray(rng.choice(np.array([[20, 90, 20], [90, 200, 90]], np.uint8), (120, 120)))
    disc("#d01818", 35)(ImageDraw.Draw(ground))
    weights, plain = subject_weights(reduced(ground))
    assert not plain and weights.sum() == pytest.approx(1, abs=1e-4)
    assert best(ground, "colour") == "red"


def test_the_accent_is_the_other_colour() -> None:
    def ball(pen: ImageDraw.ImageDraw) -> None:
        disc("#d01818", 40)(pen)
        pen.rectangle((50, 50, 70, 70), fill="#2040d0")

    image = drawn(ball)
    assert best(image, "colour") == "red" and best(image, "accent colour") == "blue"
    assert best(drawn(disc("#d01818")), "accent colour") in ("red", "pink", "orange", "brown")


def test_brightness_and_saturation_are_of_the_thing() -> None:
    assert best(drawn(disc("#101010")), "brightness") == "very dark"
    assert best(drawn(disc("#f0f0f0"), "black"), "brightness") == "very bright"
    assert best(drawn(disc("#808080")), "saturation") == "colourless"
    assert best(drawn(disc("#e01010")), "saturation") == "vivid"


def test_symmetry_of_the_thing_wherever_it_lies() -> None:
    def aside(pen: ImageDraw.ImageDraw) -> None:
        pen.ellipse((10, 30, 60, 80), fill="black")

    def flag(pen: ImageDraw.ImageDraw) -> None:
        pen.rectangle((30, 20, 40, 110), fill="black")
        pen.rectangle((40, 20, 90, 50), fill="#888888")

    assert best(drawn(aside), "symmetry") == "symmetric"
    assert best(drawn(flag), "symmetry") == "lopsided"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ((10, 60, 110, 60), "horizontal"),
        ((60, 10, 60, 110), "vertical"),
        ((15, 105, 105, 15), "rising"),
        ((15, 15, 105, 105), "falling"),
    ],
)
def test_the_direction_of_a_long_thing(line: tuple[int, int, int, int], name: str) -> None:
    assert best(drawn(lambda pen: pen.line(line, fill="black", width=8)), "orientation") == name
    assert best(drawn(disc("black")), "orientation") == "no direction"


def test_a_blurred_picture_is_less_sharp(rng: np.random.Generator) -> None:
    sharp = Image.fromarray(rng.integers(0, 256, (120, 120, 3)).astype(np.uint8))
    place = FIELDS.index("sharpness")
    own, blurred = (measure(reduced(one))[place] for one in (sharp, sharp.filter(ImageFilter.GaussianBlur(3))))
    assert own > 0.8 and blurred < own - 0.3


def test_a_line_drawing_is_told_from_a_noisy_picture(rng: np.random.Generator) -> None:
    lines = drawn(lambda pen: pen.ellipse((30, 30, 90, 90), outline="black", width=2))
    shaded = np.linspace(40, 210, 120)[None, :, None] + rng.normal(0, 12, (120, 120, 3))
    assert best(lines, "drawing or photo") == "line drawing"
    assert best(Image.fromarray(shaded.clip(0, 255).astype(np.uint8)), "drawing or photo") == "photo"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (400, 5)])
def test_tiny_and_thin_pictures_have_finite_numbers(size: tuple[int, int]) -> None:
    found: Floats = measure(reduced(Image.new("RGB", size, "#40a0c0")))
    assert found.shape == (len(FIELDS),) and np.isfinite(found).all()


@pytest.mark.parametrize(
    ("words", "aspect"),
    [
        ("same colour", "colour"),
        ("with the same Color", "colour"),
        ("the same hue", "colour"),
        ("at night", ""),
        ("brightness", "brightness"),
        ("with the same hat", ""),
        ("sharpness, please", "sharpness"),
    ],
)
def test_words_that_name_an_aspect(words: str, aspect: str) -> None:
    assert aspect_named(words) == aspect


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("in blue", ("colour", "blue")),
        ("a grey one", ("colour", "gray")),
        ("teal", ("colour", "teal")),
        ("very dark", ("brightness", "very dark")),
        ("at night", ("", "")),
        ("blue sky", ("", "")),
    ],
)
def test_words_that_ask_for_a_value(words: str, wish: tuple[str, str]) -> None:
    assert wish_named(words) == wish

"""Conditions that pixels tell, on coloured shapes: the same colour, the same brightness, and "like it, but in blue"."""

from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.conditional import service
from explorer.features.conditional.chosen import choose, question_of
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.pixels import told_by_pixels
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare

SPEC = "histogram"
COLOURS = {"red": "#d01818", "blue": "#2040d0", "green": "#28a028", "yellow": "#f0d000"}
SAME = Condition("aspect", "colour")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Discs and bars of four colours on two grounds, named such as red-disc-white.png."""
    folder = tmp_path_factory.mktemp("shapes") / "shapes"
    folder.mkdir()
    for (name, colour), kind, ground in product(COLOURS.items(), ("disc", "bar"), ("white", "#806040")):
        image = Image.new("RGB", (96, 96), ground)
        pen = ImageDraw.Draw(image)
        if kind == "disc":
            pen.ellipse((30, 30, 66, 66), fill=colour)
        else:
            pen.rectangle((42, 10, 54, 86), fill=colour)
        image.save(folder / f"{name}-{kind}-{'white' if ground == 'white' else 'brown'}.png")
    ws = import_source(folder, folder.parent / "workspaces" / "shapes")
    prepare(ws, SPEC, method="pca", progress=Silent())
    return open_shared(ws.path)


def colours(opened: Opened, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> set[str]:
    return {str(opened.dataset.ids[int(row)]).split("-")[0] for row in rows}


@pytest.mark.parametrize("words", ["colour", "the same hue", "same color"])
def test_things_of_the_same_colour_on_any_ground(shapes: Opened, words: str) -> None:
    condition = service.condition_named(shapes, words)
    assert choose(shapes, SPEC, condition).method == "pixels"
    for row in range(len(shapes.dataset)):
        found = service.neighbours(shapes, SPEC, row=row, condition=condition, count=3)
        assert colours(shapes, found.rows) == colours(shapes, np.array([row]))


@pytest.mark.parametrize("condition", [Condition("text", "in blue", True), Condition("aspect", "colour", True, "blue")])
def test_like_it_but_in_blue_is_blue_and_else_like_the_item(shapes: Opened, condition: Condition) -> None:
    row = int(shapes.dataset.rows_of(["red-bar-white.png"])[0])
    found = service.neighbours(shapes, SPEC, row=row, condition=condition, count=2)
    assert {str(shapes.dataset.ids[int(row)]) for row in found.rows} == {"blue-bar-white.png", "blue-disc-white.png"}
    assert question_of(shapes, SPEC, condition).method == "pixels"


def test_what_is_told_of_an_item_is_its_colour_and_sums_to_one(shapes: Opened) -> None:
    question = question_of(shapes, SPEC, SAME)
    profile = service.profile_of(shapes, question, 0)
    assert profile is not None
    np.testing.assert_allclose(np.square(profile).sum(axis=0), 1, atol=1e-3)
    told = service.guesses(shapes, question, 0, tuple(range(len(shapes.dataset))))
    assert [one.split()[0] for one in told] == [str(name).split("-")[0] for name in shapes.dataset.ids]
    best = service.best_values(shapes, question, 0)
    assert best is not None and {best[1][code] for code in best[0]} == set(COLOURS)
    assert service.picture(shapes, question, 0, 1.0).kind == "wheel"


def test_a_guess_that_is_not_sure_is_not_told(shapes: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "least_told", lambda *_: 2.0)
    assert service.guesses(shapes, question_of(shapes, SPEC, SAME), 0, (0, 1)) == ["", ""]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("text", "the same brightness"), ("brightness", "")),
        (Condition("text", "in blue"), ("", "")),
        (Condition("text", "at night", True), ("", "")),
        (Condition("column", "colour"), ("", "")),
        (Condition("aspect", "shape"), ("", "")),
        (Condition("aspect", "colour", True, "teal"), ("colour", "teal")),
        (Condition("aspect", "colour", True, "loud"), ("", "")),
    ],
)
def test_which_conditions_pixels_tell(condition: Condition, expected: tuple[str, str]) -> None:
    assert told_by_pixels(condition) == expected


def test_without_pictures_the_reason_is_said(texts: Opened) -> None:
    assert texts.pixels() is None
    reasons = service.methods_for(texts, texts.encoders[0], SAME)
    assert "no pictures here" in reasons["pixels"]
    with pytest.raises(InputError, match="no pictures here"):
        service.neighbours(texts, texts.encoders[0], row=0, condition=SAME, method="pixels")
    assert "They tell colour" in service.methods_for(texts, texts.encoders[0], Condition("aspect", "shape"))["pixels"]
    assert set(METHODS) == set(reasons)

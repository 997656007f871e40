"""Whether a model reads an aspect: on drawn scenes it reads colour, and of what it only guesses nothing is told."""

import numpy as np
import pytest
from PIL import Image

from explorer.base.metrics import mean_score
from explorer.base.progress import Silent
from explorer.features.conditional import readings
from explorer.features.conditional.asking import asked
from explorer.features.conditional.chosen import choose
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.readings import NEVER, TOLD, Reading, aspect_check, changed, least_told, reading
from explorer.scenes import render
from explorer.scenes.sample import sample
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare


def test_changed_copies_are_small_changes() -> None:
    image = Image.new("RGB", (40, 20), "#404040")
    image.paste("#800000", (0, 0, 10, 20))
    mirrored, cropped, brighter = changed(image)
    assert mirrored.getpixel((39, 0)) == image.getpixel((0, 0))
    assert cropped.size == (36, 18)
    assert np.asarray(brighter)[0, 39] == pytest.approx([1.2 * 64] * 3, abs=1)
    assert [one.size for one in changed(Image.new("RGB", (1, 1)))] == [(1, 1)] * 3


@pytest.mark.parametrize(
    ("stays", "right", "reads"), [(0.9, None, True), (0.5, None, False), (0.5, 0.95, True), (0.95, 0.3, False)]
)
def test_what_the_data_says_goes_before_whether_guesses_stay(stays: float, right: float | None, reads: bool) -> None:
    def share(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return (np.arange(20) < 20 * value).astype(np.float64)

    found = Reading(mean_score(share(stays)), NEVER, None if right is None else mean_score(share(right)))
    assert found.reads is reads


def test_the_least_probability_is_where_enough_guesses_stay() -> None:
    chance = np.array([0.9, 0.8, 0.7, 0.6, 0.55], np.float32)
    assert readings._least(chance, np.array([True, True, True, False, False])) == pytest.approx(0.7)
    assert readings._least(chance, np.zeros(5, bool)) == NEVER
    assert readings._least(np.full(5, 0.3, np.float32), np.ones(5, bool)) == TOLD


def test_without_pictures_words_are_taken_as_they_are(texts: Opened) -> None:
    spec, condition = texts.encoders[0], Condition("aspect", "material")
    assert reading(texts, spec, "material") is None
    assert aspect_check(texts, spec, condition, "profile") == ""
    assert least_told(texts, asked(spec, condition, "profile")) == TOLD


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Twenty drawn scenes under pocket."""
    folder = tmp_path_factory.mktemp("readings") / "scenes"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(20):
        render(sample(rng)).save(folder / f"{number:02}.png")
    ws = import_source(folder, folder.parent / "workspaces" / "scenes")
    prepare(ws, "pocket", method="pca", progress=Silent())
    return open_shared(ws.path)


def test_pocket_reads_colour_on_scenes_and_not_their_material(scenes: Opened) -> None:
    colour, material = (reading(scenes, "pocket", name) for name in ("colour", "material"))
    assert colour is not None and colour.reads and TOLD <= colour.least < 1
    assert material is not None and not material.reads and material.least == NEVER
    assert aspect_check(scenes, "pocket", Condition("aspect", "colour"), "profile") == ""
    said = aspect_check(scenes, "pocket", Condition("aspect", "material"), "profile")
    assert "does not read material reliably here" in said and f"{material.stays.value:.0%} of 20 pictures" in said
    assert aspect_check(scenes, "pocket", Condition("aspect", "material"), "image") == ""


def test_words_are_used_for_colour_where_they_are_read_and_pixels_elsewhere(
    scenes: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition = Condition("aspect", "colour")
    found = reading(scenes, "pocket", "colour")
    assert found is not None
    monkeypatch.setattr(readings, "SURE", found.stays.value)
    assert choose(scenes, "pocket", condition).method == "profile"
    assert choose(scenes, "pocket", Condition("aspect", "brightness")).method == "pixels"
    monkeypatch.setattr(readings, "SURE", found.stays.value + 0.01)
    assert choose(scenes, "pocket", condition).method == "pixels"

"""Published judgments: the teachers that are handed in, and the interval of the saving."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.arrays import Floats
from explorer.features.judgments.evaluate import image_vectors
from explorer.features.judgments.evaluate_asking import ratio_interval
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared


def test_models_and_teachers_stand_side_by_side_as_unit_rows(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (40, 40), (250, 80 * number, 0)).save(folder / f"{number}.png")
    opened = open_shared(import_source(folder, tmp_path / "ws").path)

    def colours(images: Sequence[Image.Image]) -> Floats:
        return np.array([np.asarray(image).mean(axis=(0, 1)) for image in images], dtype=np.float32)

    found = image_vectors(opened, ["histogram"], {"mean colour": colours})
    assert list(found) == ["histogram", "mean colour"]
    expected = np.array([[250, 80 * number, 0] for number in range(3)])
    assert found["mean colour"] == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True), abs=1e-6)
    assert np.linalg.norm(found["histogram"], axis=1) == pytest.approx(np.ones(3), abs=1e-3)


def test_the_ratio_is_the_geometric_mean_with_an_interval_on_the_log_scale() -> None:
    found = ratio_interval([(100, 200), (200, 200), (100, 100), (100, 200)])
    assert found["ratio"] == pytest.approx(2**-0.5) and found["seeds"] == 4
    assert np.log(found["ratio"] / found["low"]) == pytest.approx(np.log(found["high"] / found["ratio"]))
    assert ratio_interval([(1, 2)])["ratio"] is None

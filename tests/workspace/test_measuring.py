"""What is measured on a workspace's pictures: kept, reopened, and measured again where a picture has changed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.pictures.measured import FIELDS
from explorer.workspace import measuring
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.measuring import load_measured, measure_pictures
from explorer.workspace.opened import open_shared

BRIGHT = FIELDS.index("brightness")


@pytest.fixture
def pictures(tmp_path: Path) -> Workspace:
    """Three pictures, of which the last is cut off after its header."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("a", "red"), ("b", "navy"), ("c", "white")):
        Image.effect_noise((60, 60), 3).convert("RGB").save(folder / f"{name}.png")
        Image.new("RGB", (60, 60), colour).save(folder / f"{name}.png")
    whole = (folder / "c.png").read_bytes()
    (folder / "c.png").write_bytes(whole[: len(whole) - 40])
    return import_source(folder, tmp_path / "workspaces" / "pictures")


def test_numbers_are_kept_and_a_picture_that_cannot_be_read_has_none(pictures: Workspace) -> None:
    assert load_measured(pictures) is None
    assert measure_pictures(pictures) == 3
    found = load_measured(pictures)
    assert found is not None and found.shape == (3, len(FIELDS))
    assert isinstance(found, np.memmap)
    assert np.isnan(found).all(axis=1).tolist() == [False, False, True]
    assert found[0, BRIGHT] == pytest.approx(0.299, abs=1e-3), "luma of red"
    assert measure_pictures(pictures) == 0


def test_only_what_has_changed_is_measured_again(pictures: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    measure_pictures(pictures)
    Image.new("RGB", (60, 60), "white").save(pictures.image_root / "b.png")
    again = import_source(pictures.image_root, pictures.path)
    assert load_measured(again) is None, "older than the pictures"
    assert measure_pictures(again) == 1
    found = load_measured(again)
    assert found is not None and found[:2, BRIGHT].tolist() == pytest.approx([0.299, 1.0], abs=1e-3)
    monkeypatch.setattr(measuring, "FORMAT", -1)
    assert load_measured(again) is None and measure_pictures(again) == 3, "another way to measure"


def test_few_pictures_are_measured_when_they_are_first_asked_for(pictures: Workspace) -> None:
    opened = open_shared(pictures.path)
    found = opened.pixels()
    assert found is not None and len(found) == 3
    assert open_shared(pictures.path).pixels() is not None

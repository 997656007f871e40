"""What changes with another model: the measures as theorems, and a whole trial on small pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError, NotThere
from explorer.base.metrics import Score
from explorer.encoders.reachable import WATCH
from explorer.library.trying import offer
from explorer.library.trying.measures import K, changed_neighbours, column_beside, precision, words_beside
from explorer.library.trying.report import Beside, from_dict
from explorer.library.trying.service import load_trial, load_trials, try_model
from explorer.library.trying.words import lines
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.manifest import write_manifest
from explorer.workspace.measuring import measure_pictures
from explorer.workspace.opened import open_shared
from explorer.workspace.preferred import default_model, refuse_offers, set_default_model
from tests.conftest import COLOURS, DrawPicture


def cloud(rng: np.random.Generator, n: int = 60, d: int = 16) -> Floats:
    return unit_rows(rng.normal(size=(n, d)))


def test_a_turned_copy_changes_nothing_and_another_space_nearly_all(rng: np.random.Generator) -> None:
    x = cloud(rng)
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0].astype(np.float32)
    assert changed_neighbours(x, x @ turn).shared.min() == 1
    other = changed_neighbours(x, cloud(rng, d=8)).shared
    assert abs(other.mean() - K / 59) < 0.05  # by chance


def test_precision_is_that_of_a_plain_loop(rng: np.random.Generator) -> None:
    x, codes = cloud(rng), rng.integers(-1, 3, 60)
    codes[0] = 7  # nobody else has it
    near = changed_neighbours(x, x).left.rows
    expected = []
    for item in range(60):
        alike = [other for other in range(60) if other != item and codes[other] == codes[item] >= 0]
        if alike:
            order = sorted((j for j in range(60) if j != item), key=lambda j: -float(x[item] @ x[j]))
            expected.append(sum(codes[j] == codes[item] for j in order[:K]) / K)
    np.testing.assert_allclose(precision(near, codes), expected)


def test_a_model_that_knows_the_classes_is_surely_better_and_the_other_way_round(rng: np.random.Generator) -> None:
    codes = np.repeat([0, 1, 2], 20)
    blind, knows = cloud(rng), unit_rows(np.eye(3)[codes] + 0.05 * rng.normal(size=(60, 3)))
    near = tuple(changed_neighbours(x, x).left.rows for x in (blind, knows))
    found = column_beside("class", (near[0], near[1]), codes)
    assert found and found.new == 1 and found.sure == 1 and found.gain.items == 60
    assert found.chance == pytest.approx(19 / 59) and abs(found.old - found.chance) < 0.15
    back = column_beside("class", (near[1], near[0]), codes)
    assert back and back.sure == -1 and back.gain.value == pytest.approx(-found.gain.value)
    same = column_beside("class", (near[0], near[0]), codes)
    assert same and same.sure == 0 and (same.gain.low, same.gain.high) == (0, 0)
    assert column_beside("class", (near[0], near[1]), np.full(60, -1)) is None
    names = np.eye(3, dtype=np.float32)
    words = words_beside("class", ((blind, cloud(rng, 3)), (knows, names)), codes)
    assert words and words.new == 1 and words.chance == pytest.approx(1 / 3) and words.sure == 1


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Sixty discs in six colours, a folder a colour, with the vectors of histogram."""
    from PIL import Image, ImageDraw

    root = tmp_path_factory.mktemp("trial")
    for number in range(60):
        colour = COLOURS[number % 6]
        image = Image.new("RGB", (40, 40), "white")
        ImageDraw.Draw(image).ellipse((number % 9, 4, number % 9 + 20 + number % 5, 30), fill=colour)
        (root / "discs" / colour).mkdir(parents=True, exist_ok=True)
        image.save(root / "discs" / colour / f"{number:02d}.png")
    made = import_source(root / "discs", root / "workspaces" / "discs")
    embed(made, "histogram")
    return made


def test_a_trial_of_pocket_beside_histogram(workspace: Workspace) -> None:
    opened = open_shared(workspace.path)
    found = try_model(opened, "pocket", "histogram", queries=["a red disc"])
    assert (found.items, found.collection, found.dim) == (60, 60, 384)
    assert sum(found.counts) == 60 and 0 < found.changed.value <= 10
    (folder,) = found.columns
    assert folder.column == "folder" and folder.old == pytest.approx(0.9)  # ten of each colour: nine others of ten
    assert folder.chance == pytest.approx(9 / 59) and folder.gain.value == pytest.approx(folder.new - folder.old)
    assert found.words == () and found.queries == ()  # histogram reads no words
    assert [len(one.new) for one in found.moved] == [5] * 4
    assert load_trial(workspace, "histogram", "pocket") == found == load_trials(workspace)[0]
    assert from_dict(found.as_dict()) == found
    told = "\n".join(lines(found))
    assert (
        "pocket beside histogram, on 60 of 60 items" in told and "folder, ten nearest with the same value: 0.90" in told
    )
    embed(workspace, "pocket")
    again = try_model(open_shared(workspace.path), "pocket", "pocket", queries=["a red disc", " ", "a red disc"])
    assert again.changed.value < 0.5  # the same weights; stored numbers are rounded
    (words,) = again.words
    assert words.old == words.new and words.gain.items == 60
    assert [one.asked for one in again.queries] == ["a red disc"]
    assert set(again.queries[0].old) == set(again.queries[0].new)


def test_a_trial_is_forgotten_when_the_vectors_are_others(workspace: Workspace) -> None:
    found = load_trials(workspace)[0]
    file = workspace.folder("embeddings", found.old) / "manifest.json"
    kept = file.read_text(encoding="utf-8")
    try:
        file.write_text(kept.replace('"created": "20', '"created": "19'), encoding="utf-8")
        assert load_trial(workspace, found.old, found.new) is None
    finally:
        file.write_text(kept, encoding="utf-8")
    assert load_trial(workspace, found.old, found.new) == found


def test_too_few_items_are_said(image_workspace: Workspace) -> None:
    embed(image_workspace, "histogram")
    with pytest.raises(InputError, match="pocket can be compared with histogram on 12 items only"):
        try_model(open_shared(image_workspace.path), "pocket", "histogram")


def test_the_default_is_chosen_and_falls_back(workspace: Workspace) -> None:
    opened = open_shared(workspace.path)
    assert opened.best_encoder() == "pocket" and default_model(workspace) == ""
    set_default_model(workspace, "histogram")
    assert opened.best_encoder() == "histogram" and opened.best_encoder("pocket") == "pocket"
    with pytest.raises(NotThere, match="no vectors of 'open_clip:x/y'. There are: histogram, pocket"):
        set_default_model(workspace, "open_clip:x/y")
    (workspace.path / "preferred.json").write_text('{"model": "gone"}', encoding="utf-8")
    assert opened.best_encoder() == "pocket"
    (workspace.path / "preferred.json").write_text("{", encoding="utf-8")
    assert opened.best_encoder() == "pocket"


@pytest.fixture
def photos(tmp_path: Path, draw: DrawPicture, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Forty pictures of noise, which nobody draws, with the vectors of pocket; the hub can be reached."""
    from PIL import Image

    for number in range(40):
        soft = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize((96, 96))
        (tmp_path / "shots").mkdir(exist_ok=True)
        soft.save(tmp_path / "shots" / f"{number}.jpg")
    made = import_source(tmp_path / "shots", tmp_path / "workspaces" / "shots")
    embed(made, "pocket")
    measure_pictures(made)
    monkeypatch.setattr(WATCH, "reachable", lambda: True)
    monkeypatch.setattr(offer, "is_here", lambda model: False)
    return made


def test_photos_get_the_offer_where_a_network_is_there(photos: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_shared(photos.path)
    found = offer.step_up(opened)
    assert found and found.name == "vit-b-32" and found.megabytes == 605
    monkeypatch.setattr(WATCH, "reachable", lambda: None)
    assert offer.step_up(opened) is None
    monkeypatch.setattr(offer, "is_here", lambda model: True)
    assert offer.step_up(opened) is found  # it is here already
    refuse_offers(photos)
    assert offer.step_up(opened) is None


def test_drawings_demos_and_collections_with_a_larger_model_get_none(
    photos: Workspace, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WATCH, "reachable", lambda: True)
    measure_pictures(workspace)
    assert not offer.are_photos(open_shared(workspace.path))
    opened = open_shared(photos.path)
    monkeypatch.setattr(opened, "encoders", ("pocket", "open_clip:RN50/openai"))
    assert offer.step_up(opened) is None
    write_manifest(photos.path, replace(photos.manifest, kind="demo"))
    assert offer.step_up(open_shared(photos.path)) is None


def test_a_difference_is_sure_when_its_interval_leaves_out_zero() -> None:
    one = Beside(column="c", old=0.4, new=0.5, gain=Score(0.1, -0.01, 0.2, 50), chance=0.1)
    assert one.sure == 0
    assert replace(one, gain=Score(0.1, 0.01, 0.2, 50)).sure == 1

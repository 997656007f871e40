"""The recipe on a dozen small photos: it runs, never sees what is held out, and goes on where it was stopped."""

import csv
import json
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.base.shipped import ASSETS
from explorer.encoders.pocket import PocketEncoder, PocketFiles, load_tower
from explorer.encoders.sentence import MiniLMEncoder
from explorer.scenes.heldout import HELD_OUT_RELATION_SHAPE, HELD_OUT_SHAPE_COLOUR
from recipes.photos import load_images, read_photos
from recipes.pocket import losses, snapshot
from recipes.pocket import recipe as recipe_module
from recipes.pocket.batches import Batch, BatchMaker
from recipes.pocket.captions import Captions
from recipes.pocket.copies import CopyStore
from recipes.pocket.last_layer import Frozen, HeadSettings, pseudo_photos, refit_head, ridge_map
from recipes.pocket.loop import Stage, learning_rate, load_checkpoint, new_state, position, rest, save_checkpoint
from recipes.pocket.losses import label_loss
from recipes.pocket.pictures import Packed, Pictures
from recipes.pocket.recipe import Recipe, train_pocket
from recipes.pocket.scene_pool import scene_pool
from recipes.pocket.student import WEIGHTS, Lesson, batch_losses, build_lesson, build_student
from recipes.pocket.teacher import Teacher, conse, softmax
from recipes.pocket.views import Targets, draw_view, paint, teacher_targets

LABELS = ("cat", "dog", "")
SPLITS = ("train", "train", "train", "val", "test", "unseen")


@dataclass(frozen=True)
class ColourTeacher:
    """A small working teacher: its features are random projections of an 8 x 8 picture."""

    folder: Path
    labels: list[str] = field(default_factory=lambda: [f"thing {i}" for i in range(20)])

    def features(self, image: Image.Image) -> Floats:
        pixels = np.asarray(image.resize((8, 8)), dtype=np.float32).reshape(-1) / 255
        projection = np.random.default_rng(0).normal(size=(len(pixels), 1280)).astype(np.float32)
        found: Floats = np.maximum(pixels @ projection, 0)
        return found

    def stored_features(self, count: int) -> Floats | None:
        return None

    @property
    def classifier(self) -> tuple[Floats, Floats]:
        weights: Floats = (np.random.default_rng(1).normal(size=(20, 1280)) / 100).astype(np.float32)
        return weights, np.zeros(20, np.float32)


class DeafTeacher(ColourTeacher):
    """Knows what it said of whole photos, and cannot be asked about anything new."""

    def features(self, image: Image.Image) -> Floats:
        if image.size == (224, 224):
            raise AssertionError("asked again")
        return super().features(image)


@pytest.fixture(scope="module")
def photo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file_name", "source", "label", "coarse", "split", "caption", "license"])
        for i in range(36):
            name = f"{i:02}.png"
            Image.fromarray(rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)).save(folder / name)
            source = "grocery_iconic" if i % 12 == 11 else "caltech101"
            writer.writerow([name, source, LABELS[i % 3], "animal", SPLITS[i % 6], "", "CC0"])
    return folder


TINY = Recipe(
    stages=(
        Stage(steps=2, side=32, rate=1e-3, last=0.5, views=4, scenes=4),
        Stage(steps=2, side=64, rate=1e-3, last=0.1, views=3, scenes=5),
    ),
    whole=2,
    views_pool=12,
    scenes_pool=12,
    head=HeadSettings(steps=3, batch=8),
)


def weights_of(folder: Path) -> bytes:
    return (folder / "pocket.safetensors").read_bytes()


@pytest.fixture
def working_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe_module, "Teacher", ColourTeacher)


@pytest.mark.slow
@pytest.mark.usefixtures("working_teacher")
def test_a_stopped_run_ends_like_an_undisturbed_one(photo_folder: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    path = train_pocket(photo_folder, tmp_path, whole, TINY, Silent())
    first = Recipe(**{**vars(TINY), "stages": TINY.stages[:1]})
    train_pocket(photo_folder, tmp_path, parts, first, Silent())
    assert weights_of(whole) != weights_of(parts)
    train_pocket(photo_folder, tmp_path, parts, TINY, Silent())
    assert weights_of(whole) == weights_of(parts)
    vectors = PocketEncoder(PocketFiles(path.parent)).encode_images([Image.new("RGB", (60, 50), "red")])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("working_teacher")
def test_a_run_begins_with_weights_and_goes_on_from_its_own(photo_folder: Path, tmp_path: Path) -> None:
    still = replace(TINY, stages=(Stage(steps=2, side=64, rate=0.0, last=0.5, views=3, scenes=4),))
    train_pocket(photo_folder, tmp_path, tmp_path / "run", still, Silent(), begin=ASSETS)
    begun, shipped = (load_tower(PocketFiles(folder)) for folder in (tmp_path / "run", ASSETS))
    for name, value in shipped.named_parameters():
        if not name.startswith("head"):
            torch.testing.assert_close(dict(begun.named_parameters())[name], value)
    on = train_pocket(photo_folder, tmp_path, tmp_path / "run", still, Silent(), begin=tmp_path / "gone")
    assert json.loads((on.parent / "pocket.json").read_text())["begun_with"] == PocketFiles(ASSETS).check()
    assert on.is_file(), "the checkpoint is there: what it began with is not looked for again"


@pytest.fixture
def lesson_of(photo_folder: Path, tmp_path: Path) -> tuple[Frozen, Lesson]:
    """What is seen of the training photos, of which the first two have captions, and the lesson."""
    photos, text, rng = read_photos(photo_folder), MiniLMEncoder(), np.random.default_rng(2)
    rows = photos.rows("train")
    teacher: Any = ColourTeacher(tmp_path)
    seen = np.stack([teacher.features(image) for image in load_images(photos, rows)])
    pool = scene_pool(12, "train", 3, text=text, folder=tmp_path, progress=Silent())
    said = Captions(np.arange(2), np.array([0, 0, 1]), text.encode_texts(["a dog", "a puppy", "snow on a hill"]))
    lesson = build_lesson(photos, rows, features=seen, pool=pool, teacher=teacher, text=text, captions=said)
    looks = [np.abs(rng.normal(size=(n, 512))).astype(np.float32) for n in (len(rows), 12)]
    places = said.places(np.arange(len(rows)))
    return Frozen(looks[0], seen, np.arange(len(rows)), looks[1], np.arange(12), places), lesson


def test_the_refitted_layer_keeps_its_share_of_the_trained_one(lesson_of: tuple[Frozen, Lesson]) -> None:
    trained, (frozen, lesson) = torch.nn.Linear(512, 384), lesson_of

    def refitted(joint: float) -> Any:
        settings = HeadSettings(steps=3, batch=8, joint=joint)
        return refit_head(
            trained.weight.detach(), trained.bias.detach(), frozen, lesson, settings=settings, seed=0
        ).weight

    torch.testing.assert_close(refitted(1.0), trained.weight.detach())
    assert (refitted(0.0) - trained.weight).abs().max() > 1e-4
    torch.testing.assert_close(refitted(0.5), (refitted(0.0) + trained.weight.detach()) / 2)


def test_the_refitted_layer_learns_what_people_say_of_a_picture(lesson_of: tuple[Frozen, Lesson]) -> None:
    trained, (frozen, lesson) = torch.nn.Linear(512, 384), lesson_of
    nothing = replace(frozen, captioned=np.full(len(frozen.photos), -1))
    settings = HeadSettings(steps=60, batch=8, joint=0.0, texts=3.0)

    def sides(seen: Frozen) -> Any:
        head = refit_head(trained.weight.detach(), trained.bias.detach(), seen, lesson, settings=settings, seed=0)
        vectors = torch.nn.functional.normalize(head(torch.from_numpy(frozen.photos[:2])), dim=-1)
        return vectors @ lesson.texts.T

    taught, untaught = sides(frozen), sides(nothing)
    assert taught[0, :2].min() > taught[0, 2] and taught[1, 2] > taught[1, :2].max()
    assert (taught[0, 0] - taught[0, 2]) > (untaught[0, 0] - untaught[0, 2]) + 0.1


def test_further_pictures_are_asked_about_once_and_have_no_label(photo_folder: Path, tmp_path: Path) -> None:
    class Remembering(ColourTeacher):
        def stored_features(self, count: int) -> Floats | None:
            return np.zeros((count, 1280), np.float32)

    class Deaf(Remembering):
        def features(self, image: Image.Image) -> Floats:
            raise AssertionError("asked again")

    photos, others, text = read_photos(photo_folder), photos_of_colours(3), MiniLMEncoder()
    rows, teacher = photos.rows("train"), Remembering(tmp_path)
    images = Pictures([*load_images(photos, rows), *others])
    asked: Any = recipe_module._known
    known = asked(photos, rows, images, teacher, folder=tmp_path, progress=Silent())
    np.testing.assert_allclose(known[len(rows) :], [teacher.features(image) for image in others], rtol=1e-3, atol=1e-3)
    assert not known[: len(rows)].any()
    again = asked(photos, rows, images, Deaf(tmp_path), folder=tmp_path, progress=Silent())
    np.testing.assert_array_equal(again, known)
    assert asked(photos, rows, images, ColourTeacher(tmp_path), folder=tmp_path, progress=Silent()) is None
    pool = scene_pool(4, "train", 3, text=text, folder=tmp_path, progress=Silent())
    real: Any = teacher
    features = known.astype(np.float32)
    lesson = build_lesson(photos, rows, features=features, pool=pool, teacher=real, text=text, unlabelled=3)
    assert len(lesson.labels) == len(known)
    assert lesson.labels[-3:].tolist() == [-100] * 3


def test_every_loss_is_made_where_the_lesson_lies(
    photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On torch's device without contents, which mixes with no other: what is made elsewhere is an error."""
    photos, text, teacher = read_photos(photo_folder), MiniLMEncoder(), ColourTeacher(tmp_path)
    rows, real = photos.rows("train"), cast(Any, teacher)
    pool = scene_pool(4, "train", 3, text=text, folder=tmp_path, progress=Silent())
    features = np.ones((len(rows), 1280), np.float32)
    said = Captions(np.array([0, 2]), np.array([0, 0, 1]), np.eye(3, 384, dtype=np.float32))
    lesson = build_lesson(photos, rows, features=features, pool=pool, teacher=real, text=text, captions=said).to("meta")
    batch = Batch(
        np.zeros((5, 64, 64, 3), np.uint8),
        features[:3],
        np.array([0, -1, 2]),
        np.array([0, 3]),
        np.array([1]),
        np.array([2]),
    )
    monkeypatch.setattr(torch, "autocast", lambda *args, **settings: nullcontext())
    monkeypatch.setattr(losses, "check_unit", lambda *args: None)  # these two look into the numbers
    monkeypatch.setattr(losses, "label_loss", lambda vectors, words, labels: (vectors @ words.T)[labels * 0].mean())
    found = batch_losses(build_student().to("meta"), batch, lesson, np.random.default_rng(0))
    assert {name: value.device.type for name, value in found.items()} == dict.fromkeys(WEIGHTS, "meta")


def test_the_averaged_weights_of_a_checkpoint_can_be_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = new_state(build_student())
    with torch.no_grad():
        dict(state.average.tower.named_parameters())["head.proj.bias"].fill_(0.25)  # the student's own is not this
    state.step = 1200
    (tmp_path / "run").mkdir()
    save_checkpoint(state, tmp_path / "run" / "checkpoint.pt")
    snapshot.main([str(tmp_path / "run"), str(tmp_path / "weights")])
    assert capsys.readouterr().out.startswith("Step 1,200: ")
    files = PocketFiles(tmp_path / "weights")
    assert files.check() == files.stated()
    assert bool((load_tower(files).state_dict()["head.proj.bias"] == 0.25).all())
    with pytest.raises(InputError, match=r"checkpoint\.pt does not exist"):
        snapshot.snapshot(tmp_path, tmp_path / "weights")


def test_only_train_photos_are_learned_from(photo_folder: Path) -> None:
    photos = read_photos(photo_folder)
    rows = photos.rows("train")
    assert set(photos.split[rows]) == {"train"}
    assert "grocery_iconic" not in photos.source[rows]


def test_photos_without_a_column_are_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("file_name,label\na.png,cat\n")
    with pytest.raises(InputError, match=r"source, coarse, split, caption missing"):
        read_photos(tmp_path)


def test_photos_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("file_name,source,label,coarse,split,caption\nz.png,a,b,c,train,\n")
    with pytest.raises(InputError, match=r"names z\.png"):
        read_photos(tmp_path)


def test_held_out_scenes_are_never_in_the_training_pool(tmp_path: Path) -> None:
    pool = scene_pool(150, "train", 3, text=MiniLMEncoder(), folder=tmp_path, progress=Silent())
    columns = pool.attributes
    colours = set(zip(columns["shape"], columns["colour"], strict=True))
    relations = set(zip(columns["relation"], columns["shape"], strict=True))
    seconds = set(zip(columns["second_shape"], columns["second_colour"], strict=True))
    assert not (colours | seconds) & set(HELD_OUT_SHAPE_COLOUR)
    assert not relations & set(HELD_OUT_RELATION_SHAPE)


def photos_of_colours(count: int) -> list[Image.Image]:
    rng = np.random.default_rng(4)
    return [Image.fromarray(rng.integers(0, 255, (30, 24, 3), dtype=np.uint8)) for _ in range(count)]


def test_each_photo_and_each_view_comes_once_an_epoch(tmp_path: Path) -> None:
    images = Pictures(photos_of_colours(12))
    targets = Targets(np.zeros((12, 1280), np.float16), np.arange(6, dtype=np.float16)[:, None].repeat(1280, 1), 3)
    pool = scene_pool(4, "train", 3, text=MiniLMEncoder(), folder=tmp_path, progress=Silent())
    copies = CopyStore(tmp_path, images, 3, Silent())
    maker = BatchMaker(images=images, targets=targets, pool=pool, copies=copies, whole_count=4, seed=5)
    batches = [maker(step, 32, 2, 2) for step in range(3)]
    assert sorted(np.concatenate([batch.photos[:4] for batch in batches]).tolist()) == list(range(12))
    assert sorted(np.concatenate([batch.features[4:, 0] for batch in batches]).tolist()) == list(range(6))
    again: Any = maker(1, 32, 2, 2)
    np.testing.assert_array_equal(again.images, batches[1].images)


def test_pictures_with_labels_get_places_of_their_own_in_a_batch(tmp_path: Path) -> None:
    images = photos_of_colours(12)
    for i, image in enumerate(images[4:]):
        image.save(tmp_path / f"{i}.jpg")
    data = [(tmp_path / f"{i}.jpg").read_bytes() for i in range(8)]
    (tmp_path / "packed").write_bytes(b"".join(data))
    starts = np.cumsum([0, *map(len, data)])[:-1].tolist()
    packed = Packed(tmp_path / "packed", list(zip(starts, map(len, data), strict=True)), [(24, 30)] * 8)
    targets = Targets(np.arange(12, dtype=np.float16)[:, None].repeat(1280, 1), np.zeros((6, 1280), np.float16), 3)
    pool = scene_pool(4, "train", 3, text=MiniLMEncoder(), folder=tmp_path, progress=Silent())
    both = Pictures(images[:4], packed)
    maker = BatchMaker(
        images=both,
        targets=targets,
        pool=pool,
        copies=CopyStore(tmp_path, both, 3, Silent()),
        whole_count=3,
        seed=5,
        held_count=2,
    )
    batches = [maker(step, 32, 0, 1) for step in range(4)]
    assert sorted(np.concatenate([batch.photos[:2] for batch in batches[:2]]).tolist()) == [0, 1, 2, 3]
    assert sorted(np.concatenate([batch.photos[2:] for batch in batches]).tolist()) == list(range(12))
    for batch in batches:
        np.testing.assert_array_equal(batch.features[:, 0], batch.photos)


def test_the_teacher_is_asked_about_the_very_picture_that_the_student_sees(tmp_path: Path) -> None:
    images, teacher = Pictures(photos_of_colours(5)), ColourTeacher(tmp_path)
    targets = teacher_targets(images, None, teacher, count=20, seed=9, folder=tmp_path, progress=Silent())
    sizes = [image.size for image in images]
    for number in range(20):
        picture = paint(images, draw_view(sizes, 9, number), 224)
        np.testing.assert_allclose(targets.made[number], teacher.features(picture), rtol=1e-3, atol=1e-3)
    again = teacher_targets(images, None, DeafTeacher(tmp_path), count=20, seed=9, folder=tmp_path, progress=Silent())
    np.testing.assert_array_equal(again.made, targets.made)


def test_a_view_of_two_photos_has_no_label() -> None:
    sizes = [(30, 24)] * 5
    views = [draw_view(sizes, 1, number) for number in range(300)]
    kinds = {(view.plain, view.share < 1, view.patch is not None) for view in views}
    assert kinds == {(True, False, False), (False, True, False), (False, False, True)}
    vectors, words = torch.eye(3), torch.eye(3)
    passed_over = label_loss(vectors, words, torch.tensor([0, -100, 2]))
    assert passed_over == label_loss(vectors[[0, 2]], words, torch.tensor([0, 2]))
    assert label_loss(vectors, words, torch.tensor([-100] * 3)) == 0


def test_a_collage_shows_both_photos() -> None:
    images = [Image.new("RGB", (30, 24), "red"), Image.new("RGB", (30, 24), "blue")]
    views = (draw_view([(30, 24)] * 2, 2, number) for number in range(200))
    view = next(view for view in views if view.patch is not None and view.photos == (0, 1) and view.colour[0] == 1)
    colours = {colour for _, colour in paint(images, view, 64).getcolors() or []}
    assert colours == {(255, 0, 0), (0, 0, 255)}


def test_what_rests_is_the_average_and_stays(tmp_path: Path) -> None:
    state = new_state(build_student())
    with torch.no_grad():
        state.average.tower.trunk.conv1[0].weight.fill_(0.25)
    for _ in range(2):
        state.student.train()
        rest(state)
        state.student.tower.trunk(torch.rand(4, 3, 64, 64)).sum().backward()
        state.optimizer.step()
    own, average = state.student.tower.trunk, state.average.tower.trunk
    for name in ("conv1", "bn1", "layer1"):
        for key, value in getattr(average, name).state_dict().items():
            torch.testing.assert_close(getattr(own, name).state_dict()[key], value, rtol=0, atol=0)
    assert not torch.equal(own.layer2[0].conv1.weight, average.layer2[0].conv1.weight), "the others learn"
    save_checkpoint(state, tmp_path / "checkpoint.pt")
    resumed = new_state(build_student())
    load_checkpoint(resumed, tmp_path / "checkpoint.pt")
    rest(resumed)
    torch.testing.assert_close(resumed.student.tower.trunk.conv1[0].weight, own.conv1[0].weight)


def test_stages_follow_each_other() -> None:
    stages = [Stage(steps=10, side=32, rate=1.0, last=0.5), Stage(steps=10, side=64, rate=0.2, last=0.1)]
    assert position(stages, 0) == (stages[0], 0.0)
    assert position(stages, 15) == (stages[1], 0.5)
    assert learning_rate(stages[1], 0.0, 1000) == pytest.approx(0.2)
    assert learning_rate(stages[1], 1.0, 1000) == pytest.approx(0.02)


def test_conse_of_a_sure_teacher_is_the_word_itself() -> None:
    words = np.eye(12, dtype=np.float32)
    np.testing.assert_allclose(conse(softmax(words * 100), words, top=3), words, atol=1e-5)


def test_ridge_map_recovers_a_linear_map() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 5)).astype(np.float32)
    truth = rng.normal(size=(5, 3)).astype(np.float32)
    weights, offset, residuals = ridge_map(inputs, inputs @ truth + 2, 1e-6)
    np.testing.assert_allclose(weights, truth, atol=1e-3)
    np.testing.assert_allclose(offset, 2, atol=1e-3)
    assert np.abs(residuals).max() < 1e-2


def test_pseudo_photos_please_the_classifier_that_made_them() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 40)).astype(np.float32)
    classifier = rng.normal(size=(6, 40)).astype(np.float32)
    drawn = pseudo_photos(features, classifier, 8.0).draw(np.arange(6), 0.5, rng)
    assert (drawn @ classifier.T).argmax(1).tolist() == list(range(6))


def test_the_real_teacher_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="labels"):
        _ = Teacher(tmp_path).labels

"""The recipe of pocket, from random weights to the file that ships: `explorer train pocket`."""

import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.base.torch_device import best_device, has_bfloat16
from explorer.encoders.pocket import PocketFiles
from explorer.encoders.pocket_tower import MODEL_CONFIG, SIDE, pixels
from explorer.encoders.sentence import MiniLMEncoder
from explorer.io.atomic import read_json, write_json
from recipes.photos import Photos, load_images, read_photos
from recipes.pocket.batches import BatchMaker
from recipes.pocket.begin import fit_feature_head, read_weights
from recipes.pocket.captions import Captions, read_captions
from recipes.pocket.copies import CopyStore
from recipes.pocket.last_layer import Frozen, HeadSettings, refit_head
from recipes.pocket.loop import Stage, load_checkpoint, new_state, train
from recipes.pocket.picture_set import set_stamp
from recipes.pocket.pictures import Pictures, read_picture_set, set_sources
from recipes.pocket.scene_pool import ScenePool, scene_pool
from recipes.pocket.student import WEIGHTS, Lesson, Network, build_lesson, build_student
from recipes.pocket.teacher import Teacher
from recipes.pocket.views import WHOLE, Targets, ask, cut, draw_view, paint, teacher_targets

if TYPE_CHECKING:
    import torch

BEGUN = "begun.json"
_SOME, _SEEN, _FIRST = 40_000, 20_000, 8000
_NONE: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All settings of a run.

    whole: how many whole pictures are in a batch; held, captioned: how many more of those with a label, with captions.
    views_pool, scenes_pool: how many different views and scenes there are.
    """

    stages: tuple[Stage, ...] = (
        Stage(steps=12_000, side=64, rate=2e-3, last=0.3),
        Stage(steps=11_500, side=64, rate=1.6e-3, last=0.12),
        Stage(steps=8000, side=64, rate=1.4e-3, last=0.08),
        Stage(steps=1800, side=112, rate=6e-4, last=0.02, views=48, scenes=56),
    )
    whole: int = 24
    held: int = 0
    captioned: int = 0
    views_pool: int = 500_000
    scenes_pool: int = 50_000
    seed: int = 0
    head: HeadSettings = HeadSettings()


WITH_FURTHER = Recipe(
    stages=(
        Stage(steps=20_000, side=64, rate=2e-3, last=0.2, views=6, scenes=16),
        Stage(steps=3000, side=96, rate=4e-4, last=0.4, views=6, scenes=16),
        Stage(steps=1200, side=112, rate=1.6e-4, last=0.03, views=6, scenes=20),
    ),
    whole=66,
    held=10,
    captioned=16,
    views_pool=10_000,
)
"""The settings where there is a set of further pictures: mostly these, whole, and fewer made of several."""
GOING_ON = replace(
    WITH_FURTHER,
    stages=(
        Stage(steps=1500, side=64, rate=1.6e-3, last=0.8, views=6, scenes=12),
        Stage(steps=5300, side=64, rate=1.4e-3, last=0.12, views=6, scenes=12, resting=True),
        Stage(steps=1000, side=96, rate=4e-4, last=0.4, views=6, scenes=16, resting=True),
        Stage(steps=500, side=112, rate=1.6e-4, last=0.03, views=6, scenes=20, resting=True),
    ),
    scenes_pool=20_000,
)
"""The settings of a run that begins with weights that are there: an hour and a half."""


def train_pocket(
    photo_folder: Path,
    teacher_folder: Path,
    out: Path,
    recipe: Recipe,
    progress: Progress,
    *,
    further: Path | None = None,
    begin: Path | None = None,
) -> Path:
    """Train, refit the head, write pocket.safetensors and pocket.json into `out`, and return the former.

    photo_folder: image folder with metadata.csv (see `read_photos`); only the split train is learned from.
    teacher_folder: see `Teacher`. out: also keeps the caches, checkpoint.pt and log.jsonl; a stopped run goes on.
    further: a set of unlabelled pictures (see `picture_set`), for which the teacher alone answers.
    begin: folder of the weights to begin with, random ones without.
    """
    import torch

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    photos, teacher, text = read_photos(photo_folder), Teacher(teacher_folder), MiniLMEncoder()
    rows = photos.rows("train")
    images = Pictures(load_images(photos, rows), None if further is None else read_picture_set(further))
    answers = out / ("teacher" if further is None else f"teacher-{set_stamp(further)}")
    known = _known(photos, rows, images, teacher, folder=answers, progress=progress)
    count, seed = recipe.views_pool, recipe.seed
    targets = teacher_targets(images, known, teacher, count=count, seed=seed, folder=answers, progress=progress)
    pool = scene_pool(recipe.scenes_pool, "train", 1, text=text, folder=out, progress=progress)
    some = targets.whole[_drawn(len(images), _SOME, seed)].astype(np.float32)
    unlabelled = len(images) - len(rows)
    captions = None if further is None else read_captions(further, text, before=len(rows), folder=answers)
    lesson = build_lesson(
        photos, rows, features=some, pool=pool, teacher=teacher, text=text, unlabelled=unlabelled, captions=captions
    )
    device = best_device()
    student, checkpoint = build_student(), out / "checkpoint.pt"
    if begin is not None and not checkpoint.is_file():
        _begin(student, begin, images, targets, lesson=lesson, progress=progress)
        write_json(out / BEGUN, {"sha256": PocketFiles(begin).check()})
    state = new_state(student.to(device))
    load_checkpoint(state, checkpoint)
    maker = BatchMaker(
        images=images,
        targets=targets,
        pool=pool,
        copies=CopyStore(answers, images, seed, progress),
        whole_count=recipe.whole,
        seed=seed,
        held_count=recipe.held,
        captions=captions,
        captioned_count=recipe.captioned,
    )
    for side in sorted({stage.side for stage in recipe.stages}):
        maker.copies.of(side)
    train(state, maker, lesson.to(device), list(recipe.stages), folder=out, seed=seed, progress=progress)
    tower = state.average.tower.eval()
    frozen = _look(tower, images, targets, pool=pool, captions=captions, progress=progress)
    tower.cpu().head.proj = _refitted(tower, frozen, lesson, recipe)
    return export(tower, out, recipe, {} if further is None else set_sources(further))


def _begin(
    student: Network, weights: Path, images: Pictures, targets: Targets, *, lesson: Lesson, progress: Progress
) -> None:
    read_weights(student, weights)
    rows = _drawn(len(images), _FIRST, targets.seed)
    crops = (np.asarray(cut(images[int(row)], WHOLE, (SIDE, SIDE))) for row in rows)
    seen = pooled(student.tower.eval(), crops, len(rows), progress, "features to begin with")
    fit_feature_head(student, seen, targets.whole[rows].astype(np.float32), lesson)


def _refitted(tower: Network, frozen: Frozen, lesson: Lesson, recipe: Recipe) -> "torch.nn.Linear":
    old = tower.head.proj
    return refit_head(old.weight, old.bias, frozen, lesson, settings=recipe.head, seed=recipe.seed)


def _known(
    photos: Photos, rows: Rows, images: Pictures, teacher: Teacher, *, folder: Path, progress: Progress
) -> NDArray[np.float16] | None:
    """(n, 1280) what the teacher says of all whole pictures; None where it has not said it of the photos `rows` yet.

    The photos' answers lie beside the teacher; those of the others are asked for once and then read from `folder`.
    """
    stored = teacher.stored_features(len(photos))
    if stored is None:
        return None
    others = len(images) - len(rows)
    found = ask(teacher, lambda i: images[len(rows) + i], others, name="further", folder=folder, progress=progress)
    return np.concatenate([stored[rows].astype(np.float16), found])


def _drawn(total: int, most: int, seed: int) -> Rows:
    """At most so many of `total` rows, in order."""
    return np.sort(np.random.default_rng([seed, 5]).permutation(total)[:most])


def _look(
    tower: Network,
    images: Pictures,
    targets: Targets,
    *,
    pool: ScenePool,
    captions: Captions | None,
    progress: Progress,
) -> Frozen:
    """The trunk's features of whole pictures, all with labels or captions among them, of plain views and of scenes."""
    further = len(images.held) + _drawn(len(images) - len(images.held), _SEEN, targets.seed)
    said = _NONE if captions is None else captions.pictures
    rows = np.unique(np.concatenate([np.arange(len(images.held)), said, further])).astype(np.int64)
    views = ((number, draw_view(images.sizes, targets.seed, number)) for number in range(len(targets.made)))
    plain = list(islice(((number, view) for number, view in views if view.plain), len(rows)))
    crops = chain(
        (np.asarray(cut(images[int(row)], WHOLE, (SIDE, SIDE))) for row in rows),
        (np.asarray(paint(images, view, SIDE)) for _, view in plain),
    )
    photo_rows = np.concatenate([rows, [view.photos[0] for _, view in plain]]).astype(np.int64)
    scene_rows = np.arange(min(len(pool.images), 15_000))
    teacher = np.concatenate([targets.whole[rows], targets.made[[number for number, _ in plain]]]).astype(np.float32)
    seen = pooled(tower, crops, len(photo_rows), progress, "features of the pictures")
    small = (_small(pool.images[row]) for row in scene_rows)
    scenes = pooled(tower, small, len(scene_rows), progress, "features of the scenes")
    captioned = np.full(len(photo_rows), -1) if captions is None else captions.places(photo_rows)
    captioned[len(rows) :] = -1
    return Frozen(seen, teacher, photo_rows, scenes, scene_rows, captioned)


def _small(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def pooled(tower: Network, crops: Iterable[NDArray[np.uint8]], count: int, progress: Progress, what: str) -> Floats:
    """(count, 512) features before the last layer of so many (side, side, 3) crops, made as they are needed."""
    import torch

    found, waiting = [], iter(crops)
    device = next(tower.parameters()).device
    progress.start(what, count)
    while batch := list(islice(waiting, 128)):
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device.type)):
            found.append(tower.trunk(pixels(np.stack(batch)).to(device)).float().cpu().numpy())
        progress.advance(min(128 * len(found), count))
    progress.finish()
    return np.concatenate(found)


def export(tower: Network, out: Path, recipe: Recipe, further: dict[str, dict[str, str | int]]) -> Path:
    """Write the tower as float16 safetensors and, beside it, its sha256, configuration, recipe and further sources."""
    from safetensors.torch import save_file

    weights = {
        name: value.half().contiguous() for name, value in tower.state_dict().items() if value.dtype.is_floating_point
    }
    path = out / "pocket.safetensors"
    save_file(weights, path)
    begun = out / BEGUN
    manifest = {
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "begun_with": read_json(begun)["sha256"] if begun.is_file() else "random weights",
        "parameters": sum(parameter.numel() for parameter in tower.parameters()),
        "model": MODEL_CONFIG,
        "recipe": {**asdict(recipe), "weights": WEIGHTS},
        "further": further,
    }
    write_json(out / "pocket.json", manifest)
    return path


def install(out: Path, assets: Path) -> None:
    """Copy the trained weights, their manifest and the log of their losses from `out` into the project's assets."""
    for name in ("pocket.safetensors", "pocket.json"):
        shutil.copyfile(out / name, assets / name)
    shutil.copyfile(out / "log.jsonl", assets / "pocket_log.jsonl")

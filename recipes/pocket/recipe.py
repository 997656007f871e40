"""The recipe of pocket, from random weights to the file that ships: `explorer train pocket`."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.encoders.pocket_tower import MODEL_CONFIG, SIDE, pixels
from explorer.encoders.sentence import MiniLMEncoder
from explorer.io.atomic import write_json
from recipes.photos import Photos, load_images, read_photos
from recipes.pocket.batches import BatchMaker
from recipes.pocket.last_layer import Frozen, HeadSettings, refit_head
from recipes.pocket.loop import Stage, load_checkpoint, new_state, train
from recipes.pocket.picture_set import read_picture_set, set_stamp
from recipes.pocket.scene_pool import ScenePool, scene_pool
from recipes.pocket.student import FEATURES, WEIGHTS, Network, build_lesson, build_student
from recipes.pocket.teacher import Teacher
from recipes.pocket.views import WHOLE, Targets, cut, draw_view, paint, save_array, teacher_targets


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All settings of a run.

    whole: how many whole photos are in a batch. views_pool, scenes_pool: how many different views and scenes there are.
    """

    stages: tuple[Stage, ...] = (
        Stage(steps=12_000, side=64, rate=2e-3, last=0.3),
        Stage(steps=11_500, side=64, rate=1.6e-3, last=0.12),
        Stage(steps=8000, side=64, rate=1.4e-3, last=0.08),
        Stage(steps=1800, side=112, rate=6e-4, last=0.02, views=48, scenes=56),
    )
    whole: int = 24
    views_pool: int = 500_000
    scenes_pool: int = 50_000
    seed: int = 0
    head: HeadSettings = HeadSettings()


def train_pocket(
    photo_folder: Path, teacher_folder: Path, out: Path, recipe: Recipe, progress: Progress, further: Path | None = None
) -> Path:
    """Train, refit the head, write pocket.safetensors and pocket.json into `out`, and return the former.

    photo_folder: image folder with metadata.csv (see `read_photos`); only the split train is learned from.
    teacher_folder: see `Teacher`. out: also keeps the caches, checkpoint.pt and log.jsonl; a stopped run goes on.
    further: a set of unlabelled pictures (see `picture_set`), for which the teacher alone answers.
    """
    import torch

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    photos, teacher, text = read_photos(photo_folder), Teacher(teacher_folder), MiniLMEncoder()
    rows = photos.rows("train")
    others = [] if further is None else read_picture_set(further)
    images = load_images(photos, rows) + others
    stamp = "" if further is None else f"-{set_stamp(further)}"
    targets = teacher_targets(
        images,
        _known(photos, rows, others, teacher, path=out / f"further{stamp}.npy", progress=progress),
        teacher,
        count=recipe.views_pool,
        seed=recipe.seed,
        folder=out / f"teacher{stamp}",
        progress=progress,
    )
    pool = scene_pool(recipe.scenes_pool, "train", 1, text=text, folder=out, progress=progress)
    features = targets.whole.astype(np.float32)
    lesson = build_lesson(
        photos, rows, features=features, pool=pool, teacher=teacher, text=text, unlabelled=len(others)
    )
    state = new_state(build_student())
    load_checkpoint(state, out / "checkpoint.pt")
    maker = BatchMaker(images, targets, pool, recipe.whole, recipe.seed)
    train(state, maker, lesson, list(recipe.stages), folder=out, seed=recipe.seed, progress=progress)
    tower = state.average.tower.eval()
    frozen = _look(tower, images, targets, pool, progress)
    old = tower.head.proj
    tower.head.proj = refit_head(old.weight, old.bias, frozen, lesson, settings=recipe.head, seed=recipe.seed)
    return export(tower, out, recipe)


def _known(
    photos: Photos, rows: Rows, others: Sequence[Image.Image], teacher: Teacher, *, path: Path, progress: Progress
) -> Floats | None:
    """(n, 1280) what the teacher said of the whole photos `rows` and of other pictures; None where it was not asked.

    The photos' answers lie beside the teacher; those of the others are asked for once and then read from `path`.
    """
    stored = teacher.stored_features(len(photos))
    if stored is None or not others:
        return None if stored is None else stored[rows]
    if not path.is_file():
        found = np.empty((len(others), FEATURES), np.float16)
        progress.start("what the teacher says of further pictures", len(others))
        for i, image in enumerate(others):
            found[i] = teacher.features(image)
            progress.advance(i + 1)
        progress.finish()
        save_array(path, found)
    return np.concatenate([stored[rows], np.load(path, allow_pickle=False).astype(np.float32)])


def _look(
    tower: Network, images: Sequence[Image.Image], targets: Targets, pool: ScenePool, progress: Progress
) -> Frozen:
    """The trunk's features of the whole photos, as many plain views and a part of the scenes, at the final size."""
    sizes = [image.size for image in images]
    views = ((number, draw_view(sizes, targets.seed, number)) for number in range(len(targets.made)))
    plain = list(islice(((number, view) for number, view in views if view.plain), len(images)))
    crops = [np.asarray(cut(image, WHOLE, (SIDE, SIDE))) for image in images]
    crops += [np.asarray(paint(images, view, SIDE)) for _, view in plain]
    photo_rows = np.concatenate([np.arange(len(images)), [view.photos[0] for _, view in plain]]).astype(np.int64)
    scene_rows = np.arange(min(len(pool.images), 15_000))
    teacher = np.concatenate([targets.whole, targets.made[[number for number, _ in plain]]]).astype(np.float32)
    seen = pooled(tower, crops, progress, "features of the photos")
    scenes = pooled(tower, [_small(pool.images[row]) for row in scene_rows], progress, "features of the scenes")
    return Frozen(seen, teacher, photo_rows, scenes, scene_rows)


def _small(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def pooled(tower: Network, crops: Sequence[NDArray[np.uint8]], progress: Progress, what: str) -> Floats:
    """(n, 512) features before the last layer of (side, side, 3) crops."""
    import torch

    found = []
    progress.start(what, len(crops))
    for start in range(0, len(crops), 128):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            found.append(tower.trunk(pixels(np.stack(crops[start : start + 128]))).float().numpy())
        progress.advance(min(start + 128, len(crops)))
    progress.finish()
    return np.concatenate(found)


def export(tower: Network, out: Path, recipe: Recipe) -> Path:
    """Write the tower as float16 safetensors and, beside it, its sha256, configuration and recipe."""
    from safetensors.torch import save_file

    weights = {
        name: value.half().contiguous() for name, value in tower.state_dict().items() if value.dtype.is_floating_point
    }
    path = out / "pocket.safetensors"
    save_file(weights, path)
    manifest = {
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "parameters": sum(parameter.numel() for parameter in tower.parameters()),
        "model": MODEL_CONFIG,
        "recipe": {**asdict(recipe), "weights": WEIGHTS},
    }
    write_json(out / "pocket.json", manifest)
    return path


def install(out: Path, assets: Path) -> None:
    """Copy the trained weights, their manifest and the log of their losses from `out` into the project's assets."""
    for name in ("pocket.safetensors", "pocket.json"):
        shutil.copyfile(out / name, assets / name)
    shutil.copyfile(out / "log.jsonl", assets / "pocket_log.jsonl")

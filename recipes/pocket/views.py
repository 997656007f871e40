"""What the student looks at: photos, and pictures made of them; and what the teacher says of the very same pictures.

A student of a few thousand photos learns their classes by heart and is lost on others. Crops, blends and collages show
it pictures of no class at all, and the teacher is asked about each of them (function matching, Beyer et al. 2022).
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from recipes.pocket.pictures import Pictures
from recipes.pocket.teacher import FEATURES
from recipes.pocket.teacher import SIDE as TEACHER_SIDE

WHOLE = np.array([0, 0, 1, 1], np.float32)
_AREA, _ASPECT = (0.06, 1.0), 0.3
_PATCH = (0.35, 0.75)
_PLAIN, _BLENDED = 0.4, 0.3
_JITTERED, _JITTER = 0.4, 0.5
_BLOCK = 4096
_THREADS = 2


@dataclass(frozen=True, kw_only=True)
class PhotoView:
    """One made picture: a crop of a photo, alone or with a second crop blended in or laid over a part of it.

    photos: positions of the first and second photo. boxes: (2, 4) left, top, right, bottom as shares of the photo.
    flips: which crops are mirrored. share: of the first in a blend (1.0: no blend). patch: (4,) left, top, right,
    bottom of the second in the picture, None without a collage. colour: saturation, contrast and brightness factors.
    """

    photos: tuple[int, int]
    boxes: Floats
    flips: tuple[bool, bool]
    share: float
    patch: Floats | None
    colour: tuple[float, float, float]

    @property
    def plain(self) -> bool:
        """Whether it shows a single photo, so that the photo's label is true of it."""
        return self.share == 1.0 and self.patch is None


def draw_view(sizes: Sequence[tuple[int, int]], seed: int, number: int) -> PhotoView:
    """View `number` over photos of the given (width, height) pixels; the same for the same seed."""
    rng = np.random.default_rng([seed, 7, number])
    first, second = (int(i) for i in rng.integers(0, len(sizes), 2))
    boxes = np.stack([random_box(sizes[first], rng), random_box(sizes[second], rng)])
    kind = rng.random()
    share = float(rng.uniform(0.35, 0.65)) if _PLAIN <= kind < _PLAIN + _BLENDED else 1.0
    patch = _random_patch(rng) if kind >= _PLAIN + _BLENDED else None
    jitter = np.exp(rng.uniform(-_JITTER, _JITTER, 3)) if rng.random() < _JITTERED else np.ones(3)
    flips = (bool(rng.random() < 0.5), bool(rng.random() < 0.5))
    colour = (float(jitter[0]), float(jitter[1]), float(jitter[2]))
    return PhotoView(photos=(first, second), boxes=boxes, flips=flips, share=share, patch=patch, colour=colour)


def random_box(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """(4,) a box of 6 to 100 percent of the area, as shares of width and height."""
    width, height = size
    area, aspect = rng.uniform(*_AREA) * width * height, np.exp(rng.uniform(-_ASPECT, _ASPECT))
    w, h = min(width, np.sqrt(area * aspect)), min(height, np.sqrt(area / aspect))
    left, top = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return np.array([left / width, top / height, (left + w) / width, (top + h) / height], np.float32)


def _random_patch(rng: np.random.Generator) -> Floats:
    width, height = rng.uniform(*_PATCH, 2)
    left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    return np.array([left, top, left + width, top + height], np.float32)


def paint(images: Sequence[Image.Image], view: PhotoView, side: int) -> Image.Image:
    """The view as a side x side picture."""
    picture = _crop(images, view, 0, side, side)
    if view.share < 1.0:
        picture = Image.blend(_crop(images, view, 1, side, side), picture, view.share)
    if view.patch is not None:
        left, top, right, bottom = (round(float(edge) * side) for edge in view.patch)
        picture.paste(_crop(images, view, 1, max(1, right - left), max(1, bottom - top)), (left, top))
    if view.colour != (1.0, 1.0, 1.0):
        for change, factor in zip(
            (ImageEnhance.Color, ImageEnhance.Contrast, ImageEnhance.Brightness), view.colour, strict=True
        ):
            picture = change(picture).enhance(factor)
    return picture


def _crop(images: Sequence[Image.Image], view: PhotoView, which: int, width: int, height: int) -> Image.Image:
    found = cut(images[view.photos[which]], view.boxes[which], (width, height))
    return found.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if view.flips[which] else found


def cut(image: Image.Image, box: Floats, size: tuple[int, int]) -> Image.Image:
    """The part of `image` in `box` (shares of width and height), resized to `size`."""
    left, top, right, bottom = (float(share) for share in box)
    edges = (left * image.width, top * image.height, right * image.width, bottom * image.height)
    return image.resize(size, Image.Resampling.BILINEAR, box=edges)


@dataclass(frozen=True)
class Targets:
    """The teacher's pooled features of p photos and of n views made of them.

    whole: (p, 1280) float16, of the whole photos. made: (n, 1280) float16, of views 0 to n - 1 drawn with `seed`.
    """

    whole: NDArray[np.float16]
    made: NDArray[np.float16]
    seed: int


def teacher_targets(
    images: Pictures,
    whole: NDArray[np.float16] | None,
    teacher: Any,
    *,
    count: int,
    seed: int,
    folder: Path,
    progress: Progress,
) -> Targets:
    """Ask the teacher about `count` views of `images`, once: the answers are kept in `folder`.

    whole: (p, 1280) what it says of the whole pictures where that is known, made from larger originals.
    teacher: a dataclass with `features` (see `Teacher`); each thread works with its own copy.
    """
    if whole is None:
        whole = ask(teacher, images.__getitem__, len(images), name="whole", folder=folder, progress=progress)

    def view(number: int) -> Image.Image:
        return paint(images, draw_view(images.sizes, seed, number), TEACHER_SIDE)

    return Targets(whole, ask(teacher, view, count, name=f"views-{seed}", folder=folder, progress=progress), seed)


def ask(
    teacher: Any,
    picture: Callable[[int], Image.Image],
    count: int,
    *,
    name: str,
    folder: Path,
    progress: Progress,
) -> NDArray[np.float16]:
    """(count, 1280) what the teacher says of picture(0), picture(1) and so on, asked once.

    The answers are kept in `folder` in blocks that begin with `name`, so that a stopped run asks about few again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    teachers, found = [replace(teacher) for _ in range(_THREADS)], np.empty((count, FEATURES), np.float16)

    def answers(worker: int, numbers: Rows) -> list[Floats]:
        return [teachers[worker].features(picture(int(number))) for number in numbers]

    progress.start(f"what the teacher says, {name}", count)
    with ThreadPoolExecutor(_THREADS) as threads:
        for start in range(0, count, _BLOCK):
            numbers = np.arange(start, min(start + _BLOCK, count))
            path = folder / f"{name}-{start:07}-{len(numbers)}.npy"
            if not path.is_file():
                parts = threads.map(answers, range(_THREADS), np.array_split(numbers, _THREADS))
                save_array(path, np.stack([row for part in parts for row in part]).astype(np.float16))
            found[numbers] = np.load(path, allow_pickle=False)
            progress.advance(start + len(numbers))
    progress.finish()
    return found


def save_array(path: Path, answers: NDArray[np.float16]) -> None:
    """Write `answers` to `path` in one go, so that a stopped run leaves no half file."""
    temporary = path.with_name(path.name + ".tmp.npy")
    np.save(temporary, answers)
    os.replace(temporary, path)

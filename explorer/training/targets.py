"""What the teacher says about the training photos: once for each whole photo, and for random crops of it."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.arrays import Floats, Rows
from explorer.io.images import read_image
from explorer.progress import Progress
from explorer.training.photos import Photos
from explorer.training.teacher import Teacher

CROPS = 5
_AREA, _ASPECT = (0.2, 0.85), 0.28


@dataclass(frozen=True)
class Targets:
    """Teacher's features of p photos.

    boxes: (p, views, 4) left, top, right, bottom as shares of width and height; view 0 is the whole photo.
    features: (p, views, 1280) float16, pooled features of the teacher for that crop.
    """

    boxes: Floats
    features: NDArray[np.float16]


def teacher_targets(photos: Photos, rows: Rows, teacher: Teacher, cache: Path, progress: Progress) -> Targets:
    """The teacher's features for `rows`, computed once and kept in `cache` (a .npz); a stop keeps whole views.

    Those of the whole photos are taken from the teacher's folder where it has them, made from the larger originals.
    """
    originals = teacher.stored_features(len(photos))
    boxes, features = _resume(cache, len(rows))
    progress.start("teacher's view of the photos", (CROPS + 1) * len(rows))
    for view in range(len(boxes), CROPS + 1):
        rng = np.random.default_rng([view, 0])
        new_boxes = np.empty((len(rows), 4), np.float32)
        new_features = np.empty((len(rows), 1280), np.float16)
        for i, row in enumerate(rows):
            image = read_image(photos.files[row])
            new_boxes[i] = random_box(image.size, rng) if view else (0, 0, 1, 1)
            known = originals[row] if originals is not None and view == 0 else None
            new_features[i] = teacher.features(cut(image, new_boxes[i])) if known is None else known
            progress.advance(view * len(rows) + i + 1)
        boxes.append(new_boxes)
        features.append(new_features)
        _save(cache, boxes, features)
    progress.finish()
    return Targets(np.stack(boxes, axis=1), np.stack(features, axis=1))


def random_box(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """(4,) a box of 20 to 85 percent of the area, as shares of width and height."""
    width, height = size
    area, aspect = rng.uniform(*_AREA) * width * height, np.exp(rng.uniform(-_ASPECT, _ASPECT))
    w, h = min(width, np.sqrt(area * aspect)), min(height, np.sqrt(area / aspect))
    left, top = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return np.array([left / width, top / height, (left + w) / width, (top + h) / height], np.float32)


def cut(image: Image.Image, box: Floats, side: int | None = None) -> Image.Image:
    """The part of `image` in `box` (shares of width and height), resized to side x side when given."""
    width, height = image.size
    left, top, right, bottom = (float(share) for share in box)
    edges = (left * width, top * height, right * width, bottom * height)
    if side is None:
        return image.crop((round(edges[0]), round(edges[1]), round(edges[2]), round(edges[3])))
    return image.resize((side, side), Image.Resampling.BILINEAR, box=edges)


def _resume(cache: Path, count: int) -> tuple[list[Floats], list[NDArray[np.float16]]]:
    if not cache.is_file():
        return [], []
    with np.load(cache, allow_pickle=False) as kept:
        boxes, features = kept["boxes"], kept["features"]
    if boxes.shape[1] != count:
        return [], []
    return list(boxes), list(features)


def _save(cache: Path, boxes: list[Floats], features: list[NDArray[np.float16]]) -> None:
    temporary = cache.with_name(cache.name + ".tmp.npz")
    np.savez(temporary, boxes=np.stack(boxes), features=np.stack(features))
    os.replace(temporary, cache)

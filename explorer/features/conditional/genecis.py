"""The protocol of GeneCIS (Vaze et al. 2023): templates in the official JSON format, crops, and R@1, 2, 3. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import wilson

TASKS = ("focus_attribute", "change_attribute", "focus_object", "change_object")
DILATION = 0.7
KS = (1, 2, 3)


@dataclass(frozen=True)
class Picture:
    """A picture of a template. box: (left, top, width, height) of a Visual Genome crop, None for a whole COCO image."""

    image: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Template:
    """One question: a reference, a condition in words, the target, and the distractors."""

    condition: str
    reference: Picture
    target: Picture
    distractors: tuple[Picture, ...]


def parse_templates(values: Any, name: str) -> list[Template]:
    """The templates of one official file, already read from JSON.

    As in the official code, only those with the commonest number of distractors are kept, so that chance is one number;
    of two numbers that are as common, the smaller one.
    Raises InputError that names the file and the entry when something is missing, or when the reference is in its own
    gallery, where it would be found by itself.
    """
    if not isinstance(values, list) or not values:
        raise InputError(f"{name}: expected a list of templates, got {type(values).__name__} of no use.")
    found = [_template(value, f"{name}, template {number}") for number, value in enumerate(values)]
    sizes = Counter(len(template.distractors) for template in found)
    commonest = max(sizes, key=lambda size: (sizes[size], -size))
    return [template for template in found if len(template.distractors) == commonest]


def _template(value: Any, where: str) -> Template:
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected an object with condition, reference, target and gallery.")
    missing = [name for name in ("condition", "reference", "target", "gallery") if not value.get(name)]
    if missing:
        raise InputError(f"{where}: {', '.join(missing)} is missing or empty.")
    made = Template(
        str(value["condition"]),
        _picture(value["reference"], where),
        _picture(value["target"], where),
        tuple(_picture(entry, where) for entry in value["gallery"]),
    )
    if made.reference in (made.target, *made.distractors):
        raise InputError(f"{where}: the reference is in its own gallery, where it would be found by itself.")
    return made


def _picture(value: Any, where: str) -> Picture:
    try:
        if "val_image_id" in value:
            return Picture(int(value["val_image_id"]))
        left, top, width, height = (float(number) for number in value["instance_bbox"])
        if width <= 0 or height <= 0:
            raise ValueError(f"a box of {width:g} x {height:g}")
        return Picture(int(value["image_id"]), (left, top, width, height))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{where}: expected a picture with val_image_id, or with image_id and instance_bbox of four numbers "
            f"(left, top, width, height); got {value!r:.80} ({error})."
        ) from error


def crop_box(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of a crop in a picture of (width, height) `size`, as the official code takes it.

    The left and upper edges go out by 0.7 of the box; the right and lower ones lie 1.7 boxes from there: the crop holds
    the box at its lower right. It never leaves the picture.
    """
    left, top = max(0.0, box[0] - DILATION * box[2]), max(0.0, box[1] - DILATION * box[3])
    return left, top, min(size[0], left + (1 + DILATION) * box[2]), min(size[1], top + (1 + DILATION) * box[3])


@dataclass(frozen=True)
class Places:
    """Where targets come in their galleries. before: (t,) items that are nearer; tied: (t,) as near as the target."""

    before: Rows
    tied: Rows

    def hits(self, k: int) -> Doubles:
        """(t,) chance that each target is among the first k when what ties is put in random order."""
        found: Doubles = np.clip((k - self.before) / (self.tied + 1), 0.0, 1.0)
        return found


def places_of_targets(scores: NDArray[np.floating], targets: Rows, pictures: Rows | None = None) -> Places:
    """Places of the targets, at positions `targets` (t,), among (t, g) `scores`.

    pictures: (t, g) which picture each column is; where the target's own picture stands among the distractors as well
    (in some official templates it does), it is not counted against itself. None: all are different pictures.

    Without ties the recalls are those of the official code, which sorts; with ties a sort would give free hits to the
    first column, where the target stands in the official files. A method that scores all alike gets the recall of
    chance, k / g. A score that is not a number counts as the worst.
    """
    scores, own = np.where(np.isnan(scores), -np.inf, scores), targets[:, None]
    if pictures is None:
        pictures = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    others, value = pictures != np.take_along_axis(pictures, own, axis=1), np.take_along_axis(scores, own, axis=1)
    before, tied = (np.asarray((found & others).sum(axis=1)) for found in (scores > value, scores == value))
    return Places(before, tied)


def recalls(places: Places, ks: Sequence[int] = KS) -> dict[int, tuple[float, float, float]]:
    """R@k for each k, expected over the order of ties, with its 95 % interval (Wilson 1927), as value, low, high."""
    return {k: _wilson(float(places.hits(k).sum()), len(places.before)) for k in ks}


def _wilson(hits: float, count: int) -> tuple[float, float, float]:
    if not count:
        raise InputError("R@k: expected at least one template, got none.")
    return hits / count, *wilson(hits / count, count)

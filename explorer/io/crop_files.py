"""Cutting boxes out of pictures: where a box lies in whole pixels, and the crop as a file named by its content."""

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from explorer.io.hashing import hash_bytes

CROPS = "crops"
LEAST_SIDE = 8  # pixels
MOST_TIMES = 100  # so often may the boxes of one picture cover it in sum
MOST_NUMBER = 1e9  # of a box; no picture is so large
QUALITY = 95
DIGITS = 6  # of a pixel: 14.000000000000002, as shares and percents come out, is 14
Values = dict[str, Any]
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Cut:
    """A crop's path below the staging folder, "" with the reason why there is none; area: left, top, right, bottom."""

    path: str = ""
    area: Area | None = None
    reason: str = ""


def cut_picture(picture: Image.Image, boxes: Sequence[Values], staging: Path, *, lossy: bool) -> list[Cut]:
    """Write the crops of a picture below `staging`, as JPEG where `lossy`, else as PNG.

    boxes: `box` as x, y, width, height, in shares of the picture where `relative`.
    """
    left = MOST_TIMES * picture.width * picture.height
    found = []
    for told in boxes:
        area = area_of(told, picture.size)
        if isinstance(area, str):
            found.append(Cut(reason=area))
            continue
        left -= (area[2] - area[0]) * (area[3] - area[1])
        if left < 0:
            found.append(Cut(reason=f"the boxes before it cover the picture {MOST_TIMES} times already"))
        else:
            found.append(Cut(_written(picture.crop(area), lossy, staging), area))
    return found


def area_of(told: Values, size: tuple[int, int]) -> Area | str:
    """(left, top, right, bottom) in whole pixels inside a picture of (width, height), or why there is no such area.

    told: as of `cut_picture`.
    """
    box = told.get("box") or []
    if len(box) != 4 or not all(abs(value) <= MOST_NUMBER for value in box):
        return "expected a box of four numbers: x, y, width, height"
    scale = size if told.get("relative") else (1, 1)
    x, y, wide, high = (value * scale[place % 2] for place, value in enumerate(box))
    if wide <= 0 or high <= 0:
        return f"a box of {wide:g} x {high:g} pixels"
    left, top = (math.floor(round(max(edge, 0), DIGITS)) for edge in (x, y))
    right, bottom = (math.ceil(round(min(*edge), DIGITS)) for edge in ((x + wide, size[0]), (y + high, size[1])))
    if left >= right or top >= bottom:
        return f"the box lies outside of the picture, which has {size[0]} x {size[1]} pixels"
    if min(right - left, bottom - top) < LEAST_SIDE:
        return f"a box of {right - left} x {bottom - top} pixels: at least {LEAST_SIDE} x {LEAST_SIDE} are needed"
    return left, top, right, bottom


def keep_only(folder: Path, paths: Iterable[str]) -> None:
    """Remove all files below `folder` that are not among `paths`, and folders that are empty then."""
    kept = {str(folder / path) for path in paths}
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            if os.path.join(parent, name) not in kept:
                os.unlink(os.path.join(parent, name))
        if parent != str(folder) and not os.listdir(parent):
            os.rmdir(parent)


def _written(crop: Image.Image, lossy: bool, staging: Path) -> str:
    """Write a crop, named by its content; its path below the staging folder."""
    stream = BytesIO()
    if lossy:
        crop.save(stream, "JPEG", quality=QUALITY, subsampling=0)
    else:
        crop.save(stream, "PNG")
    data = stream.getvalue()
    digest = hash_bytes(data)
    relative = f"{CROPS}/{digest[:2]}/{digest}{'.jpg' if lossy else '.png'}"
    target = staging / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return relative

"""Sprites of TensorBoard's projector: one picture of small ones, row by row, as many in a row as in a column."""

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from explorer.base.errors import ExplorerError, InputError
from explorer.io.images import read_image
from explorer.io.pictures import write_picture

LARGEST = 8192  # pixels of a sprite's side, more than which TensorBoard does not show
MOST_SIDE, LEAST_SIDE = 64, 8
WHITE = (255, 255, 255)


def side_of(count: int) -> int:
    """Pixels of the side of each of `count` small pictures; 0 where they would be too small to see."""
    side = min(MOST_SIDE, LARGEST // max(math.ceil(math.sqrt(count)), 1))
    return side if side >= LEAST_SIDE else 0


def draw_sprite(files: Sequence[Path | None], side: int) -> Image.Image:
    """The pictures in squares of `side` pixels on white; white where there is none that can be read."""
    across = math.ceil(math.sqrt(len(files)))
    sprite = Image.new("RGB", (across * side, across * side), WHITE)
    for place, file in enumerate(files):
        small = _small(file, side)
        if small is not None:
            left, top = (side - small.width) // 2, (side - small.height) // 2
            sprite.paste(small, (place % across * side + left, place // across * side + top))
    return sprite


def cut_sprite(path: Path, side: tuple[int, int], count: int, staging: Path) -> list[str]:
    """(count,) paths below `staging` of the small pictures, which are written there.

    side: (width, height) of each. InputError when the sprite cannot be read, or has fewer of them.
    """
    sprite = read_image(path)
    across = sprite.width // side[0]
    if across * (sprite.height // side[1]) < count:
        held = f"{sprite.width} x {sprite.height} pixels"
        raise InputError(f"{path.name}: expected {count:,} pictures of {side[0]} x {side[1]} pixels, got {held}.")
    return [_written(sprite.crop(_area(place, across, side)), staging) for place in range(count)]


def _area(place: int, across: int, side: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = place % across * side[0], place // across * side[1]
    return left, top, left + side[0], top + side[1]


def _small(file: Path | None, side: int) -> Image.Image | None:
    if file is None:
        return None
    try:
        picture = read_image(file, side)
    except ExplorerError:
        return None
    picture.thumbnail((side, side))
    return picture


def _written(tile: Image.Image, staging: Path) -> str:
    stream = BytesIO()
    tile.save(stream, "PNG")
    return write_picture(stream.getvalue(), ".png", staging)

"""Large pictures in bands of rows, so that no whole copy of them is made on the way."""

from collections.abc import Callable, Iterator

from PIL import Image

PIXELS = 2_000_000

Change = Callable[[Image.Image], Image.Image]


def bands(image: Image.Image, rows_of: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """(first row, the rows) of about two megapixels each; their number is a multiple of `rows_of`."""
    width, height = image.size
    step = max(PIXELS // max(width, 1) // rows_of, 1) * rows_of
    for top in range(0, height, step):
        yield top, image.crop((0, top, width, min(top + step, height)))


def changed(image: Image.Image, change: Change, factor: int = 1) -> Image.Image:
    """The picture after `change`, which gives RGB and looks at single pixels only, shrunk `factor` times each way.

    A pixel of the result is the mean of `factor` x `factor` pixels.
    """
    width, height = (-(-side // factor) for side in image.size)
    result = Image.new("RGB", (width, height))
    for top, band in bands(image, factor):
        part = change(band)
        result.paste(part.reduce(factor) if factor > 1 else part, (0, top // factor))
    return result


def shrinking(size: tuple[int, int], min_side: int | None, most: int) -> int:
    """How many times a picture of more than `most` pixels can be shrunk with both sides twice `min_side` at least."""
    if min_side is None or size[0] * size[1] <= most:
        return 1
    return max(min(size) // (2 * max(min_side, 1)), 1)

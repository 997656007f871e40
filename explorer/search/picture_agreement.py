"""How much two pictures agree once one is laid over the other: whether one is a copy of the other."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.io.picture_hash import Bytes, SmallPictures, soft_signs
from explorer.search.picture_alignment import Maps, first_guess, grid_points, guessed_maps, pieces, refined
from explorer.search.picture_alignment import sampled as values_at

BLOCK = 256
REFINING = ((1.5, 6), (0.8, 4))  # pixels of blur and steps, from coarse to fine
ALIKE_ENOUGH = 0.34  # first guess below which two pictures are no copies: of planted copies, 1 % have less
GRID, COLOUR_GRID, FINE, STEEP, LEAST_STEEP = 32, 8, 0.7, 0.7, 1.5
LEAST_SURE = 0.02  # share of the shared part with certain gradients below which it says nothing
LEAST_SHARED, MOST_SHARED = 0.35, 0.55  # of the one picture, and of the other
SQUEEZE = 1.15  # a copy keeps its proportions about so well
COLOURED, SAME_COLOUR = 6.0, 0.7
PLAIN, SAME_PLAIN = 1.5, 4.0  # grey levels: gradients of a plain picture, difference of two that are the same


@dataclass(frozen=True)
class Overlap:
    """What two pictures have in common, for b pairs; all (b,).

    agreement: cosine of their gradients' signs there, 0 for unrelated pictures, 1 for the same. first, second: the
    share of each that is in common. squeeze: how much more the map scales one direction than the other, at least 1.
    colour: cosine of their colours, NaN where one of them is grey. plain: neither has gradients there.
    """

    agreement: Floats
    first: Floats
    second: Floats
    squeeze: Floats
    colour: Floats
    plain: Mask
    offset: Floats

    @property
    def score(self) -> Floats:
        """(b,) agreement, 0 where something speaks against a copy."""
        less, more = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        fits = (less >= LEAST_SHARED) & (more >= MOST_SHARED) & (self.squeeze <= SQUEEZE)
        fits &= ~(self.colour < SAME_COLOUR)
        same = self.plain & (self.offset <= SAME_PLAIN)
        return np.where(same, 1.0, np.where(fits & ~self.plain, np.clip(self.agreement, 0, 1), 0)).astype(np.float32)


def picture_agreements(
    pictures: SmallPictures, first: Rows, second: Rows, advance: Callable[[int], None] | None = None
) -> Floats:
    """(m,) agreement of the pictures of rows `first` with those of rows `second`, 0 to 1.

    Pictures that do not even roughly resemble each other, whatever part of them, get 0 without a closer look.
    """
    found = np.zeros(len(first), dtype=np.float32)
    parts = list(pieces(len(first), 4 * BLOCK))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the work is in numpy, which lets other threads run
        scores = pool.map(lambda part: _agreements(pictures, first[part], second[part]), parts)
        for part, values in zip(parts, scores, strict=True):
            found[part] = values
            if advance:
                advance(part.stop)
    return found


def _agreements(pictures: SmallPictures, first: Rows, second: Rows) -> Floats:
    found = np.zeros(len(first), dtype=np.float32)
    rough, which = first_guess(pictures.grey, first, second)
    plain = (_contrast(pictures, first) < PLAIN) & (_contrast(pictures, second) < PLAIN)
    chosen = np.flatnonzero((rough >= ALIKE_ENOUGH) | plain)
    for some in pieces(len(chosen), BLOCK):
        rows = chosen[some]
        found[rows] = overlap(pictures, first[rows], second[rows], which[rows]).score
    return found


def overlap(pictures: SmallPictures, first: Rows, second: Rows, which: Rows) -> Overlap:
    """Lay the pictures over each other, beginning from parts `which` of `first_guess`, and compare what they share."""
    maps, mirror = guessed_maps(which)
    a = _turned(pictures.grey[first], mirror).astype(np.float32)
    b = pictures.grey[second].astype(np.float32)
    for sigma, steps in REFINING:
        maps = refined(blurred(a, sigma), blurred(b, sigma), maps, steps)
    ratio = pictures.aspect[first] / pictures.aspect[second]
    first_colour = _turned(pictures.colour[first], mirror)
    colour, hue_offset = _colours(first_colour, pictures.colour[second], maps)
    agreement, shared, plain, offset = _gradients(blurred(a, FINE), blurred(b, FINE), maps)
    area = np.abs(np.linalg.det(maps[:, :, :2]))
    return Overlap(
        agreement=agreement,
        first=shared * area,
        second=shared,
        squeeze=_squeeze(maps, ratio),
        colour=colour,
        plain=plain,
        offset=np.maximum(offset, hue_offset),
    )


def blurred(pictures: Floats, sigma: float) -> Floats:
    """(b, s, s) pictures through a Gaussian of `sigma` pixels."""
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(pictures, (0, sigma, sigma), mode="nearest"), dtype=np.float32)


def _turned(pictures: Bytes, mirror: Mask) -> Bytes:
    found = pictures.copy()
    found[mirror] = found[mirror][:, :, ::-1]
    return found


def _contrast(pictures: SmallPictures, rows: Rows) -> Floats:
    grey = pictures.grey[rows][:, ::4, ::4].astype(np.float32)
    return np.asarray(grey.std(axis=(1, 2)), dtype=np.float32)


def _squeeze(maps: Maps, ratio: Floats) -> Floats:
    """(b,) ratio of the singular values of the map in pixels; `ratio`: of the pictures' aspects."""
    linear = maps[:, :, :2].astype(np.float64).copy()
    linear[:, 0, 0] *= ratio
    linear[:, 0, 1] *= np.sqrt(ratio)
    linear[:, 1, 0] *= np.sqrt(ratio)
    values = np.linalg.svd(linear, compute_uv=False)
    return np.asarray(values[:, 0] / np.maximum(values[:, 1], 1e-6), dtype=np.float32)


def _gradients(a: Floats, b: Floats, maps: Maps) -> tuple[Floats, Floats, Mask, Floats]:
    """(b,) agreement of the gradients of what is shared, its share of the second, whether it is plain, its offset."""
    values, others, inside = _shared(a[..., None], b[..., None], maps, GRID)
    values, others = values[..., 0], others[..., 0]
    shape = (len(a), GRID, GRID)
    offset = (np.abs(values - others) * inside).sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    used = _both(inside.reshape(shape))
    mine, steepness = _signs(values.reshape(shape), used)
    theirs, other_steepness = _signs(others.reshape(shape), used)
    products, size, other_size = (np.einsum("bc,bc->b", x, y) for x, y in ((mine, theirs), (mine, mine), (theirs,) * 2))
    least = LEAST_SURE * np.maximum(used.sum(axis=1), 1)
    agreement = products / np.maximum(np.sqrt(size * other_size), least)
    plain = (steepness < PLAIN) & (other_steepness < PLAIN)
    return agreement.astype(np.float32), inside.mean(axis=1, dtype=np.float32), plain, offset.astype(np.float32)


def _both(inside: Mask) -> Mask:
    """(b, c) which gradients lie between two points that are inside."""
    across, down = inside[:, :, 1:] & inside[:, :, :-1], inside[:, 1:] & inside[:, :-1]
    return np.concatenate([across.reshape(len(inside), -1), down.reshape(len(inside), -1)], axis=1)


def _signs(values: Floats, used: Mask) -> tuple[Floats, Floats]:
    """(b, c) soft signs of the gradients, certain from 0.7 of the picture's own root mean square on; (b,) that."""
    across, down = np.diff(values, axis=2), np.diff(values, axis=1)
    both = np.concatenate([across.reshape(len(values), -1), down.reshape(len(values), -1)], axis=1) * used
    steepness = np.sqrt((both**2).sum(axis=1) / np.maximum(used.sum(axis=1), 1))
    return soft_signs(both, np.maximum(STEEP * steepness, LEAST_STEEP)[:, None]), steepness


def _colours(a: Bytes, b: Bytes, maps: Maps) -> tuple[Floats, Floats]:
    """(b,) cosine of the colours of the shared part, NaN where one is grey; (b,) their mean difference."""
    values, others, inside = _shared(a.astype(np.float32) - 128, b.astype(np.float32) - 128, maps, COLOUR_GRID)
    x, y = ((found * inside[..., None]).reshape(len(a), -1) for found in (values, others))
    covered = np.maximum(inside.sum(axis=1, dtype=np.float32), 1)
    size, other = (np.sqrt((found**2).sum(axis=1) / covered) for found in (x, y))
    cosine = (x * y).sum(axis=1) / np.maximum(covered * size * other, 1e-6)
    difference = np.abs(x - y).sum(axis=1) / covered
    grey = (size < COLOURED) | (other < COLOURED)
    return np.where(grey, np.nan, cosine).astype(np.float32), difference.astype(np.float32)


def _shared(a: Floats, b: Floats, maps: Maps, grid: int) -> tuple[Floats, Floats, Mask]:
    """(b, m, c) values of both pictures, (b, s, s, c), at a grid over the second; (b, m) where the first has any."""
    points = grid_points(grid)
    values, inside = values_at(a, np.matmul(points, maps.transpose(0, 2, 1)))
    return values, values_at(b, points[None, :, :2])[0], inside

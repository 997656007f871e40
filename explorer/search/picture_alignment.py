"""Laying one small picture over another: a first guess from parts of both, then the affine map that fits best."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.io.picture_hash import SIDE, Bytes, Span, difference_hash, mirrored

SPANS: tuple[Span, ...] = ((0, 1), (0, 0.87), (0.065, 0.935), (0.13, 1), (0, 0.75), (0.125, 0.875), (0.25, 1))
PARTS = tuple(product(SPANS, SPANS))  # (rows, columns); the first is the whole picture
GRID = 18
FIRM, FARTHEST = 0.02, 0.08  # damping of a step, and its largest change of a number of the map
LEAST_COVERED = 0.25

Maps = NDArray[np.float32]  # (b, 2, 3): a point (x, y, 1) of the second unit square to one of the first


def part_hashes(grey: Bytes) -> tuple[Floats, Floats]:
    """(n, p, d) float16 hashes of all parts of (n, 64, 64) pictures, and (n, d) of the whole in a mirror."""
    hashes = np.stack([difference_hash(grey, *part) for part in PARTS], axis=1)
    return hashes, mirrored(hashes[:, 0])


def first_guess(grey: Bytes, first: Rows, second: Rows) -> tuple[Floats, Rows]:
    """(m,) best agreement of a part of one picture with the whole of the other, and which part it was.

    0 to 48: a part of the first; 49 to 97: of the second; 98 more where the first is mirrored.
    """
    used, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    hashes, mirror = part_hashes(grey[used])
    a, b = np.split(places, 2)
    best = np.empty(len(first), dtype=np.float32)
    which = np.empty(len(first), dtype=np.int64)
    for part in pieces(len(first), 512):
        i, j = a[part], b[part]
        wholes = [(hashes[i], hashes[j, 0]), (hashes[j], hashes[i, 0]), (hashes[i], mirror[j]), (hashes[j], mirror[i])]
        scores = np.concatenate([np.matmul(parts, whole[:, :, None])[..., 0] for parts, whole in wholes], axis=1)
        which[part] = scores.argmax(axis=1)
        best[part] = scores.max(axis=1)
    return best, which


def guessed_maps(which: Rows) -> tuple[Maps, Mask]:
    """(m, 2, 3) maps from the second picture to the first that the parts of `first_guess` stand for; (m,) mirrored.

    A mirrored first picture is to be mirrored before it is looked at.
    """
    frames = np.array(PARTS)
    low, size = frames[..., 0], frames[..., 1] - frames[..., 0]  # (p, 2): rows, columns
    count = len(PARTS)
    mirror, place = which >= 2 * count, which % (2 * count)
    low, size = low[place % count], size[place % count]
    # a part of the mirrored first picture was taken from the other side
    low[mirror & (place < count), 1] = (1 - low - size)[mirror & (place < count), 1]
    turned = place >= count
    size[turned] = 1 / size[turned]
    low[turned] = -low[turned] * size[turned]
    maps = np.zeros((len(which), 2, 3), dtype=np.float32)
    maps[:, 0, 0], maps[:, 0, 2], maps[:, 1, 1], maps[:, 1, 2] = size[:, 1], low[:, 1], size[:, 0], low[:, 0]
    return maps, mirror


def refined(first: Floats, second: Floats, maps: Maps, steps: int) -> Maps:
    """Maps under which the (b, 64, 64) blurred pictures correlate best: Gauss-Newton on the correlation coefficient.

    Enhanced correlation coefficient, forward additive, affine: Evangelidis & Psarakis 2008, IEEE PAMI 30(10).
    """
    points = grid_points(GRID)
    wanted = sampled(second[..., None], points[None, :, :2])[0][..., 0]
    layers = np.stack([first, *np.gradient(first, axis=(2, 1))], axis=-1)
    best, top = maps.copy(), np.full(len(maps), -2.0, dtype=np.float32)
    for step in range(steps + 1):
        found, inside = sampled(layers, np.matmul(points, maps.transpose(0, 2, 1)))
        target, target_length = _centred(wanted, inside)
        values, length = _centred(found[..., 0], inside)
        fit = np.einsum("bm,bm->b", target, values) / (target_length * length)
        fit[inside.mean(axis=1) < LEAST_COVERED] = -1
        better = fit > top
        top[better], best[better] = fit[better], maps[better]
        if step < steps:
            error = target / target_length[:, None] - values / length[:, None]
            maps = maps + _step(found[..., 1:], inside, error, length)
    return best


def _step(slopes: Floats, inside: Mask, error: Floats, length: Floats) -> Maps:
    """Change of the maps that takes away most of the (b, m) `error`; slopes: (b, m, 2) of the first picture."""
    scaled = slopes * (inside * (SIDE / length[:, None]))[..., None]
    changes = (scaled[..., None] * grid_points(GRID)[:, None, :]).reshape(len(slopes), -1, 6)
    covered = np.maximum(inside.sum(axis=1, dtype=np.float32), 1)[:, None, None]
    changes -= changes.sum(axis=1, keepdims=True) / covered * inside[..., None]
    turned = changes.transpose(0, 2, 1)
    squares = np.matmul(turned, changes)
    damping = FIRM * np.trace(squares, axis1=1, axis2=2) / 6 + 1e-3
    squares += damping[:, None, None] * np.eye(6, dtype=np.float32)
    solved = np.linalg.solve(squares, np.matmul(turned, error[..., None]))[..., 0]
    return np.asarray(np.clip(solved, -FARTHEST, FARTHEST).reshape(-1, 2, 3), dtype=np.float32)


def _centred(values: Floats, inside: Mask) -> tuple[Floats, Floats]:
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    left = np.where(inside, values - (values * inside).sum(axis=1, keepdims=True) / count, 0).astype(np.float32)
    return left, np.maximum(np.sqrt(np.einsum("bm,bm->b", left, left)), 1e-3)


def grid_points(grid: int) -> Floats:
    """(grid * grid, 3) centres (x, y, 1) of the cells of the unit square, row by row."""
    centres = (np.arange(grid, dtype=np.float32) + 0.5) / grid
    x, y = np.meshgrid(centres, centres)
    return np.stack([x.ravel(), y.ravel(), np.ones(grid * grid, dtype=np.float32)], axis=1)


def sampled(pictures: Floats, places: Floats) -> tuple[Floats, Mask]:
    """(b, m, c) bilinear values of (b, s, s, c) pictures at (b, m, 2) places (x, y) of the unit square; (b, m) inside.

    Places outside get the value of the nearest edge. One set of places, (1, m, 2), serves for all pictures.
    """
    side, channels = pictures.shape[1], pictures.shape[3]
    inside = np.asarray(((places >= 0) & (places <= 1)).all(axis=2))
    spots = np.clip(places * np.float32(side) - np.float32(0.5), 0, np.float32(side - 1.001))
    whole = spots.astype(np.intp)
    share = (spots - whole.astype(np.float32))[..., None]
    dx, dy = share[:, :, 0], share[:, :, 1]
    at = whole[..., 1] * side + whole[..., 0] + (np.arange(len(pictures)) * side * side)[:, None]
    flat = pictures.reshape(-1, channels)
    near = [flat.take((at + step).ravel(), axis=0).reshape(*at.shape, channels) for step in (0, 1, side, side + 1)]
    above, below = (left + (right - left) * dx for left, right in (near[:2], near[2:]))
    return np.asarray(above + (below - above) * dy, dtype=np.float32), inside


def pieces(count: int, size: int) -> Iterator[slice]:
    """Slices of at most `size` that cover `count`."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))

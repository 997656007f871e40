"""Where items lie on a map drawn under a condition: quick, linear, and the same at every run."""

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.base.sampling import at_most
from explorer.features.conditional.method import TINY

SAMPLE = 5_000


def nowhere() -> Floats:
    """(0, 2) no places."""
    return np.empty((0, 2), dtype=np.float32)


def wheel(values: Floats) -> Floats:
    """(v, 2) places on the unit circle, neighbours alike: in the order of their angle among the values' main axes."""
    centred = values - values.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    flat = np.hstack([centred @ axes[:2].T, np.zeros((len(centred), 2))])
    place = np.argsort(np.argsort(np.arctan2(flat[:, 1], flat[:, 0]), kind="stable"))
    angle = 2 * np.pi * place / len(values)
    return np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def on_wheel(seen: Floats, anchors: Floats) -> Floats:
    """(n, 2) each item at the mean of the (v, 2) anchors, weighed by its chances, the squares of (v, n) `seen`."""
    x, y = (sum(float(place) * np.square(row) for place, row in zip(axis, seen, strict=True)) for axis in anchors.T)
    return np.column_stack([x, y]).astype(np.float32)


def main_axes(seen: Floats, present: Mask) -> Floats:
    """(n, 2) places along the two directions in which the (e, n) items differ most, found on 5,000 of them."""
    part = seen[:, at_most(np.flatnonzero(present), SAMPLE, np.random.default_rng(0))]
    middle = part.mean(axis=1)
    _, directions = np.linalg.eigh(np.cov(part, bias=True).reshape(len(seen), len(seen)))
    axes = directions[:, ::-1][:, :2]
    if axes.shape[1] < 2:
        axes = np.hstack([axes, np.zeros_like(axes)])
    coords = np.zeros((seen.shape[1], 2), dtype=np.float32)
    for number in range(2):
        coords[:, number] = sum(float(w) * (row - m) for w, row, m in zip(axes[:, number], seen, middle, strict=True))
    return coords


def standardised(coords: Floats) -> Floats:
    """(n, 2) each axis to mean 0 and standard deviation 1; NaN stays."""
    spread = np.maximum(np.nanstd(coords, axis=0), TINY)
    return np.asarray((coords - np.nanmean(coords, axis=0)) / spread, dtype=np.float32)


def between(before: Floats | None, after: Floats, share: float, present: Mask) -> Floats:
    """(n, 2) places `share` of the way from the map `before` to the map `after`; all of it when there is none before.

    `before` is moved, turned, mirrored and scaled onto `after` first (orthogonal Procrustes), so that nothing moves but
    for the condition. Items without a vector have NaN.
    """
    found = np.full(after.shape, np.nan, dtype=np.float32)
    known = np.zeros(len(after), bool) if before is None else present & np.isfinite(before).all(axis=1)
    if before is None or share >= 1 or not known.any():
        found[present] = after[present]
        return found
    a, b = before[known].astype(np.float64), after[known].astype(np.float64)
    a0, b0 = a - a.mean(axis=0), b - b.mean(axis=0)
    left, _, right = np.linalg.svd(a0.T @ b0)
    scale = np.sqrt(np.square(b0).sum() / max(np.square(a0).sum(), TINY)) or 1.0
    turned = a0 @ (left @ right) * scale
    found[known] = (1 - share) * turned + share * b0
    return found

"""Training-free aspects: only what the words (or the mean items) of an aspect's values differ in is compared."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arrays import Floats
from explorer.errors import InputError
from explorer.similarity.ask import TINY, Ask, Lens, Transform, needs_values, soft_unit_rows, unit

SHARE = 0.9
"""Directions are kept until they explain this share of how the values differ; the rest is mostly chance wording."""
SHARPNESS = 2.0
"""Of a profile: how many standard deviations of the agreement with a value make it e times as likely."""


def value_directions(values: NDArray[Any], share: float = SHARE) -> Floats:
    """(r, d) orthonormal directions in which the (v, d) `values` differ, the strongest first.

    Their mean is taken away first: it holds what all values have in common (the wording, and where texts lie apart
    from images). Enough directions are kept to explain `share` of the squared differences.
    Raises InputError when all values are the same.
    """
    centred = np.asarray(values, dtype=np.float64) - np.mean(values, axis=0, dtype=np.float64)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    if not len(sizes) or sizes[0] < TINY:
        raise InputError("An aspect needs at least two different values to compare by; these are all the same.")
    explained = np.cumsum(sizes**2) / np.sum(sizes**2)
    count = int(np.searchsorted(explained, share - 1e-9) + 1)
    return np.asarray(directions[:count], dtype=np.float32)


def aspect_subspace(ask: Ask) -> Lens:
    """Compare along the directions of the values' words; for a change, the item moved to the condition along them."""
    return _directions_lens(ask, value_directions(needs_values(ask)), ask.values)


def column_subspace(ask: Ask) -> Lens:
    """As `aspect_subspace`, with the mean vectors of a column's values in the place of words."""
    if len(ask.prototypes) < 2:
        raise InputError(f"The column needs at least 2 values with items, got {len(ask.prototypes)}.")
    return _directions_lens(ask, value_directions(ask.prototypes), ask.prototypes)


def value_profile(ask: Ask) -> Lens:
    """Compare how likely each value is for the two items: the Bhattacharyya coefficient of the two profiles.

    p(value | x) = softmax of the standardised agreement of x - mean with each centred value. For a change, the profile
    of the condition's words.
    """
    values = needs_values(ask)
    centred = soft_unit_rows(values - values.mean(axis=0))
    transform = _profiles(centred, ask.middle)
    if ask.change:
        query = _softmax(SHARPNESS * _standard(centred @ (ask.condition - values.mean(axis=0))[:, None])[:, 0][None])
        return Lens(np.sqrt(query)[0], transform, _key("profile", centred, ask.middle))
    return Lens(transform(ask.reference[None])[0], transform, _key("profile", centred, ask.middle))


def _directions_lens(ask: Ask, directions: Floats, values: Floats) -> Lens:
    middle = ask.middle
    own = ask.reference - middle
    if not ask.change:
        query = unit(directions @ own, "the item in this respect")
        return Lens(query, _projection(directions, middle), _key("directions", directions, middle))
    inside = directions.T @ (directions @ own)
    wish = directions.T @ (directions @ (ask.condition - values.mean(axis=0)))
    length = np.linalg.norm(wish)
    if length < TINY:
        raise InputError("The condition says nothing about this aspect: name one of its values.")
    moved = own - inside + wish / length * max(float(np.linalg.norm(inside)), 0.5 * float(np.linalg.norm(own)))
    return Lens(unit(moved, "the changed item"), _centring(middle), _key("centred", middle))


def _projection(directions: Floats, middle: Floats) -> Transform:
    offset = directions @ middle
    return lambda rows: soft_unit_rows(np.asarray(rows, dtype=np.float32) @ directions.T - offset)


def _centring(middle: Floats) -> Transform:
    return lambda rows: soft_unit_rows(np.asarray(rows, dtype=np.float32) - middle)


def _profiles(centred: Floats, middle: Floats) -> Callable[[NDArray[Any]], Floats]:
    offset = centred @ middle

    def transform(rows: NDArray[Any]) -> Floats:
        agreement = np.asarray(rows, dtype=np.float32) @ centred.T - offset
        return np.asarray(np.sqrt(_softmax(SHARPNESS * _standard(agreement.T).T)), dtype=np.float32)

    return transform


def _standard(columns: Floats) -> Floats:
    """(v, n) each column to mean 0 and standard deviation 1."""
    spread = columns.std(axis=0, keepdims=True)
    return np.asarray((columns - columns.mean(axis=0, keepdims=True)) / np.maximum(spread, TINY), dtype=np.float32)


def _softmax(rows: Floats) -> Floats:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _key(kind: str, *arrays: Floats) -> str:
    digest = blake2b(kind.encode(), digest_size=8)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"{kind}-{digest.hexdigest()}"

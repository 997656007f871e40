"""Training-free aspects: only what the words (or the mean items) of an aspect's values differ in is compared."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.features.conditional.method import TINY, Ask, Lens, Transform, needs_values, soft_unit_rows, unit

SHARE = 0.9
"""Directions are kept until they explain this share of how the values differ; the rest is mostly chance wording."""
SHARPNESS = 2.0
"""Of a profile: a value whose agreement is half a standard deviation higher is e times as likely."""


def value_directions(values: NDArray[Any], share: float = SHARE) -> Floats:
    """(r, d) orthonormal directions in which the (v, d) `values` differ, the strongest first.

    Their mean is taken away first: it holds what all values have in common (the wording, and where texts lie apart
    from images). Enough directions are kept to explain `share` of the squared differences.
    Raises InputError when all values are the same.
    """
    rows = np.ascontiguousarray(values, dtype=np.float32)
    return _directions(rows.tobytes(), rows.shape, share)


@lru_cache(maxsize=64)
def _directions(data: bytes, shape: tuple[int, ...], share: float) -> Floats:
    """The same for every item that is asked about, so it is worked out once."""
    values = np.frombuffer(data, dtype=np.float32).reshape(shape).astype(np.float64)
    _, sizes, directions = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    if not len(sizes) or sizes[0] < TINY:
        raise InputError("An aspect needs at least 2 different values to compare by; these are all the same.")
    explained = np.cumsum(sizes**2) / np.sum(sizes**2)
    count = int(np.searchsorted(explained, share - 1e-9) + 1)
    found = np.asarray(directions[:count], dtype=np.float32)
    found.flags.writeable = False
    return found


def aspect_subspace(ask: Ask) -> Lens:
    """Compare along the directions in which the values' words differ.

    Focus: cosine of item - mean and x - mean, both projected. Change: the words of the wish in the place of the item,
    and for half the rest of the item, which is all that the projection takes away.
    """
    values = needs_values(ask)
    directions, middle = value_directions(values), ask.middle
    offset = directions @ middle
    transform: Transform = lambda rows: soft_unit_rows(_times(rows, directions) - offset)  # noqa: E731
    key = lens_key("directions", directions, middle)
    if not ask.change:
        return Lens(unit(directions @ (ask.reference - middle), "the item in this respect"), transform, key)
    wish = values[ask.wish] if ask.wish >= 0 else ask.condition
    query = directions @ (wish - values.mean(axis=0))
    if np.linalg.norm(query) < TINY:
        raise InputError("The condition says nothing about this aspect: name one of its values.")
    return Lens(unit(query, "the wish"), transform, key, _rest(ask, directions))


def value_profile(ask: Ask) -> Lens:
    """Compare how well each value's words fit: the Bhattacharyya coefficient of two profiles of probabilities."""
    return _profile_lens(ask, needs_values(ask))


def column_profile(ask: Ask) -> Lens:
    """As `value_profile`, with the mean items of a column's values in the place of words."""
    if len(ask.prototypes) < 2:
        raise InputError(f"The column needs at least 2 different values, got {len(ask.prototypes)}.")
    return _profile_lens(ask, ask.prototypes)


def _profile_lens(ask: Ask, values: Floats) -> Lens:
    """p(value | x) = softmax over values of SHARPNESS times the standardised cosine of x - mean and the centred value.

    Change: the profile of the wish in the place of the item's, and for half the rest of the item.
    """
    directions = value_directions(values)
    centred = soft_unit_rows(values - values.mean(axis=0))
    transform = _profiles(centred, ask.middle)
    key = lens_key("profile", centred, ask.middle)
    if not ask.change:
        return Lens(transform(ask.reference[None])[0], transform, key, profile=True)
    if ask.wish >= 0:
        query = np.eye(len(values), dtype=np.float32)[ask.wish]
    else:
        query = _profiles(centred, values.mean(axis=0))(ask.condition[None])[0]
    return Lens(query, transform, key, _rest(ask, directions), profile=True)


def _rest(ask: Ask, directions: Floats) -> Floats:
    """(d,) what is left of the item when the aspect is taken out of it, as a unit vector."""
    own = ask.reference - ask.middle
    return unit(own - directions.T @ (directions @ own), "the item without this aspect")


def _profiles(centred: Floats, middle: Floats) -> Callable[[NDArray[Any]], Floats]:
    offset = centred @ middle

    def transform(rows: NDArray[Any]) -> Floats:
        agreement = _times(rows, centred) - offset
        spread = np.maximum(agreement.std(axis=1, keepdims=True), TINY)
        powers = np.exp(SHARPNESS * (agreement - agreement.max(axis=1, keepdims=True)) / spread)
        return np.asarray(np.sqrt(powers / powers.sum(axis=1, keepdims=True)), dtype=np.float32)

    return transform


def _times(rows: NDArray[Any], directions: Floats) -> Floats:
    """(n, e) products of (n, d) and (e, d)."""
    return np.asarray(np.asarray(rows, dtype=np.float32) @ directions.T, dtype=np.float32)


def lens_key(kind: str, *arrays: Floats) -> str:
    """A name for what a transform depends on."""
    digest = blake2b(kind.encode(), digest_size=8)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"{kind}-{digest.hexdigest()}"

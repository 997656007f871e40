"""Aspect profiles, without training: how well each value of an aspect fits, by its words or by its mean item."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.features.conditional.directions import rest, times, value_directions
from explorer.features.conditional.method import (
    TINY,
    Ask,
    Lens,
    Method,
    Transform,
    lens_key,
    needs_values,
    soft_unit_rows,
)

SHARPNESS = 2.0
"""A value whose agreement is half a standard deviation higher is e times as likely."""


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
    return Lens(query, transform, key, rest(ask, directions), profile=True)


def _profiles(centred: Floats, middle: Floats) -> Transform:
    offset = centred @ middle

    def transform(rows: Floats) -> Floats:
        agreement = times(rows, centred) - offset
        spread = np.maximum(agreement.std(axis=1, keepdims=True), TINY)
        powers = np.exp(SHARPNESS * (agreement - agreement.max(axis=1, keepdims=True)) / spread)
        return np.asarray(np.sqrt(powers / powers.sum(axis=1, keepdims=True)), dtype=np.float32)

    return transform


PROFILE = Method(
    name="profile",
    label="Aspect profile",
    formula="Σ √(p q), p and q: how probable each value of the aspect is for item and x, by its words",
    source="this project",
    needs=("joint", "values"),
    baseline="image+text-unit",
    lens=value_profile,
)
COLUMN_MEANS = Method(
    name="column-means",
    label="Column profile",
    formula="Σ √(p q), p and q: how probable each value of the column is for item and x, by its mean item",
    source="this project",
    needs=("column",),
    baseline="image",
    lens=column_profile,
)

"""Aspect directions, without training: only what the words of an aspect's values differ in is compared."""

import numpy as np

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
    unit,
)


def aspect_subspace(ask: Ask) -> Lens:
    """Compare along the directions in which the values' words differ.

    Focus: cosine of item - mean and x - mean, both projected. Change: the words of the wish in the place of the item,
    and for half the rest of the item, which is all that the projection takes away.
    """
    values = needs_values(ask)
    directions, middle = value_directions(values), ask.middle
    offset = directions @ middle
    transform: Transform = lambda rows: soft_unit_rows(times(rows, directions) - offset)  # noqa: E731
    key = lens_key("directions", directions, middle)
    if not ask.change:
        return Lens(unit(directions @ (ask.reference - middle), "the item in this respect"), transform, key)
    wish = values[ask.wish] if ask.wish >= 0 else ask.condition
    query = directions @ (wish - values.mean(axis=0))
    if np.linalg.norm(query) < TINY:
        raise InputError("The condition says nothing about this aspect: name one of its values.")
    return Lens(unit(query, "the wish"), transform, key, rest(ask, directions))


SUBSPACE = Method(
    name="subspace",
    label="Aspect directions",
    formula="cos(P(item − mean), P(x − mean)), P: onto the directions in which the words of the aspect's values differ",
    source="this project",
    needs=("joint", "values"),
    baseline="image+text-unit",
    lens=aspect_subspace,
)

"""The fixes: one entry each. Three shift vectors and make a new model; one corrects search and leaves vectors alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats


@dataclass(frozen=True)
class Means:
    """(d,) mean unit vectors: of all items; of items that are pictures; of everyday texts.

    The last two are None where the model does not read pictures and texts, or no item is a picture.
    """

    items: Floats
    pictures: Floats | None = None
    texts: Floats | None = None


@dataclass(frozen=True)
class Shift:
    """(d,) what is added to each vector of a picture, and of a text, before it is scaled to length 1 again."""

    pictures: Floats
    texts: Floats


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One way to mend the geometry.

    does: what happens, in a sentence. suffix: of the new model's name. shift: of vectors; None for a fix of search.
    both: it needs the means of pictures and of texts.
    """

    title: str
    does: str
    suffix: str
    shift: Callable[[Means], Shift] | None
    both: bool = False


def _centre(means: Means) -> Shift:
    return Shift(-means.items, -means.items)


def _close(means: Means) -> Shift:
    assert means.pictures is not None and means.texts is not None
    return Shift(np.zeros_like(means.pictures), means.pictures - means.texts)


def _centre_each(means: Means) -> Shift:
    assert means.pictures is not None and means.texts is not None
    return Shift(-means.pictures, -means.texts)


FIXES: dict[str, Fix] = {
    "centre": Fix(
        title="Centring",
        does="The mean of all items is taken off every vector, of items and of queries (Suzuki and others 2013).",
        suffix="centred",
        shift=_centre,
    ),
    "gap": Fix(
        title="Closing the gap",
        does="Texts are moved by the difference of the means, onto the pictures, which stay (Liang and others 2022).",
        suffix="closed",
        shift=_close,
        both=True,
    ),
    "each": Fix(
        title="Centring each kind",
        does="The mean picture is taken off pictures and the mean text off texts: no cone and no gap.",
        suffix="centred-each",
        shift=_centre_each,
        both=True,
    ),
    "csls": Fix(
        title="CSLS in search",
        does="Search by items and pictures takes half of an item’s mean cosine to its ten nearest off its similarity "
        "(Conneau and others 2018). This is a number an item and no map of vectors, so no new model is made: it is a "
        "setting of this one. Search by words does so already.",
        suffix="",
        shift=None,
    ),
}
"""By name, in the order in which they are shown."""

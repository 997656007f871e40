"""One conditional question and what a method makes of it. All arrays belong to one encoder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

import numpy as np

from explorer.base.arrays import Floats, Vectors, unit_rows
from explorer.base.errors import InputError
from explorer.base.method import MethodCard
from explorer.heads.head import Head
from explorer.pictures.aspects import PixelAspect

Transform = Callable[[Floats], Floats]
TINY = 1e-6  # a vector this short has no direction
NEEDS = {
    "texts": "a model that reads texts",
    "joint": "a model that puts texts and images into one space",
    "values": "two or more words for the aspect's values",
    "column": "an attribute column",
    "raw": "the features of the item before they are scaled to length 1",
    "pictures": "pictures whose pixels tell the aspect",
    "combiner": "a trained Combiner",
    "aspect": "a trained aspect",
}
"""What a method can need, in words; the last two are heads."""


def _nothing() -> Floats:
    return np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True)
class PixelAsk:
    """The part of a question that pixels answer.

    aspect: a key of `PIXEL_ASPECTS`. own: (k,) numbers of the picked item's picture, NaN without one. wish: what a
    change asks for in words, "" for the same.
    """

    aspect: str
    own: Vectors
    wish: str = ""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A picked item and a condition.

    reference: (d,) unit vector of the picked item. condition: (d,) unit vector of the condition's text.
    raw_reference, raw_condition: (d,) the same two as the model gives them, before they are scaled to length 1.
    values: (v, d) unit vectors of the words for the aspect's values, (0, 0) for free text. prototypes: (p, d) mean
    vectors of the items of each value of an attribute column, (0, 0) where there is no column.
    centre: (d,) mean vector of the items that are searched, zeros when unknown. change: True for "like it, but ...",
    False for "the same in this respect". wish: position of the value that a change asks for, -1 when only the
    condition's words say it. head: trained arrays, for the methods that need one. pixels: what was measured on the
    item's picture, where pixels tell the condition's aspect.
    """

    reference: Floats
    condition: Floats
    raw_reference: Floats
    raw_condition: Floats
    values: Floats = field(default_factory=_nothing)
    prototypes: Floats = field(default_factory=_nothing)
    centre: Floats | None = None
    change: bool = False
    wish: int = -1
    head: Head | None = None
    pixels: PixelAsk | None = None

    @property
    def middle(self) -> Floats:
        """(d,) the centre, zeros when there is none."""
        return np.zeros_like(self.reference) if self.centre is None else self.centre


@dataclass(frozen=True)
class Lens:
    """How items are compared under a condition: the cosine of `query` and each item seen through `transform`.

    query: (e,) unit vector. transform: (n, d) unit rows to (n, e) unit rows; None when the items stay as they are, so
    that the index of the workspace serves. key: names what `transform` depends on; lenses of one key share it.
    beside: (d,) unit vector in the items' own space that counts for half, for "like it, but ..."; None when the lens is
    all. profile: True when the squares of a transformed item's numbers are the probabilities of the aspect's values.
    reads: "pixels" when `transform` takes the (n, k) numbers measured on the items' pictures instead. aspect: which one
    those tell; its values are its own, and it makes the probabilities.
    """

    query: Floats
    transform: Transform | None = None
    key: str = ""
    beside: Floats | None = None
    profile: bool = False
    reads: Literal["vectors", "pixels"] = "vectors"
    aspect: PixelAspect | None = None


@dataclass(frozen=True, kw_only=True)
class Method(MethodCard):
    """One way to compare items under a condition. needs: words of `NEEDS`. lens: what it makes of a question."""

    lens: Callable[[Ask], Lens]


def unit(vector: Floats, name: str) -> Floats:
    """(d,) vector of length 1; InputError when it has no direction."""
    found: Floats = unit_rows(np.asarray(vector)[None], name)[0]
    return found


def soft_unit_rows(rows: Floats) -> Floats:
    """(n, e) rows scaled to length 1; a row without a direction becomes zeros, so that it is similar to nothing."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > TINY, rows / np.maximum(lengths, TINY), 0), dtype=np.float32)


def needs_values(ask: Ask, least: int = 2) -> Floats:
    """(v, d) the values; InputError when there are fewer than two, since then there is nothing to tell apart."""
    if len(ask.values) < least:
        raise InputError(f"An aspect needs at least {least} different values to compare by, got {len(ask.values)}.")
    return ask.values


def lens_key(kind: str, *arrays: Floats) -> str:
    """A name for what a transform depends on."""
    digest = blake2b(kind.encode(), digest_size=8)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"{kind}-{digest.hexdigest()}"

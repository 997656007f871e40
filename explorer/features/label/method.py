"""What a method that labels by examples gets and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.method import MethodCard
from explorer.base.progress import Progress

NEEDS = {"views": "vectors of several augmented pictures of each item"}


@dataclass(frozen=True, kw_only=True)
class FewLabels:
    """Many items of which few have a label. Nothing of it is changed by a method.

    vectors: (n, d) float32 unit rows. rows: (m,) those with a label, in ascending order. codes: (m,) number of each
    one's label, 0 to c − 1. names: (c,) the labels; every one has a row. views: (v, n, d) float32 unit rows of v
    augmented pictures of each item, None without.
    """

    vectors: Floats
    rows: Rows
    codes: Rows
    names: tuple[str, ...]
    views: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Guesses:
    """What a method thinks of every item.

    probabilities: (n, c) float32, rows sum to 1. details: small things that the method tells about itself, for people.
    """

    probabilities: Floats
    details: Mapping[str, object] = field(default_factory=dict)


Guess = Callable[[FewLabels, np.random.Generator, Progress], Guesses]


@dataclass(frozen=True, kw_only=True)
class LabelMethod(MethodCard):
    """The card of a method by examples, and the method: the same labels and generator give the same answer."""

    guess: Guess

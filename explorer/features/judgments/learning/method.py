"""What a way to learn from people is given, and what it says about itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.method import MethodCard
from explorer.base.progress import Progress, Silent
from explorer.features.judgments.questions import Asked
from explorer.heads.change import Change

NEEDS = {
    "vectors": "vectors of the items under a model",
    "answers": "answers to which items are alike",
    "groups": "groups of items, such as the values of a column",
    "preferences": "answers to which of two items is better",
}


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What there is to learn from; a method reads what it needs.

    vectors: (n, d) unit vectors of all items. answers: which of them people find alike. groups: (n,) the group of each
    item, "" for none. preferences: for each person (p, 2) rows [preferred, other]. dim: of a space that is made anew.
    steps: most steps of a fit; the method's own number when it is 0. name: of the folder that keeps the fit's curve.
    """

    vectors: Floats
    answers: Asked | None = None
    groups: NDArray[np.object_] | None = None
    preferences: tuple[Rows, ...] = ()
    dim: int = 4
    steps: int = 0
    seed: int = 0
    name: str = "lesson"
    progress: Progress = field(default_factory=Silent)


@dataclass(frozen=True, kw_only=True)
class Learner(MethodCard):
    """One way to learn from people; needs: names of NEEDS.

    learn: (n, e) numbers of all items of a lesson, NaN for items that it says nothing about; InputError when the lesson
    lacks what is needed. preferring: they are rewards, a column a person, and not places. change: what it learns when
    that is a head on a model, None otherwise.
    """

    learn: Callable[[Lesson], Floats]
    preferring: bool = False
    change: Change | None = None


def lacking(name: str) -> InputError:
    """What to raise when a lesson lacks what a method needs."""
    return InputError(f"Expected {NEEDS[name]} to learn from, got none.")

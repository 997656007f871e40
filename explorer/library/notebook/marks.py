"""What stands out on a map, as values. Pure."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.drawing.map.values import MapHighlight


@dataclass(frozen=True, kw_only=True)
class Marks:
    """selected, shown: (n,) booleans, None for all: the selection and what passes the filter. picked: a row or None.

    near: (k,) rows nearest to the picked one, with their similarities.
    """

    selected: Mask | None = None
    shown: Mask | None = None
    picked: int | None = None
    near: Rows | None = None
    similarities: Floats | None = None

    @property
    def highlight(self) -> MapHighlight:
        """The same as the map draws it."""
        if self.near is None or self.similarities is None:
            return MapHighlight(self.picked)
        return MapHighlight(self.picked, self.near, self.similarities)

    @property
    def bright(self) -> Mask | None:
        """(n,) what is not greyed; None for all."""
        masks = [mask for mask in (self.selected, self.shown) if mask is not None]
        return np.logical_and.reduce(masks) if masks else None


def combined(before: Mask | None, drawn: Mask, how: str) -> Mask:
    """(n,) the selection after what was drawn replaced it, was added to it, or was taken away ("subtract")."""
    if before is None or how == "replace":
        return drawn if how != "subtract" else np.zeros_like(drawn)
    return before & ~drawn if how == "subtract" else before | drawn


def something(mask: Mask | None) -> Mask | None:
    """The selection, None when it holds nothing."""
    return mask if mask is not None and mask.any() else None


def same(a: Mask | None, b: Mask | None) -> bool:
    """Whether two selections hold the same."""
    return a is b or (a is not None and b is not None and bool(np.array_equal(a, b)))

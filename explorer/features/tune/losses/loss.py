"""What a loss is given and what it says about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.base.method import MethodCard
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

NEEDS = {
    "groups": "items of which several are of one group",
    "pairs": "pairs of items that are alike",
    "triples": "triples: an item, one that is like it, one that is not",
}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a step is taken on; a loss reads what it needs.

    rows: (b, d) rows of length 1. codes: (b,) number of each row's group. pairs: (p, 2) places of rows that are alike.
    triples: (t, 3) places of an anchor, one like it, one unlike it. centres: (c, d) one learned direction a group, for
    a loss that has such; of any length.
    """

    rows: "torch.Tensor"
    codes: "torch.Tensor"
    pairs: "torch.Tensor"
    triples: "torch.Tensor"
    centres: "torch.Tensor | None" = None


@dataclass(frozen=True, kw_only=True)
class Loss(MethodCard):
    """One loss; needs: a name of NEEDS.

    value: the mean loss of a batch, a tensor of no dimension. centres: it learns one direction for each group, too.
    """

    value: Callable[[Batch], "torch.Tensor"]
    centres: bool = False


def paired(batch: Batch, name: str) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
    """(p, d), (p, d) rows of the pairs of a batch, and (p,) their groups; InputError where there is none."""
    if not len(batch.pairs):
        raise InputError(f"{name}: expected {NEEDS['pairs']}, got none.")
    check_unit(batch.rows, name)
    first, second = batch.pairs[:, 0], batch.pairs[:, 1]
    return batch.rows[first], batch.rows[second], batch.codes[first]

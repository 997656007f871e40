"""ArcFace: every group has a direction, and an item must be nearer to its own by a margin in angle."""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

MARGIN, SCALE = 0.5, 30.0
ALMOST = 1e-7


def arcface(
    rows: "torch.Tensor",
    codes: "torch.Tensor",
    centres: "torch.Tensor",
    margin: float = MARGIN,
    scale: float = SCALE,
) -> "torch.Tensor":
    """Mean cross-entropy of scale · cos θ over the groups, θ + margin in the place of θ for the own group.

    rows: (b, d) of length 1. codes: (b,) group of each. centres: (c, d), scaled to length 1 here. margin: in radians.
    Where θ + margin would go beyond π, cos θ − margin · sin(margin) stands, so that it goes on falling.
    """
    import math

    import torch
    from torch.nn import functional

    cosines = (rows @ functional.normalize(centres, dim=1).T).clamp(-1 + ALMOST, 1 - ALMOST)
    own = cosines.gather(1, codes[:, None])
    wider = torch.cos(torch.acos(own) + margin)
    beyond = own <= math.cos(math.pi - margin)
    wider = torch.where(beyond, own - margin * math.sin(margin), wider)
    return functional.cross_entropy(scale * cosines.scatter(1, codes[:, None], wider), codes)


def _value(batch: Batch) -> "torch.Tensor":
    if batch.centres is None:
        raise InputError("ArcFace: expected a direction for each group, got none.")
    check_unit(batch.rows, "ArcFace")
    return arcface(batch.rows, batch.codes, batch.centres)


ARCFACE = Loss(
    name="arcface",
    label="ArcFace",
    formula="CE(30 · cos(θ + 0.5 for the own group)), θ: the angle to a learned direction of each group",
    source="Deng and others 2019",
    needs=("groups",),
    baseline="untuned",
    trained="on groups, with a direction for each that is thrown away afterwards",
    value=_value,
    centres=True,
)

"""Triplet loss on cosines with a margin."""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.features.tune.losses.loss import NEEDS, Batch, Loss
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

MARGIN = 0.3


def triplet(
    anchors: "torch.Tensor", alike: "torch.Tensor", unlike: "torch.Tensor", margin: float = MARGIN
) -> "torch.Tensor":
    """Mean of max(0, cos(a, n) − cos(a, p) + margin) over (t, d) unit rows each, of the triples that are above 0.

    Triples that are in order already do not thin it out; 0 when all are.
    """
    import torch

    each = torch.relu((anchors * unlike).sum(1) - (anchors * alike).sum(1) + margin)
    return each.sum() / (each > 0).sum().clamp(min=1)


def _value(batch: Batch) -> "torch.Tensor":
    if not len(batch.triples):
        raise InputError(f"Triplet: expected {NEEDS['triples']}, got none.")
    check_unit(batch.rows, "Triplet")
    anchors, alike, unlike = (batch.rows[batch.triples[:, side]] for side in range(3))
    return triplet(anchors, alike, unlike)


TRIPLET = Loss(
    name="triplet",
    label="Triplet",
    formula="max(0, cos(a, n) − cos(a, p) + 0.3), the mean over triples that are above 0",
    source="Schroff and others 2015",
    needs=("triples",),
    baseline="untuned",
    trained="on triples, or on those that the groups of a batch make",
    value=_value,
)

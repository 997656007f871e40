"""Multi-similarity loss as a loss of tuning; the formula is in `heads.ms_loss`."""

from typing import TYPE_CHECKING

from explorer.features.tune.losses.loss import Batch, Loss
from explorer.heads.ms_loss import trained_ms_loss
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch


def _value(batch: Batch) -> "torch.Tensor":
    check_unit(batch.rows, "Multi-similarity")
    return trained_ms_loss()(batch.rows, batch.codes)


MULTI_SIMILARITY = Loss(
    name="ms",
    label="Multi-similarity",
    formula="log[1 + Σ e^(−2 (s − ½))] / 2 over its own group + log[1 + Σ e^(40 (s − ½))] / 40 over the others",
    source="Wang and others 2019",
    needs=("groups",),
    baseline="untuned",
    trained="on groups: the pairs of a batch that are hard enough, mined with ε = 0.1",
    value=_value,
)

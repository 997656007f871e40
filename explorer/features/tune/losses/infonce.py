"""InfoNCE: each row of a pair has to choose its partner among those of the batch (van den Oord and others 2018)."""

from typing import TYPE_CHECKING

from explorer.features.tune.losses.loss import Batch, Loss, paired

if TYPE_CHECKING:
    import torch

TEMPERATURE = 0.07


def info_nce(
    queries: "torch.Tensor",
    items: "torch.Tensor",
    codes: "torch.Tensor | None" = None,
    temperature: float = TEMPERATURE,
) -> "torch.Tensor":
    """Mean cross-entropy of (p, d) unit `queries` that choose their own among (p, d) unit `items`, both ways.

    codes: (p,) groups; another pair of the same group is no wrong answer and is left out. None: all are.
    """
    import torch
    from torch.nn.functional import cross_entropy

    logits = queries @ items.T / temperature
    if codes is not None:
        twins = (codes[:, None] == codes[None]) & ~torch.eye(len(codes), dtype=torch.bool, device=codes.device)
        logits = logits.masked_fill(twins, -torch.inf)
    own = torch.arange(len(queries), device=queries.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def _value(batch: Batch) -> "torch.Tensor":
    return info_nce(*paired(batch, "InfoNCE"))


INFO_NCE = Loss(
    name="infonce",
    label="InfoNCE",
    formula="−log(e^(cos(a, b)/T) / Σ e^(cos(a, b′)/T)), both ways, T = 0.07; pairs of the same group left out",
    source="van den Oord and others 2018",
    needs=("pairs",),
    baseline="untuned",
    trained="on pairs, the others of the batch as wrong answers",
    value=_value,
)

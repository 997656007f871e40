"""Group-InfoNCE: a query against groups of items, each group as its mean cosine, and no group torn apart (CPRet)."""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

TEMPERATURE = 0.07


def group_info_nce(queries: "torch.Tensor", items: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """Mean over queries of −log(e^(S_ii/T) / (Σ_l e^(S_il/T) + Σ_(l≠i) e^(cos(q_i, q_l)/T))) + Var_j(s_ij)/T².

    queries: (g, d) unit rows. items: (g, n, d) unit rows, the group of each query, n at least 2. S_il: the mean cosine
    of query i and the items of group l. Var: the unbiased variance of a query's cosines to its own group. The other
    queries are wrong answers, too; a query with itself is none. InputError for groups of one, which have no variance.
    """
    import torch

    if items.shape[1] < 2:
        raise InputError(
            f"Group-InfoNCE: expected groups of two items or more beside their query, got {items.shape[1]}."
        )
    cosines = torch.einsum("qd,gnd->qgn", queries, items)
    itself = torch.eye(len(queries), dtype=torch.bool, device=queries.device)
    among = (queries @ queries.T).masked_fill(itself, -torch.inf)
    means = cosines.mean(2)
    logits = torch.cat([means, among], dim=1) / temperature
    chosen = torch.nn.functional.cross_entropy(logits, torch.arange(len(queries), device=queries.device))
    own = cosines[itself]
    return chosen + own.var(dim=1, unbiased=True).mean() / temperature**2


def _value(batch: Batch) -> "torch.Tensor":
    """The first row of each group asks for the others, as many as the smallest has; groups below three are out."""
    import torch

    check_unit(batch.rows, "Group-InfoNCE")
    places = [torch.nonzero(batch.codes == code).flatten() for code in torch.unique(batch.codes)]
    whole = [one for one in places if len(one) > 2]
    if len(whole) < 2:
        raise InputError("Group-InfoNCE: expected two groups or more of three items or more in a batch.")
    least = min(map(len, whole))
    rows = torch.stack([one[:least] for one in whole])
    return group_info_nce(batch.rows[rows[:, 0]], batch.rows[rows[:, 1:]])


GROUP_INFO_NCE = Loss(
    name="group-infonce",
    label="Group-InfoNCE",
    formula="−log(e^(S_ii/T) / (Σ_l e^(S_il/T) + Σ_(l≠i) e^(cos(q_i, q_l)/T))) + Var_j(s_ij)/T², T = 0.07",
    source="CPRet (Deng and others 2025)",
    needs=("groups",),
    baseline="infonce",
    trained="on groups of three or more: one item asks for the others, as a group",
    value=_value,
)

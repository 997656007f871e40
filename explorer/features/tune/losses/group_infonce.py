"""Group-InfoNCE: a query against groups of items, each group as its mean cosine, and no group torn apart (CPRet)."""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

TEMPERATURE = 0.07


def group_info_nce(queries: "torch.Tensor", items: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """`group_choice` + `group_spread` of (g, d) unit `queries` and the (g, n, d) unit `items` of their groups."""
    return group_choice(queries, items, temperature) + group_spread(queries, items, temperature)


def group_choice(queries: "torch.Tensor", items: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """Mean over queries of −log(e^(S_ii/T) / (Σ_l e^(S_il/T) + Σ_(l≠i) e^(cos(q_i, q_l)/T))).

    S_il: the mean cosine of query i and the items of group l (a mean of cosines, not of their exponentials). The other
    queries are wrong answers, too; a query with itself is none. With groups of one it is InfoNCE from query to item.
    """
    import torch

    means = torch.einsum("qd,gnd->qgn", queries, items).mean(2)
    itself = torch.eye(len(queries), dtype=torch.bool, device=queries.device)
    among = (queries @ queries.T).masked_fill(itself, -torch.inf)
    own = torch.arange(len(queries), device=queries.device)
    return torch.nn.functional.cross_entropy(torch.cat([means, among], dim=1) / temperature, own)


def group_spread(queries: "torch.Tensor", items: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """Mean over queries of Var_j(s_ij)/T², the unbiased variance of a query's cosines to the items of its group.

    InputError for groups of one, which have no variance.
    """
    if items.shape[1] < 2:
        raise InputError(
            f"Group-InfoNCE: expected groups of two items or more beside their query, got {items.shape[1]}."
        )
    own = (queries[:, None] * items).sum(2)
    return own.var(dim=1, unbiased=True).mean() / temperature**2


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

"""What learns on frozen vectors: heads, each with its card."""

from dataclasses import dataclass

from explorer.base.method import MethodCard
from explorer.heads.change import Change
from explorer.heads.linear import LINEAR
from explorer.heads.mlp import MLP
from explorer.heads.residual import RESIDUAL


@dataclass(frozen=True, kw_only=True)
class TunedHead(MethodCard):
    """A head. change: what it does to vectors, and how it begins."""

    change: Change


_ALL = (
    TunedHead(
        name="residual",
        label="Residual: a small network added to the vector",
        formula="x + W₁ relu(W₀ x + b₀) + b₁, scaled to length 1; W₁ and b₁ are 0 at first",
        needs=("vectors",),
        baseline="linear",
        trained="by a loss on batches of frozen vectors; held-out groups say when to stop",
        change=RESIDUAL,
    ),
    TunedHead(
        name="linear",
        label="Linear: one matrix",
        formula="x + D x, scaled to length 1; D is 0 at first",
        needs=("vectors",),
        baseline="untuned",
        trained="by a loss on batches of frozen vectors; held-out groups say when to stop",
        change=LINEAR,
    ),
    TunedHead(
        name="network",
        label="MLP: a small network in the place of the vector",
        formula="W₁ relu(W₀ x + b₀) + b₁, scaled to length 1; relu(x) − relu(−x) at first",
        needs=("vectors",),
        baseline="linear",
        trained="by a loss on batches of frozen vectors; held-out groups say when to stop",
        change=MLP,
    ),
)
HEADS: dict[str, TunedHead] = {head.name: head for head in _ALL}
"""By name, the usual one first."""

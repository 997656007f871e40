"""A change of a model's vectors by a small network, learned from answers, beside the linear one."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.judgments.learning.from_answers import TRAINED, learn_change
from explorer.features.judgments.learning.lift import lifted, lifted_arrays
from explorer.features.judgments.learning.method import Learner
from explorer.heads.change import Change, arrays_of

if TYPE_CHECKING:
    import torch


def mlp_module(dim: int, hidden: int) -> "torch.nn.Module":
    """[W x + W1 relu(W0 x + b0), 1] of (b, dim) rows of length 1, W the identity and W1 zero at first."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.enter, self.change = torch.nn.Linear(dim, hidden), torch.nn.Linear(hidden, dim, bias=False)
            self.turn = torch.nn.Linear(dim, dim, bias=False)
            torch.nn.init.zeros_(self.change.weight)
            torch.nn.init.eye_(self.turn.weight)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return lifted(self.turn(x) + self.change(torch.relu(self.enter(x))))

    return Network()


def mlp_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """Two layers; the hidden one carries x past the network as relu(x) − relu(−x)."""
    state = arrays_of(module)
    turn = state["turn.weight"]
    same = np.eye(len(turn), dtype=np.float32)
    weight, bias = lifted_arrays(np.concatenate([state["change.weight"], turn, -turn], axis=1))
    return {
        "weight0": np.concatenate([state["enter.weight"], same, -same]),
        "bias0": np.concatenate([state["enter.bias"], np.zeros(2 * len(same), dtype=np.float32)]),
        "weight1": weight,
        "bias1": bias,
    }


MLP = Change("mlp", mlp_module, mlp_weights)
METHOD = Learner(
    name="mlp",
    label="small network: one hidden layer",
    formula="[W x + W₁ relu(W₀ x + b₀), 1], scaled to length 1",
    source="SIRL (Bobu et al. 2023), section III",
    needs=("vectors", "answers"),
    baseline="as-is",
    trained=TRAINED,
    learn=partial(learn_change, MLP),
    change=MLP,
)

"""A small network in the place of the vector: W1 relu(W0 x + b0) + b1; it begins as no change."""

from typing import TYPE_CHECKING

from explorer.base.arrays import Floats
from explorer.heads.change import Change, arrays_of

if TYPE_CHECKING:
    import torch


def mlp_module(dim: int, hidden: int) -> "torch.nn.Module":
    """The network on (b, dim) rows, as relu(x) − relu(−x) at first, beside `hidden` more units that begin unused."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.enter = torch.nn.Linear(dim, 2 * dim + hidden)
            self.leave = torch.nn.Linear(2 * dim + hidden, dim)
            same = torch.eye(dim)
            with torch.no_grad():
                self.enter.weight[: 2 * dim] = torch.cat([same, -same])
                self.enter.bias[: 2 * dim] = 0
                self.leave.weight.zero_()
                self.leave.weight[:, : 2 * dim] = torch.cat([same, -same], dim=1)
                self.leave.bias.zero_()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.leave(torch.relu(self.enter(x)))  # type: ignore[no-any-return]

    return Network()


def mlp_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """Two layers."""
    state = arrays_of(module)
    names = {"weight0": "enter.weight", "bias0": "enter.bias", "weight1": "leave.weight", "bias1": "leave.bias"}
    return {name: state[found] for name, found in names.items()}


MLP = Change("mlp", mlp_module, mlp_weights)

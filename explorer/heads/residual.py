"""A small network whose result is added to the vector: x + W1 relu(W0 x + b0) + b1; it begins as no change."""

from typing import TYPE_CHECKING

from explorer.base.arrays import Floats
from explorer.heads.change import Change, arrays_of

if TYPE_CHECKING:
    import torch


def residual_module(dim: int, hidden: int) -> "torch.nn.Module":
    """The change of (b, dim) rows, W1 and b1 zero at first; weight decay pulls it back to that."""
    import torch

    class Residual(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.enter, self.change = torch.nn.Linear(dim, hidden), torch.nn.Linear(hidden, dim)
            torch.nn.init.zeros_(self.change.weight)
            torch.nn.init.zeros_(self.change.bias)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.change(torch.relu(self.enter(x)))  # type: ignore[no-any-return]

    return Residual()


def residual_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """Two layers."""
    state = arrays_of(module)
    names = {"weight0": "enter.weight", "bias0": "enter.bias", "weight1": "change.weight", "bias1": "change.bias"}
    return {name: state[found] for name, found in names.items()}


RESIDUAL = Change("residual", residual_module, residual_weights)

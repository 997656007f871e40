"""A linear change that begins as no change: x + D x, for losses on the cosines of a model itself."""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.heads.change import Change, arrays_of

if TYPE_CHECKING:
    import torch


def linear_module(dim: int, hidden: int = 0) -> "torch.nn.Module":
    """X + D x of (b, dim) rows, D zero at first; weight decay pulls it back to that."""
    import torch

    class Linear(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.change = torch.nn.Linear(dim, dim, bias=False)
            torch.nn.init.zeros_(self.change.weight)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.change(x)  # type: ignore[no-any-return]

    return Linear()


def linear_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """One matrix, I + D."""
    change = arrays_of(module)["change.weight"]
    return {"weight": np.eye(len(change), dtype=np.float32) + change}


LINEAR = Change("projection", linear_module, linear_weights)

"""A linear change of a model's vectors, learned from answers: x + D x."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.judgments.learning.change import Change, arrays_of
from explorer.features.judgments.learning.from_answers import TRAINED, learn_change
from explorer.features.judgments.learning.method import Learner

if TYPE_CHECKING:
    import torch


def projection_module(dim: int, hidden: int = 0) -> "torch.nn.Module":
    """X + D x of (b, dim) rows, D zero at first."""
    import torch

    class Projection(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.change = torch.nn.Linear(dim, dim, bias=False)
            torch.nn.init.zeros_(self.change.weight)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.change(x)  # type: ignore[no-any-return]

    return Projection()


def projection_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """One matrix, I + D."""
    change = arrays_of(module)["change.weight"]
    return {"weight": np.eye(len(change), dtype=np.float32) + change}


PROJECTION = Change("projection", projection_module, projection_weights)
METHOD = Learner(
    name="projection",
    label="linear: one matrix",
    formula="(x + D x) / |x + D x|",
    source="SIRL (Bobu et al. 2023), section III",
    needs=("vectors", "answers"),
    baseline="as-is",
    trained=TRAINED,
    learn=partial(learn_change, PROJECTION),
    change=PROJECTION,
)

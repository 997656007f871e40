"""A linear change of a model's vectors, learned from answers: W x, and one coordinate that is the same for all."""

from functools import partial
from typing import TYPE_CHECKING

from explorer.base.arrays import Floats
from explorer.features.judgments.learning.from_answers import TRAINED, learn_change
from explorer.features.judgments.learning.lift import lifted, lifted_arrays
from explorer.features.judgments.learning.method import Learner
from explorer.heads.change import Change, arrays_of

if TYPE_CHECKING:
    import torch


def projection_module(dim: int, hidden: int = 0) -> "torch.nn.Module":
    """[W x, 1] of (b, dim) rows of length 1, W the identity at first, by which the nearest stay the nearest."""
    import torch

    class Projection(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.turn = torch.nn.Linear(dim, dim, bias=False)
            torch.nn.init.eye_(self.turn.weight)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return lifted(self.turn(x))

    return Projection()


def projection_weights(module: "torch.nn.Module") -> dict[str, Floats]:
    """W and the coordinate."""
    weight, bias = lifted_arrays(arrays_of(module)["turn.weight"])
    return {"weight": weight, "bias": bias}


PROJECTION = Change("projection", projection_module, projection_weights)
METHOD = Learner(
    name="projection",
    label="linear: one matrix",
    formula="[W x, 1] / |[W x, 1]|",
    source="SIRL (Bobu et al. 2023), section III",
    needs=("vectors", "answers"),
    baseline="as-is",
    trained=TRAINED,
    learn=partial(learn_change, PROJECTION),
    change=PROJECTION,
)

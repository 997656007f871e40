"""A small change of a model's vectors as a torch module that is trained, and as the head that is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.base.arrays import Floats
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Change:
    """It begins as a change by which the nearest items stay the nearest.

    kind: of the head. module: width of the vectors and of a hidden layer to a module of (b, d) rows. weights: arrays of
    such a module as `apply_head` reads them.
    """

    kind: str
    module: Callable[[int, int], "torch.nn.Module"]
    weights: Callable[["torch.nn.Module"], dict[str, Floats]]

    def head(self, weights: dict[str, Floats]) -> Head:
        """A head of these weights that belongs to no encoder yet."""
        return Head(kind=self.kind, encoder="", fingerprint="", weights=weights)

    def head_of(self, module: "torch.nn.Module") -> Head:
        """A head of what `module` has learned, which belongs to no encoder yet."""
        return self.head(self.weights(module))


def arrays_of(module: "torch.nn.Module") -> dict[str, Floats]:
    """All parameters of a module by name."""
    return {name: value.detach().numpy().astype("float32") for name, value in module.state_dict().items()}

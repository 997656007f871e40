"""The last block of pocket's image tower with the projection behind it, as a module that is trained by itself."""

from typing import TYPE_CHECKING, Self, cast

from explorer.base.arrays import Floats

if TYPE_CHECKING:
    import torch

    from explorer.encoders._resnet import PocketTower

SHAPE = (256, 7, 7)
"""What goes into the block, of a picture of 112 px."""


def block_module(tower: "PocketTower") -> "torch.nn.Module":
    """(b, 256, 7, 7) to (b, 384). Its weights are `tower`'s; the statistics of the normalisation stay as they are.

    With few pictures a batch's own statistics are another model's than the one that is kept.
    """
    import torch

    class Block(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer4, self.head = cast(torch.nn.Module, tower.trunk.layer4), tower.head
            self.requires_grad_(True)

        def train(self, mode: bool = True) -> Self:
            return super().train(False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.head(self.layer4(x).mean((2, 3)))
            return found

    return Block()


def block_arrays(module: "torch.nn.Module") -> dict[str, Floats]:
    """The weights by their names in the tower, as a head of the kind "block" keeps them."""
    found = {name: value.detach().cpu().numpy() for name, value in module.state_dict().items()}
    return {
        f"trunk.{name}" if name.startswith("layer4") else name: value
        for name, value in found.items()
        if not name.endswith("num_batches_tracked")
    }


def before_block(tower: "PocketTower", x: "torch.Tensor") -> "torch.Tensor":
    """(b, 256, s / 16, s / 16) of (b, 3, s, s) pixels: the stem and three blocks."""
    trunk = tower.trunk
    found: torch.Tensor = trunk.activations(x)[-2]
    return found

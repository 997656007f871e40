"""What learns on the side of the pictures, behind one contract: a matrix on frozen vectors, or pocket's last block."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.torch_device import one_thread
from explorer.encoders.tuned import BLOCK, SIDES
from explorer.features.tune.retrieval.block import block_arrays, block_module
from explorer.heads.linear import LINEAR

if TYPE_CHECKING:
    import torch

    from explorer.encoders._resnet import PocketTower

BATCH, DROPOUT = 64, 0.2
Halves = NDArray[np.float16]
Draw = Callable[[Rows, np.random.Generator], "torch.Tensor"]


@dataclass(frozen=True, kw_only=True)
class Side:
    """kind: of the head. fresh: a module that gives what the model gives. seen: inputs of pictures for a step, which
    may be views of them. plain: their inputs as they are. arrays: of a module as the head stores them.
    """

    kind: str
    fresh: Callable[[], "torch.nn.Module"]
    seen: Draw
    plain: Callable[[Rows], "torch.Tensor"]
    arrays: Callable[["torch.nn.Module"], dict[str, Floats]]

    def vectors(self, module: "torch.nn.Module", pictures: Rows) -> Floats:
        """(b, d) unit rows of pictures as `module` gives them."""
        import torch

        parts = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        with torch.inference_mode(), one_thread():
            found = [module(self.plain(part)).numpy() for part in parts]
        return unit_rows(np.concatenate(found), "tuned vectors")


def head_side(vectors: Floats) -> Side:
    """A matrix on the (n, d) frozen vectors; a step sees them with a fifth of their entries dropped."""
    import torch

    rows = torch.as_tensor(vectors)

    def seen(pictures: Rows, rng: np.random.Generator) -> "torch.Tensor":
        kept = torch.as_tensor(rng.random((len(pictures), rows.shape[1])) >= DROPOUT)
        return rows[pictures] * kept / (1 - DROPOUT)

    return Side(
        kind=SIDES,
        fresh=lambda: LINEAR.module(rows.shape[1], 0),
        seen=seen,
        plain=lambda pictures: rows[pictures],
        arrays=lambda module: {f"pictures.{name}": value for name, value in LINEAR.weights(module).items()},
    )


def block_side(tower: Callable[[], "PocketTower"], plain: Halves, views: Sequence[Halves]) -> Side:
    """Pocket's last block and projection, on what goes into the block.

    tower: loads the tower. plain: (n, c, h, w) of the pictures, views: (m, c, h, w) each, of views of the first m of
    them, which are those that are learned from. A step sees a picture or a view of it, each as often.
    """
    import torch

    def seen(pictures: Rows, rng: np.random.Generator) -> "torch.Tensor":
        view = rng.integers(-1, len(views), len(pictures))
        some = [plain[row] if v < 0 else views[v][row] for v, row in zip(view, pictures, strict=True)]
        return torch.as_tensor(np.stack(some)).float()

    return Side(
        kind=BLOCK,
        fresh=lambda: block_module(tower()),
        seen=seen,
        plain=lambda pictures: torch.as_tensor(plain[pictures]).float(),
        arrays=block_arrays,
    )

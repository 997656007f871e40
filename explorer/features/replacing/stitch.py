"""Stitching two frozen networks: front of A, an affine map, end of B; by direct matching or by the task's loss alone.

Settings of task-loss matching as in "How not to stitch representations to measure similarity".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.replacing.matching import Affine

if TYPE_CHECKING:
    import torch

End = Callable[["torch.Tensor"], "torch.Tensor"]
BATCH = 256


class Layered(Protocol):
    """A frozen network whose layers can be entered and left."""

    name: str

    @property
    def layers(self) -> tuple[str, ...]: ...  # noqa: D102

    def front(self, inputs: NDArray[Any], layer: str) -> Floats:
        """(n, c) or (n, c, h, w) activations after `layer`."""

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, classes) logits, or (n, d) vectors, of activations that stand in for those after `layer`."""


@dataclass(frozen=True)
class TaskMatching:
    """Adam on the cross-entropy alone; both networks stay frozen."""

    rate: float = 1e-3
    weight_decay: float = 1e-5
    epochs: int = 30
    batch: int = BATCH
    seed: int = 0


def task_match(
    source: NDArray[Any], labels: Rows, width: int, end: End, settings: TaskMatching, progress: Progress
) -> Affine:
    """The affine map of (n, c, h, w) or (n, c) `source` that is best for the labels after `end`.

    width: channels that `end` takes. The start is random (torch's default for a linear layer).
    """
    import torch

    torch.manual_seed(settings.seed)
    stitch = torch.nn.Linear(source.shape[1], width)
    optimizer = torch.optim.Adam(stitch.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
    rng = np.random.default_rng(settings.seed)
    x, y = torch.from_numpy(np.ascontiguousarray(source, dtype=np.float32)), torch.from_numpy(labels)
    progress.start("task-loss matching", settings.epochs)
    for epoch in range(settings.epochs):
        order: Any = torch.from_numpy(rng.permutation(len(x)))
        for rows in order.split(settings.batch):
            loss: Any = torch.nn.functional.cross_entropy(end(apply(stitch, x[rows])), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        progress.advance(epoch + 1)
    progress.finish()
    return Affine(stitch.weight.detach().double().numpy(), stitch.bias.detach().double().numpy())


def apply(stitch: "torch.nn.Module", x: "torch.Tensor") -> "torch.Tensor":
    """The map on the channels of (n, c), or of every position of (n, c, h, w): a 1 x 1 convolution."""
    mapped: torch.Tensor = stitch(x.movedim(1, -1)).movedim(-1, 1)
    return mapped


def logits_of(activations: NDArray[Any], end: End) -> Floats:
    """(n, classes) of activations, in batches."""
    import torch

    x: Any = torch.from_numpy(np.ascontiguousarray(activations, dtype=np.float32))
    with torch.inference_mode():
        found: Floats = torch.cat([end(part).float() for part in x.split(BATCH)]).numpy()
    return found

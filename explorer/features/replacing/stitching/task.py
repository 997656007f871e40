"""Task-loss matching: the affine map between two frozen networks that gets the answers right, by the task's loss alone.

Settings as in "How not to stitch representations to measure similarity".
"""

from typing import TYPE_CHECKING

import numpy as np

from explorer.features.replacing.stitching.affine import Affine
from explorer.features.replacing.stitching.method import Seam, StitchMethod
from explorer.heads.fit import shuffled, train_epochs

if TYPE_CHECKING:
    import torch

    from explorer.base.arrays import Rows


def task_match(seam: Seam) -> Affine:
    """The affine map of A's channels to B's that is best for the labels after `seam.end`.

    The start is random (torch's default for a linear layer).
    """
    import torch

    settings = seam.matching
    torch.manual_seed(settings.seed)
    source = seam.source[seam.train]
    stitch = torch.nn.Linear(source.shape[1], seam.target.shape[1])
    optimizer = torch.optim.Adam(stitch.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
    rng = np.random.default_rng(settings.seed)
    x = torch.from_numpy(np.ascontiguousarray(source, dtype=np.float32))
    y = torch.from_numpy(seam.labels[seam.train])

    def loss(rows: "Rows") -> "torch.Tensor":
        return torch.nn.functional.cross_entropy(seam.end(apply(stitch, x[rows])), y[rows])

    def batches() -> "list[Rows]":
        return shuffled(len(x), settings.batch, rng)

    train_epochs(optimizer, batches, loss, settings.epochs, what="task-loss matching", progress=seam.progress)
    return Affine(stitch.weight.detach().double().numpy(), stitch.bias.detach().double().numpy())


def apply(stitch: "torch.nn.Module", x: "torch.Tensor") -> "torch.Tensor":
    """The map on the channels of (n, c), or of every position of (n, c, h, w): a 1 x 1 convolution."""
    mapped: torch.Tensor = stitch(x.movedim(1, -1)).movedim(-1, 1)
    return mapped


TASK = StitchMethod(
    name="task",
    label="task-loss matching",
    short="task loss",
    formula="W, b with the least cross-entropy of end(W x + b)",
    source="How not to stitch representations to measure similarity",
    needs=("blocks", "labels"),
    baseline="direct",
    trained="Adam, rate 0.001, weight decay 0.00001, 30 epochs, batches of 256, both networks frozen",
    fit=task_match,
)

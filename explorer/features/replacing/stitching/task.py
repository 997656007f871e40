"""Task-loss matching: the affine map between two frozen networks that gets the answers right, by the task's loss alone.

As in "How not to stitch representations to measure similarity", but trained until it has converged: stopped after the
number of epochs that suits a large collection, a stitch of few items is hardly trained, and says nothing of the layers.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Floats
from explorer.features.replacing.stitching.affine import Affine
from explorer.features.replacing.stitching.method import Seam, StitchMethod, TaskMatching, logits_of
from explorer.heads.fit import fit

if TYPE_CHECKING:
    import torch

TINY = 1e-6


def task_match(seam: Seam) -> Affine:
    """The affine map of A's channels to B's that is best for the labels after `seam.end`.

    The start is random (torch's default for a linear layer). Channels of A are standardised, and those of B come in
    units of their own spread, so that one step size suits every layer; both are part of the map that is returned.
    """
    import torch

    settings = seam.matching
    torch.manual_seed(settings.fit.seed)
    order = np.random.default_rng(settings.fit.seed).permutation(seam.train)
    watched, rows = np.split(order, [round(settings.held_out * len(order))])
    middle, spread = _channels(seam.source[rows])
    reach = torch.from_numpy(_channels(seam.target[rows])[1])
    stitch = torch.nn.Linear(seam.source.shape[1], seam.target.shape[1])
    x, held = (_along(seam.source[some], middle, spread) for some in (rows, watched))
    y = torch.from_numpy(seam.labels[rows])
    answers = torch.from_numpy(seam.labels[watched])

    def end(z: "torch.Tensor") -> "torch.Tensor":
        return seam.end(apply(stitch, z) * reach.view(1, -1, *[1] * (z.ndim - 2)))

    def loss(rng: np.random.Generator) -> "torch.Tensor":
        some = rng.choice(len(x), min(settings.batch, len(x)), replace=False)
        return torch.nn.functional.cross_entropy(end(x[some]), y[some])

    def score() -> float:
        return -float(torch.nn.functional.cross_entropy(torch.from_numpy(logits_of(held.numpy(), end)), answers))

    with TemporaryDirectory() as folder:
        fit(stitch, loss, score, Path(folder), settings.fit, progress=seam.progress)
    return _whole(stitch, middle, spread, reach.numpy())


def apply(stitch: "torch.nn.Module", x: "torch.Tensor") -> "torch.Tensor":
    """The map on the channels of (n, c), or of every position of (n, c, h, w): a 1 x 1 convolution."""
    mapped: torch.Tensor = stitch(x.movedim(1, -1)).movedim(-1, 1)
    return mapped


def _channels(activations: Floats) -> tuple[Floats, Floats]:
    """(c,) means and (c,) deviations of the channels, over items and positions; 1 where a channel does not vary."""
    flat = np.moveaxis(activations, 1, -1).reshape(-1, activations.shape[1])
    middle, spread = flat.mean(axis=0, dtype=np.float64), flat.std(axis=0, dtype=np.float64)
    spread[spread <= TINY * (spread.max() + TINY)] = 1.0
    return middle.astype(np.float32), spread.astype(np.float32)


def _along(activations: Floats, middle: Floats, spread: Floats) -> "torch.Tensor":
    import torch

    shape = (1, -1, *[1] * (activations.ndim - 2))
    return torch.from_numpy((activations - middle.reshape(shape)) / spread.reshape(shape))


def _whole(stitch: "torch.nn.Linear", middle: Floats, spread: Floats, reach: Floats) -> Affine:
    """The map from A's own channels to B's own."""
    inner, bias = (part.detach().double().numpy() for part in (stitch.weight, stitch.bias))
    weight: Doubles = reach[:, None] * inner / spread
    return Affine(weight, np.asarray(reach * bias - weight @ middle, dtype=np.float64))


TASK = StitchMethod(
    name="task",
    label="task-loss matching",
    short="task loss",
    formula="W, b with the least cross-entropy of end(W x + b)",
    source="How not to stitch representations to measure similarity",
    needs=("blocks", "labels"),
    baseline="direct",
    trained=f"Adam, rate {TaskMatching().fit.rate:g}, batches of {TaskMatching().batch}, both networks frozen, until "
    f"the loss of the {TaskMatching().held_out:g} of the items that are held out falls no further",
    fit=task_match,
)

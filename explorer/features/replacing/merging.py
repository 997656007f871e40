"""Small classifiers on frozen vectors, trained from different seeds, and what mixing their weights does."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.features.replacing.weight_matching import (
    Mlp,
    Path,
    alignment,
    distance,
    loss_and_accuracy,
    match_weights,
    path,
    permuted,
)

THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
WIDEST = 1024


@dataclass(frozen=True)
class MlpSettings:
    """hidden: widths of the hidden layers. Adam with batches of 128, shuffled by the seed."""

    hidden: tuple[int, ...] = (64, 64)
    epochs: int = 30
    rate: float = 3e-3
    weight_decay: float = 1e-4
    batch: int = 128


@one_thread()
def train_mlp(x: Floats, labels: Rows, classes: int, settings: MlpSettings, seed: int, progress: Progress) -> Mlp:
    """A classifier of (n, d) rows with (n,) class numbers; start and order of the items come from `seed`."""
    import torch

    for width in settings.hidden:
        if not 1 <= width <= WIDEST:
            raise InputError(f"Width of a hidden layer: expected 1 to {WIDEST}, got {width}.")
    torch.manual_seed(seed)
    widths = (x.shape[1], *settings.hidden, classes)
    layers = [torch.nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:], strict=True)]
    module = torch.nn.Sequential(*[part for layer in layers for part in (layer, torch.nn.ReLU())][:-1])
    optimizer = torch.optim.Adam(module.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
    inputs, wanted = torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)), torch.from_numpy(labels)
    rng = np.random.default_rng(seed)
    progress.start(f"training a classifier, seed {seed}", settings.epochs)
    for epoch in range(settings.epochs):
        order: Any = torch.from_numpy(rng.permutation(len(x)))
        for rows in order.split(settings.batch):
            loss: Any = torch.nn.functional.cross_entropy(module(inputs[rows]), wanted[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        progress.advance(epoch + 1)
    progress.finish()
    kernels = tuple(layer.weight.detach().double().numpy().T for layer in layers)
    return Mlp(kernels, tuple(layer.bias.detach().double().numpy() for layer in layers))


@dataclass(frozen=True)
class Merge:
    """Two classifiers and the lines between them, on held-out items.

    before, after: the line to B as trained, and to B with its units in A's order. distances: Euclidean, before and
    after.
    thresholds: (g,) shares of the largest singular value; aligned: (2, g) R at each, before and after. chance: accuracy
    of the commonest class. sizes: widths of the layers.
    """

    before: Path
    after: Path
    distances: tuple[float, float]
    thresholds: tuple[float, ...]
    aligned: tuple[tuple[float, ...], tuple[float, ...]]
    chance: float
    sizes: tuple[int, ...]


def merge(a: Mlp, b: Mlp, x: Floats, labels: Rows, rng: np.random.Generator) -> Merge:
    """Match b to a and walk both lines on held-out (n, d) rows `x` with (n,) class numbers."""
    matched = permuted(b, match_weights(a, b, rng))
    lines = [path(a, other, lambda net: loss_and_accuracy(net, x, labels)) for other in (b, matched)]
    aligned = [tuple(alignment(a, other, threshold) for threshold in THRESHOLDS) for other in (b, matched)]
    return Merge(
        lines[0],
        lines[1],
        (distance(a, b), distance(a, matched)),
        THRESHOLDS,
        (aligned[0], aligned[1]),
        float(np.bincount(labels).max() / len(labels)),
        a.sizes,
    )


def merge_from_seeds(
    x: Floats,
    labels: Rows,
    classes: int,
    train: Rows,
    test: Rows,
    seeds: tuple[int, int],
    settings: MlpSettings,
    progress: Progress,
) -> Merge:
    """Train one classifier a seed on the rows `train`, and merge them on the rows `test`."""
    if seeds[0] == seeds[1]:
        raise InputError(f"Merging two models needs two different seeds; got {seeds[0]} twice.")
    nets = [train_mlp(x[train], labels[train], classes, settings, seed, progress) for seed in seeds]
    return merge(nets[0], nets[1], x[test], labels[test], np.random.default_rng(0))

"""Small classifiers on frozen vectors, trained from different seeds, and what mixing their weights does."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.replacing.contract import methods_of
from explorer.features.replacing.merging.between import Mixtures, alignment, mixtures
from explorer.features.replacing.merging.method import MergeMethod
from explorer.features.replacing.merging.mlp import Mlp, distance, loss_and_accuracy
from explorer.heads.fit import shuffled, train_epochs

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


@dataclass(frozen=True)
class MergedWay:
    """A merged with B by one method, on held-out items.

    between: the mixtures. distance: of the weights, Euclidean. aligned: (g,) R at each threshold.
    """

    between: Mixtures
    distance: float
    aligned: tuple[float, ...]


@dataclass(frozen=True)
class Merge:
    """Two classifiers merged by every method.

    ways: by name of the method. chance: accuracy of the commonest class. tested: held-out items. sizes: widths of the
    layers. thresholds: (g,) shares of the largest singular value.
    """

    ways: dict[str, MergedWay]
    chance: float
    tested: int
    sizes: tuple[int, ...]
    thresholds: tuple[float, ...] = field(default=THRESHOLDS)


def train_mlp(x: Floats, labels: Rows, classes: int, settings: MlpSettings, *, seed: int, progress: Progress) -> Mlp:
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

    def loss(rows: Rows) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(module(inputs[rows]), wanted[rows])

    batches = partial(shuffled, len(x), settings.batch, np.random.default_rng(seed))
    what = f"training a classifier, seed {seed}"
    train_epochs(optimizer, batches, loss, settings.epochs, what=what, progress=progress)
    kernels = tuple(layer.weight.detach().double().numpy().T for layer in layers)
    return Mlp(kernels, tuple(layer.bias.detach().double().numpy() for layer in layers))


def merge(a: Mlp, b: Mlp, x: Floats, labels: Rows, seed: int = 0) -> Merge:
    """Merge b with a by every method, on held-out (n, d) rows `x` with (n,) class numbers."""
    ways = {}
    for name, method in methods_of(MergeMethod).items():
        other = method.ready(a, b, np.random.default_rng(seed))
        line = mixtures(a, other, lambda net: loss_and_accuracy(net, x, labels))
        aligned = tuple(alignment(a, other, threshold) for threshold in THRESHOLDS)
        ways[name] = MergedWay(line, distance(a, other), aligned)
    return Merge(ways, float(np.bincount(labels).max() / len(labels)), len(labels), a.sizes)


def merge_from_seeds(
    x: Floats,
    labels: Rows,
    train: Rows,
    test: Rows,
    *,
    classes: int,
    seeds: tuple[int, int],
    settings: MlpSettings,
    progress: Progress,
) -> Merge:
    """Train one classifier a seed on the rows `train`, and merge them on the rows `test`."""
    check_seeds(seeds)
    a, b = (train_mlp(x[train], labels[train], classes, settings, seed=seed, progress=progress) for seed in seeds)
    return merge(a, b, x[test], labels[test])


def check_seeds(seeds: tuple[int, int]) -> None:
    """InputError for a seed that is given twice."""
    if seeds[0] == seeds[1]:
        raise InputError(f"Merging two models needs two different seeds; got {seeds[0]} twice.")

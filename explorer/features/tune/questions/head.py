"""A small network on the two vectors of a pair: whether both ask the same, learned in one stage or two."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.tune.adapters.train import key_of
from explorer.heads.fit import FitSettings, fit, training_folder

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class PairSettings(FitSettings):
    """The network has `hidden` units; a share of the first questions (`watched`) says when to stop."""

    hidden: int = 64
    batch: int = 128
    steps: int = 400
    every: int = 20
    patience: int = 5
    weight_decay: float = 0.1
    watched: float = 0.15


@dataclass(frozen=True)
class PairLesson:
    """What a stage is learned from. first, second: (n, d) unit rows. similar: (n,). anchors: (n,), see `folds`."""

    first: Floats
    second: Floats
    similar: Mask
    anchors: Rows


def pair_inputs(first: Floats, second: Floats) -> Floats:
    """(n, 2d) what the network sees of (n, d) unit rows: √d |a − b| and d · a b, number by number, near 1 in size."""
    width = first.shape[1]
    parts = [np.abs(first - second) * np.sqrt(width), first * second * width]
    return np.concatenate(parts, axis=1).astype(np.float32)


def pair_network(dim: int, settings: PairSettings) -> "torch.nn.Module":
    """The network on (b, 2 dim) inputs, giving (b,) logits."""
    import torch

    torch.manual_seed(settings.seed)
    return torch.nn.Sequential(
        torch.nn.Linear(2 * dim, settings.hidden),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(settings.hidden, 1),
        torch.nn.Flatten(0),
    )


def fit_pairs(
    network: "torch.nn.Module",
    lesson: PairLesson,
    settings: PairSettings,
    *,
    name: str,
    progress: Progress | None = None,
) -> None:
    """Train the network in place on the pairs of a stage, by binary cross-entropy; `name` keeps the curve."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

    rng = np.random.default_rng(settings.seed)
    names = rng.permutation(np.unique(lesson.anchors))
    watched = np.isin(lesson.anchors, names[: max(1, round(settings.watched * len(names)))])
    inputs = torch.from_numpy(pair_inputs(lesson.first, lesson.second))
    wanted = torch.from_numpy(lesson.similar.astype(np.float32))
    train, watch = np.flatnonzero(~watched), torch.from_numpy(np.flatnonzero(watched))

    def step(rng: np.random.Generator) -> "torch.Tensor":
        rows = torch.from_numpy(rng.choice(train, min(settings.batch, len(train)), replace=False))
        return loss_of(network(inputs[rows]), wanted[rows])

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)  # what dropout leaves out is the same in every run
        fit(
            network,
            step,
            lambda: -float(loss_of(network(inputs[watch]), wanted[watch])),
            training_folder(name),
            settings,
            progress=progress or Silent(),
            key=key_of(_start(network), lesson.anchors.tolist(), lesson.similar.tolist(), float(lesson.first.sum())),
        )


def _start(network: "torch.nn.Module") -> float:
    """Tells apart what a network begins with: a stage that goes on from another is another training."""
    return sum(float(value.detach().sum()) for value in network.parameters())


def pair_logits(network: "torch.nn.Module", first: Floats, second: Floats) -> Floats:
    """(n,) logits of (n, d) unit rows of pairs."""
    import torch

    network.eval()
    with torch.inference_mode():
        found: Floats = network(torch.from_numpy(pair_inputs(first, second))).numpy()
    return found

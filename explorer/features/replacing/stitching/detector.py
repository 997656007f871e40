"""A detector that knows genuine activations of a layer from others: a classifier whose energy is low for genuine ones.

Energy-bounded fine-tuning of Liu et al. 2020, margins -25 (genuine) and -7 (others).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows, Vectors
from explorer.features.replacing.stitching.energy import Threshold, choose_threshold, energies
from explorer.features.replacing.stitching.method import End, logits_of
from explorer.heads.fit import train_epochs

if TYPE_CHECKING:
    import torch

HELD_OUT = 0.3
SMALLEST, LARGEST = 0.5, 30.0
LEAST_AUROC = 0.75
"""A detector that tells genuine from made activations less well than that says nothing about stitched ones."""


@dataclass(frozen=True, kw_only=True)
class DetectorSettings:
    """`epochs` of cross-entropy, then `tuning` epochs with the margins, whose loss counts `strength` times."""

    width: int = 64
    epochs: int = 15
    tuning: int = 25
    rate: float = 2e-3
    batch: int = 128
    m_in: float = -25.0
    m_out: float = -7.0
    strength: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Detector:
    """classifier: activations to logits. threshold: energies above it are out of distribution.

    auroc: how well the energy tells genuine activations that it was not trained on from others made of them: the chance
    that a made one has the higher energy, 0.5 when it cannot tell.
    """

    classifier: End
    threshold: Threshold
    auroc: float

    def energies(self, activations: Vectors) -> Doubles:
        """(n,) energies of (n, c) or (n, c, h, w) activations."""
        return energies(logits_of(activations, self.classifier))

    def share_out(self, activations: Vectors) -> float:
        """Share of the activations that are called out of distribution."""
        return self.threshold.share_above(self.energies(activations))


def train_detector(genuine: Floats, labels: Rows, classes: int, settings: DetectorSettings) -> Detector:
    """From the (n, c, h, w) or (n, c) genuine activations of a layer and their (n,) class numbers.

    Part of them (30 %) sets the threshold. Others to tell apart are made from genuine ones: every channel dealt out
    anew among items and positions, and random mixtures of the channels, near and far (see `others_like`).
    Raises InputError when fewer than 20 items are left for the threshold.
    """
    import torch

    rng = np.random.default_rng(settings.seed)
    order = rng.permutation(len(genuine))
    kept, rest = np.split(order, [int(round(HELD_OUT * len(genuine)))])
    torch.manual_seed(settings.seed)
    classifier = _classifier(genuine[rest], classes, settings.width)
    optimizer = torch.optim.Adam(classifier.parameters(), lr=settings.rate)

    def batches() -> list[Rows]:
        return np.array_split(rng.permutation(rest), max(1, len(rest) // settings.batch))

    def logits_and_loss(rows: Rows) -> tuple[torch.Tensor, torch.Tensor]:
        logits = classifier(torch.from_numpy(genuine[rows]))
        return logits, torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels[rows]))

    def tuning_loss(rows: Rows) -> torch.Tensor:
        logits, loss = logits_and_loss(rows)
        others = torch.from_numpy(others_like(genuine[rows], rng))
        return loss + settings.strength * margin_loss(logits, classifier(others), settings)

    train_epochs(optimizer, batches, lambda rows: logits_and_loss(rows)[1], settings.epochs)
    train_epochs(optimizer, batches, tuning_loss, settings.tuning)
    classifier.eval().requires_grad_(False)
    inside, outside = (energies(logits_of(z, classifier)) for z in (genuine[kept], others_like(genuine[kept], rng)))
    return Detector(classifier, choose_threshold(inside), auroc(inside, outside))


def auroc(genuine: Vectors, others: Vectors) -> float:
    """Share of pairs of (n,) genuine and (m,) other energies in which the other one is higher; ties count half."""
    from sklearn.metrics import roc_auc_score

    made = np.concatenate([np.zeros(len(genuine)), np.ones(len(others))])
    return float(roc_auc_score(made, np.concatenate([genuine, others])))


def margin_loss(genuine: "torch.Tensor", others: "torch.Tensor", settings: DetectorSettings) -> "torch.Tensor":
    """Mean max(0, E_in - m_in)^2 + mean max(0, m_out - E_out)^2 of two sets of (n, classes) logits."""
    inside, outside = -genuine.logsumexp(1), -others.logsumexp(1)
    loss: torch.Tensor = (inside - settings.m_in).relu().square().mean()
    return loss + (settings.m_out - outside).relu().square().mean()


def others_like(genuine: Floats, rng: np.random.Generator) -> Floats:
    """As many activations that no network made: a third with every channel dealt out anew, the rest randomly mixed.

    Each mixture is shifted at random and spreads between half and 30 times as far as genuine activations: a stitch
    that is trained on the task alone may go far.
    """
    rows = np.moveaxis(genuine, 1, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    dealt = rng.permuted(flat, axis=0).reshape(rows.shape)
    mixed = flat @ rng.normal(size=(flat.shape[1], flat.shape[1])).astype(np.float32)
    mixed = (mixed - mixed.mean(0)) / (mixed.std(0) + 1e-6) * flat.std(0)
    sizes = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST), (len(rows), *[1] * (rows.ndim - 1))))
    shifts = rng.normal(size=(len(rows), *[1] * (rows.ndim - 2), rows.shape[-1])) * flat.std(0)
    mixed = (mixed.reshape(rows.shape) + shifts) * sizes + flat.mean(0)
    half = len(genuine) // 3
    made = np.concatenate([dealt[:half], mixed[half:]])
    return np.ascontiguousarray(np.moveaxis(made, -1, 1), dtype=np.float32)


def _classifier(genuine: Floats, classes: int, width: int) -> "torch.nn.Module":
    """Standardise the channels, two layers at every position, mean over positions, a linear layer."""
    import torch

    rows = np.moveaxis(genuine, 1, -1).reshape(-1, genuine.shape[1])

    class Classifier(torch.nn.Module):
        mean: torch.Tensor
        scale: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("mean", torch.from_numpy(rows.mean(0)))
            self.register_buffer("scale", torch.from_numpy(rows.std(0) + 1e-3 * float(rows.std()) + 1e-6))
            self.inner = torch.nn.Sequential(
                torch.nn.Linear(rows.shape[1], width), torch.nn.Tanh(), torch.nn.Linear(width, width), torch.nn.Tanh()
            )
            self.last = torch.nn.Linear(width, classes)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            inner = self.inner((x.movedim(1, -1) - self.mean) / self.scale)
            found: torch.Tensor = self.last(inner.flatten(1, -2).mean(1) if inner.ndim > 2 else inner)
            return found

    return Classifier()

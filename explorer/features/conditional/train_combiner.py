"""Training the Combiner from frozen vectors and triplets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.conditional.combiner import LAYERS
from explorer.features.conditional.triplets import LEAST_TRIPLETS, Triplets, check_enough
from explorer.heads.fit import FitSettings, Fitted, fit


@dataclass(frozen=True)
class CombinerSettings:
    """Sizes and training of a Combiner.

    part, joint: widths of a and b, and of c (officially 2560 and 5120). scale: lambda of the contrastive loss. batch:
    triplets a step. drop: dropout on a, b and c. held_out: share of the triplets that is kept for the score.
    """

    part: int = 512
    joint: int = 512
    scale: float = 100.0
    batch: int = 256
    drop: float = 0.2
    held_out: float = 0.05
    fit: FitSettings = FitSettings(steps=2500, rate=8e-4, weight_decay=0.02, every=100, patience=10)


@dataclass(frozen=True)
class TrainedCombiner:
    """weights: arrays by name, see `similarity.combiner`; fitted: how the fit ended; triplets: how many were used."""

    weights: dict[str, Floats]
    fitted: Fitted
    triplets: int


def build_combiner(dim: int, part: int, joint: int, drop: float = 0.0) -> Any:
    """The torch module: (b, dim) images and (b, dim) texts to (b, dim) unit rows."""
    import torch
    from torch import nn
    from torch.nn.functional import normalize

    class Combiner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.text, self.image = nn.Linear(dim, part), nn.Linear(dim, part)
            self.joint, self.out = nn.Linear(2 * part, joint), nn.Linear(joint, dim)
            self.share0, self.share1 = nn.Linear(2 * part, joint), nn.Linear(joint, 1)
            self.drop = nn.Dropout(drop)

        def forward(self, image: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
            parts = [self.drop(torch.relu(self.text(text))), self.drop(torch.relu(self.image(image)))]
            both = torch.cat(parts, dim=1)
            share = torch.sigmoid(self.share1(self.drop(torch.relu(self.share0(both)))))
            made = self.out(self.drop(torch.relu(self.joint(both))))
            return normalize(made + share * text + (1 - share) * image, dim=-1)

    return Combiner()


def contrastive_loss(queries: Any, gallery: Any, target: Any, left_out: Any, scale: float) -> Any:
    """Cross-entropy of finding each query's target in the gallery.

    queries (b, d), gallery (g, d) unit rows; target (b,) positions in the gallery; left_out (b, g) items that answer
    the question as well as the target does, and the reference of a focus: neither right nor wrong.
    """
    import torch

    logits = (scale * queries @ gallery.T).masked_fill(left_out, -torch.inf)
    return torch.nn.functional.cross_entropy(logits, target)


def train_combiner(
    vectors: Floats,
    texts: Floats,
    triplets: Triplets,
    folder: Path,
    settings: CombinerSettings,
    progress: Progress,
    key: str = "",
    least: int = LEAST_TRIPLETS,
) -> TrainedCombiner:
    """Fit a Combiner on (n, d) unit vectors of items and (t, d) of the conditions' texts.

    folder: where the checkpoint and the curve are kept. The score is how often the target comes first among all
    targets, references and distractors of the held-out triplets. Raises InputError when there are too few triplets.
    """
    import torch

    check_enough(len(triplets), least, "Give more items that share a subject, or more attribute columns.")
    torch.manual_seed(settings.fit.seed)
    order = np.random.default_rng(settings.fit.seed).permutation(len(triplets))
    held = min(1000, max(10, int(settings.held_out * len(order))))
    known, new = _apart(triplets, order, held)
    module = build_combiner(vectors.shape[1], settings.part, settings.joint, settings.drop)
    items, words = torch.from_numpy(vectors), torch.from_numpy(texts)

    def loss(rng: np.random.Generator) -> Any:
        batch = _batch(triplets, rng.choice(known, min(settings.batch, len(known)), replace=False))
        chosen, gallery, target, left_out = batch
        queries = module(items[triplets.reference[chosen]], words[triplets.condition[chosen]])
        return contrastive_loss(queries, items[gallery], target, left_out, settings.scale)

    checked = _batch(triplets, new)

    def score() -> float:
        chosen, gallery, target, left_out = checked
        queries = module(items[triplets.reference[chosen]], words[triplets.condition[chosen]])
        similar = (queries @ items[gallery].T).masked_fill(left_out, -2.0)
        return float((similar.argmax(1) == target).float().mean())

    fitted = fit(module, loss, score, folder, settings.fit, progress, key)
    state = module.state_dict()
    weights = {name: state[name].numpy() for layer in LAYERS for name in (f"{layer}.weight", f"{layer}.bias")}
    return TrainedCombiner(weights, fitted, len(triplets))


def _apart(triplets: Triplets, order: Rows, held: int) -> tuple[Rows, Rows]:
    """Triplets to learn from and held-out ones; none of the former has an item of the latter."""
    new = order[:held]
    touched = np.zeros(len(triplets.values), dtype=bool)
    touched[triplets.reference[new]] = touched[triplets.target[new]] = True
    rest = order[held:]
    free = rest[~(touched[triplets.reference[rest]] | touched[triplets.target[rest]])]
    # Where a few items are in nearly all triplets, at least the triplets themselves are apart.
    return (free, new) if len(free) >= len(rest) / 4 else (rest, new)


def _batch(triplets: Triplets, chosen: Rows) -> tuple[Rows, Rows, Any, Any]:
    """(chosen, gallery rows, (b,) positions of the targets, (b, g) what is left out)."""
    import torch

    gallery = triplets.gallery(chosen)
    position = np.searchsorted(gallery, triplets.target[chosen])
    left_out = triplets.answers(chosen, gallery) | (gallery[None] == triplets.reference[chosen, None])
    left_out[np.arange(len(chosen)), position] = False
    return chosen, gallery, torch.from_numpy(position), torch.from_numpy(left_out)

"""Training the Combiner from frozen vectors and triplets."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.progress import Progress
from explorer.features.conditional.combiner import LAYERS
from explorer.features.conditional.triplets import LEAST_TRIPLETS, Triplets, check_enough
from explorer.heads.fit import FitSettings, Fitted, fit
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

LEAST_HELD, MOST_HELD = 10, 1000
LEAST_APART = 0.25
"""Share of the triplets that must be left when none may have a held-out item."""


@dataclass(frozen=True, kw_only=True)
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
    """weights: arrays by name, see `combiner`; fitted: how the fit ended; triplets: how many were used."""

    weights: dict[str, Floats]
    fitted: Fitted
    triplets: int


def build_combiner(dim: int, part: int, joint: int, drop: float = 0.0) -> "torch.nn.Module":
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


def contrastive_loss(
    queries: "torch.Tensor", gallery: "torch.Tensor", target: "torch.Tensor", left_out: "torch.Tensor", scale: float
) -> "torch.Tensor":
    """Cross-entropy of finding each query's target in the gallery.

    queries (b, d), gallery (g, d) unit rows; target (b,) positions in the gallery; left_out (b, g) items that answer
    the question as well as the target does, and the reference of a focus: neither right nor wrong. InputError for rows
    of another length.
    """
    import torch

    check_unit(queries, "Combiner, queries")
    check_unit(gallery, "Combiner, gallery")
    logits = (scale * queries @ gallery.T).masked_fill(left_out, -torch.inf)
    return torch.nn.functional.cross_entropy(logits, target)


def train_combiner(
    vectors: Floats,
    texts: Floats,
    triplets: Triplets,
    *,
    folder: Path,
    settings: CombinerSettings,
    progress: Progress,
    key: str = "",
    least: int = LEAST_TRIPLETS,
) -> TrainedCombiner:
    """Fit a Combiner on (n, d) vectors of items and (t, d) of the conditions' texts.

    Vectors and texts: of length 1, or as the model gives them; the Combiner must be fed the same kind when it is used,
    which the head's card states (see `combiner.FEATURES`). The gallery is of length 1 in any case. folder: where the
    checkpoint and the curve are kept. The score is how often the target comes first among all targets, references and
    distractors of the held-out triplets. Raises InputError when there are too few triplets.
    """
    import torch

    check_enough(len(triplets), least, "Give more items that share a subject, or more attribute columns.")
    torch.manual_seed(settings.fit.seed)
    order = np.random.default_rng(settings.fit.seed).permutation(len(triplets))
    held = min(MOST_HELD, max(LEAST_HELD, int(settings.held_out * len(order))))
    known, new = apart(triplets, order, held)
    module = build_combiner(vectors.shape[1], settings.part, settings.joint, settings.drop)
    items, words = torch.from_numpy(vectors), torch.from_numpy(texts)
    gallery = torch.nn.functional.normalize(items, dim=1)
    checked = batch_of(triplets, new)

    def queries(batch: Batch) -> torch.Tensor:
        made: torch.Tensor = module(items[triplets.reference[batch.chosen]], words[triplets.condition[batch.chosen]])
        return made

    def loss(rng: np.random.Generator) -> torch.Tensor:
        batch = batch_of(triplets, rng.choice(known, min(settings.batch, len(known)), replace=False))
        target, left_out = torch.from_numpy(batch.target), torch.from_numpy(batch.left_out)
        return contrastive_loss(queries(batch), gallery[batch.gallery], target, left_out, settings.scale)

    def score() -> float:
        similar = (queries(checked) @ gallery[checked.gallery].T).masked_fill(torch.from_numpy(checked.left_out), -2.0)
        return float((similar.argmax(1) == torch.from_numpy(checked.target)).float().mean())

    fitted = fit(module, loss, score, folder, settings.fit, progress=progress, key=key)
    state = module.state_dict()
    weights = {name: state[name].numpy() for layer in LAYERS for name in (f"{layer}.weight", f"{layer}.bias")}
    return TrainedCombiner(weights, fitted, len(triplets))


def apart(triplets: Triplets, order: Rows, held: int) -> tuple[Rows, Rows]:
    """Triplets to learn from and `held` held-out ones, the first of `order`; none of the former has an item of these.

    Where a few items are in nearly all triplets, at least the triplets themselves are apart.
    """
    new, rest = order[:held], order[held:]
    touched = np.zeros(len(triplets.values), dtype=bool)
    touched[triplets.reference[new]] = touched[triplets.target[new]] = True
    free = rest[~(touched[triplets.reference[rest]] | touched[triplets.target[rest]])]
    return (free if len(free) >= LEAST_APART * len(rest) else rest), new


@dataclass(frozen=True)
class Batch:
    """Some triplets with all candidates of any of them.

    chosen: (b,) the triplets. gallery: (g,) rows of the candidates. target: (b,) positions of the targets in it.
    left_out: (b, g) what is neither right nor wrong.
    """

    chosen: Rows
    gallery: Rows
    target: Rows
    left_out: Mask


def batch_of(triplets: Triplets, chosen: Rows) -> Batch:
    """The batch of the (b,) chosen triplets."""
    gallery = triplets.gallery(chosen)
    position = np.searchsorted(gallery, triplets.target[chosen])
    left_out = triplets.answers(chosen, gallery) | (gallery[None] == triplets.reference[chosen, None])
    left_out[np.arange(len(chosen)), position] = False
    return Batch(chosen, gallery, position, left_out)

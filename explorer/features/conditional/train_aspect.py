"""Learned aspects: one linear space an attribute column, from frozen vectors (card: Ostendorff et al. 2022)."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.neighbour_scores import item_folds, nearest_others, neighbour_scores, usable_labels
from explorer.heads.fit import FitSettings, fit
from explorer.workspace.folder import Workspace

if TYPE_CHECKING:
    import torch

Stored = NDArray[np.floating]
K, KEPT = 10, 10
"""Neighbours that are looked at; of how many parts of the items one is kept for early stopping."""


@dataclass(frozen=True, kw_only=True)
class AspectSettings:
    """dim: width of the aspect's space. scale: of the ranking loss. batch: pairs a step. folds: for measuring.

    least: items that a value needs; values with fewer are left out.
    """

    dim: int = 64
    scale: float = 20.0
    batch: int = 128
    folds: int = 4
    least: int = 12
    fit: FitSettings = FitSettings(steps=600, rate=2e-3, weight_decay=1e-3, every=50, patience=5)


@dataclass(frozen=True)
class Labelled:
    """Items of one column that can be learned from: (n, d) unit vectors, (n,) codes, and how many were left out."""

    vectors: Floats
    labels: Rows
    values: int
    left_out: int


def labelled(ws: Workspace, spec: str, column: str, least: int) -> Labelled:
    """The items that have a vector and a value which at least `least` items have; InputError below two such values."""
    embeddings = ws.embeddings(spec)
    codes = column_values(ws.dataset(), column).codes
    return of_rows(embeddings.vectors, codes, embeddings.rows, least)


def of_rows(vectors: Stored, codes: Rows, rows: Rows, least: int) -> Labelled:
    """Those of the `rows` that can be learned from; codes: (n,) value of each item, -1 for none."""
    there = rows[codes[rows] >= 0]
    kept = there[usable_labels(codes[there], least)]
    names, labels = np.unique(codes[kept], return_inverse=True)
    return Labelled(unit_rows(widen(vectors[kept])), labels, len(names), len(rows) - len(kept))


def ranking_loss(
    anchors: "torch.Tensor", positives: "torch.Tensor", labels: "torch.Tensor", scale: float
) -> "torch.Tensor":
    """Multiple-negatives ranking: cross-entropy of finding each anchor's positive among those of the batch.

    anchors, positives: (b, e) unit rows of items that share the (b,) label. Only positive pairs are ever given; the
    others of the batch serve as negatives, those of the same label left out.
    """
    import torch

    logits = scale * anchors @ positives.T
    same = (labels[:, None] == labels[None]) & ~torch.eye(len(labels), dtype=torch.bool)
    return torch.nn.functional.cross_entropy(logits.masked_fill(same, -torch.inf), torch.arange(len(labels)))


def pairs(labels: Rows, count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """(count,) anchors and (count,) other items of the same label; every label has at least two items."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    usable = np.flatnonzero(sizes[labels] > 1)
    anchors = usable[rng.integers(0, len(usable), count)]
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels))
    step = 1 + rng.integers(0, sizes[labels[anchors]] - 1)
    own = labels[anchors]
    return anchors, order[starts[own] + (place[anchors] - starts[own] + step) % sizes[own]]


def known_and_new(labels: Rows, seed: int) -> tuple[Rows, Rows]:
    """The items to learn from, and a tenth of every label that is kept for early stopping."""
    apart = item_folds(labels, KEPT, np.random.default_rng(seed)) == 0
    return np.flatnonzero(~apart), np.flatnonzero(apart)


def train_projection(
    data: Labelled, folder: Path, settings: AspectSettings, progress: Progress, key: str = ""
) -> dict[str, Floats]:
    """`weight` (e, d) of the aspect's space; a tenth of the items is kept for early stopping (their P@10)."""
    import torch
    from torch import nn
    from torch.nn.functional import normalize

    torch.manual_seed(settings.fit.seed)
    known, new = known_and_new(data.labels, settings.fit.seed)
    module = nn.Linear(data.vectors.shape[1], min(settings.dim, data.vectors.shape[1]), bias=False)
    nn.init.orthogonal_(module.weight)
    items, labels = torch.from_numpy(data.vectors), torch.from_numpy(data.labels)

    def loss(rng: np.random.Generator) -> torch.Tensor:
        first, second = (known[part] for part in pairs(data.labels[known], settings.batch, rng))
        seen = [normalize(module(items[rows]), dim=-1) for rows in (first, second)]
        return ranking_loss(seen[0], seen[1], labels[first], settings.scale)

    def score() -> float:
        seen = normalize(module(items[new]), dim=-1).numpy()
        k = min(K, len(new) - 1)
        return float(neighbour_scores(nearest_others(seen, k), data.labels[new]).precision.mean())

    fit(module, loss, score, folder, settings.fit, progress=progress, key=key)
    return {"weight": module.weight.detach().numpy().copy()}


def check_enough(data: Labelled, settings: AspectSettings) -> Labelled:
    """Return `data`; InputError when its folds would be too small to look for neighbours in."""
    least = (K + 2) * settings.folds
    if len(data.labels) < least:
        raise InputError(f"Expected at least {least} items with a repeated value, got {len(data.labels)}.")
    return data

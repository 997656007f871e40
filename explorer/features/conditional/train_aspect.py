"""Learned aspects: one linear space an attribute column, from frozen vectors (card: Ostendorff et al. 2022)."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders.registry import canonical, load_encoder
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.learned_aspect import (
    KIND,
    item_folds,
    nearest_others,
    neighbour_scores,
    overlap,
    project,
    usable_labels,
)
from explorer.heads.fit import FitSettings, fit, training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.folder import Workspace

K = 10
MEASURES = {
    "precision": "P@10",
    "recall": "R@10",
    "reciprocal_rank": "MRR@10",
    "average_precision": "MAP@10",
}


@dataclass(frozen=True)
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
    labels: NDArray[np.int64]
    values: int
    left_out: int


def labelled(ws: Workspace, spec: str, column: str, least: int) -> Labelled:
    """The items that have a vector and a value which at least `least` items have; InputError below two such values."""
    embeddings = ws.embeddings(spec)
    codes = column_values(ws.dataset(), column).codes
    rows = embeddings.rows[codes[embeddings.rows] >= 0]
    kept = rows[usable_labels(codes[rows], least)]
    names, labels = np.unique(codes[kept], return_inverse=True)
    return Labelled(unit_rows(widen(embeddings.vectors[kept])), labels, len(names), len(embeddings.rows) - len(kept))


def ranking_loss(anchors: Any, positives: Any, labels: Any, scale: float) -> Any:
    """Multiple-negatives ranking: cross-entropy of finding each anchor's positive among those of the batch.

    anchors, positives: (b, e) unit rows of items that share the (b,) label. Only positive pairs are ever given; the
    others of the batch serve as negatives, those of the same label left out.
    """
    import torch

    logits = scale * anchors @ positives.T
    same = (labels[:, None] == labels[None]) & ~torch.eye(len(labels), dtype=torch.bool)
    return torch.nn.functional.cross_entropy(logits.masked_fill(same, -torch.inf), torch.arange(len(labels)))


def pairs(labels: NDArray[np.int64], count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
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


def train_projection(
    data: Labelled, folder: Path, settings: AspectSettings, progress: Progress, key: str = ""
) -> dict[str, Floats]:
    """`weight` (e, d) of the aspect's space; a tenth of the items is kept for early stopping (their P@10)."""
    import torch
    from torch import nn
    from torch.nn.functional import normalize

    torch.manual_seed(settings.fit.seed)
    apart = item_folds(data.labels, 10, np.random.default_rng(settings.fit.seed)) == 0
    known, new = np.flatnonzero(~apart), np.flatnonzero(apart)
    module = nn.Linear(data.vectors.shape[1], min(settings.dim, data.vectors.shape[1]), bias=False)
    nn.init.orthogonal_(module.weight)
    items, labels = torch.from_numpy(data.vectors), torch.from_numpy(data.labels)

    def loss(rng: np.random.Generator) -> Any:
        first, second = (known[part] for part in pairs(data.labels[known], settings.batch, rng))
        seen = [normalize(module(items[rows]), dim=-1) for rows in (first, second)]
        return ranking_loss(seen[0], seen[1], labels[first], settings.scale)

    def score() -> float:
        seen = normalize(module(items[new]), dim=-1).numpy()
        k = min(K, len(new) - 1)
        return float(neighbour_scores(nearest_others(seen, k), data.labels[new]).precision.mean())

    fit(module, loss, score, folder, settings.fit, progress, key)
    return {"weight": module.weight.detach().numpy().copy()}


def evaluate_aspect(data: Labelled, folder: Path, settings: AspectSettings, progress: Progress) -> dict[str, Any]:
    """The model's own space and the learned one on items that the latter has never seen, k-fold by item.

    Neighbours are sought within the fold. "overlap": share of the aspect's neighbours that the model's own space has
    among its ten as well; a high one says that the model favours this aspect by itself.
    """
    fold = item_folds(data.labels, settings.folds, np.random.default_rng(settings.fit.seed))
    found: dict[str, dict[str, list[Floats]]] = {"model": {}, "aspect": {}}
    shares: list[Floats] = []
    for number in range(settings.folds):
        rest, own = fold != number, fold == number
        part = replace(data, vectors=data.vectors[rest], labels=data.labels[rest])
        weights = train_projection(part, folder / f"fold-{number}", settings, progress, f"fold {number}")
        spaces = {"model": data.vectors[own], "aspect": project(weights, data.vectors[own])}
        near = {name: nearest_others(vectors, K) for name, vectors in spaces.items()}
        for name, neighbours in near.items():
            scores = neighbour_scores(neighbours, data.labels[own])
            for measure in MEASURES:
                found[name].setdefault(measure, []).append(getattr(scores, measure))
        shares.append(overlap(near["aspect"], near["model"]))
    table: dict[str, Any] = {
        name: {measure: mean_score(np.concatenate(parts)).as_dict() for measure, parts in measures.items()}
        for name, measures in found.items()
    }
    return {**table, "overlap": mean_score(np.concatenate(shares)).as_dict(), "chance P@10": _chance(data.labels)}


def _chance(labels: NDArray[np.int64]) -> float:
    """The precision of random neighbours."""
    sizes = np.bincount(labels)
    return round(float((sizes * (sizes - 1)).sum() / (len(labels) * (len(labels) - 1))), 4)


def train_aspect(
    ws: Workspace, spec: str, column: str, name: str, progress: Progress, settings: AspectSettings | None = None
) -> tuple[str, dict[str, Any]]:
    """Measure by folds, then learn from all items, and store the head; (name, report)."""
    settings, encoder = settings or AspectSettings(), load_encoder(spec)
    data = _enough(labelled(ws, spec, column, settings.least), settings)
    name = check_name(name or f"{ws.path.name}-{column}")
    folder = training_folder(name)
    report = evaluate_aspect(data, folder, settings, progress)
    weights = train_projection(data, folder, settings, progress, f"{ws.path} {column} {ws.key}")
    card = {
        "column": column,
        "data": f"{len(data.labels):,} items of {ws.name} with {data.values} values of {column}",
        "left out": data.left_out,
        "settings": asdict(settings),
        "numbers": report,
        "limits": "Measured on unseen items of the same collection, by folds. It knows only the values it has seen.",
    }
    head = Head(KIND, encoder.spec, encoder.fingerprint, weights, card)
    text = f"# {name}\n\nAspect “{column}” for `{encoder.spec}`, learned from {card['data']}.\n\n"
    text += f"{format_aspects({column: report})}\n\nLimits: {card['limits']}\n"
    write_head(heads_root() / name, head, text)
    return name, report


def _enough(data: Labelled, settings: AspectSettings) -> Labelled:
    least = (K + 2) * settings.folds
    if len(data.labels) < least:
        raise InputError(f"Expected at least {least} items with a repeated value, got {len(data.labels)}.")
    return data


def format_aspects(reports: dict[str, dict[str, Any]]) -> str:
    """The table as Markdown, for each column the model's own space and the learned one, with 95 % intervals."""
    heads = " | ".join(MEASURES.values())
    lines = [f"| Column | Space | {heads} | Neighbours shared | Chance P@10 |\n|" + "---|" * (len(MEASURES) + 4)]
    for column, report in reports.items():
        for space in ("model", "aspect"):
            cells = " | ".join(_cell(report[space][measure]) for measure in MEASURES)
            shared = _cell(report["overlap"]) if space == "aspect" else ""
            lines.append(f"| {column} | {space} | {cells} | {shared} | {report['chance P@10']:.3f} |")
    return "\n".join(lines)


def _cell(score: dict[str, float] | Score) -> str:
    made = score if isinstance(score, dict) else score.as_dict()
    return f"{made['value']:.3f} ({made['low']:.3f} to {made['high']:.3f})"


def run_train(ws: Workspace, model: str, columns: list[str], name: str, progress: Progress) -> str:
    """What `explorer train aspects` prints."""
    spec = canonical(model)
    made = [train_aspect(ws, spec, column, name if len(columns) == 1 else "", progress) for column in columns]
    reports = {column: report for column, (_, report) in zip(columns, made, strict=True)}
    names = ", ".join(f"tuned:{one}" for one, _ in made)
    return f"{format_aspects(reports)}\n\nStored as {names}."


def run_eval(ws: Workspace, model: str, columns: list[str], progress: Progress) -> dict[str, Any]:
    """The report of each column, without storing a head."""
    settings = AspectSettings()
    folder = training_folder(f"{ws.path.name}-eval")
    found = {}
    for column in columns:
        data = _enough(labelled(ws, canonical(model), column, settings.least), settings)
        found[column] = evaluate_aspect(data, folder, settings, progress)
    return found

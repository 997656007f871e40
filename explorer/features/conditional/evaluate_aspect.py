"""Learned aspects against the model's own space, on items that they have not seen (card: Ostendorff et al. 2022)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.metrics import mean_score, score_text
from explorer.base.progress import Progress
from explorer.encoders import canonical
from explorer.features.conditional.learned_aspect import project
from explorer.features.conditional.neighbour_scores import item_folds, nearest_others, neighbour_scores, overlap
from explorer.features.conditional.train_aspect import (
    AspectSettings,
    K,
    Labelled,
    check_enough,
    labelled,
    train_projection,
)
from explorer.heads.fit import training_folder
from explorer.workspace.folder import Workspace

MEASURES = {
    "precision": "P@10",
    "recall": "R@10",
    "reciprocal_rank": "MRR@10",
    "average_precision": "MAP@10",
}
SPACES = ("model", "aspect")


def evaluate_aspect(data: Labelled, folder: Path, settings: AspectSettings, progress: Progress) -> dict[str, Any]:
    """The model's own space and the learned one on items that the latter has never seen, k-fold by item.

    Neighbours are sought within the fold. "overlap": share of the aspect's neighbours that the model's own space has
    among its ten as well; a high one says that the model favours this aspect by itself.
    """
    fold = item_folds(data.labels, settings.folds, np.random.default_rng(settings.fit.seed))
    found: dict[str, dict[str, list[Floats]]] = {space: {name: [] for name in MEASURES} for space in SPACES}
    shares: list[Floats] = []
    for number in range(settings.folds):
        near = _neighbours(data, fold, number, folder, settings=settings, progress=progress)
        for space, neighbours in near.items():
            scores = neighbour_scores(neighbours, data.labels[fold == number])
            for measure, parts in found[space].items():
                parts.append(getattr(scores, measure))
        shares.append(overlap(near["aspect"], near["model"]))
    table: dict[str, Any] = {
        name: {measure: mean_score(np.concatenate(parts)).as_dict() for measure, parts in measures.items()}
        for name, measures in found.items()
    }
    return {**table, "overlap": mean_score(np.concatenate(shares)).as_dict(), "chance P@10": _chance(data.labels)}


def _neighbours(
    data: Labelled, fold: Rows, number: int, folder: Path, *, settings: AspectSettings, progress: Progress
) -> dict[str, Rows]:
    """(m, 10) neighbours of the items of one fold in both spaces, the learned one made from the other folds alone."""
    rest, own = fold != number, fold == number
    part = replace(data, vectors=data.vectors[rest], labels=data.labels[rest])
    weights = train_projection(part, folder / f"fold-{number}", settings, progress, f"fold {number}")
    spaces = {"model": data.vectors[own], "aspect": project(weights, data.vectors[own])}
    return {space: nearest_others(vectors, K) for space, vectors in spaces.items()}


def _chance(labels: Rows) -> float:
    """The precision of random neighbours."""
    sizes = np.bincount(labels)
    return round(float((sizes * (sizes - 1)).sum() / (len(labels) * (len(labels) - 1))), 4)


def format_aspects(reports: Mapping[str, dict[str, Any]]) -> str:
    """The table as Markdown, for each column the model's own space and the learned one, with 95 % intervals."""
    heads = " | ".join(MEASURES.values())
    lines = [f"| Column | Space | {heads} | Neighbours shared | Chance P@10 |\n|" + "---|" * (len(MEASURES) + 4)]
    for column, report in reports.items():
        for space in SPACES:
            cells = " | ".join(score_text(report[space][measure]) for measure in MEASURES)
            shared = score_text(report["overlap"]) if space == "aspect" else ""
            lines.append(f"| {column} | {space} | {cells} | {shared} | {report['chance P@10']:.3f} |")
    return "\n".join(lines)


def run_eval(ws: Workspace, model: str, columns: list[str], progress: Progress) -> dict[str, Any]:
    """The report of each column, without storing a head."""
    settings = AspectSettings()
    folder = training_folder(f"{ws.path.name}-eval")
    found = {}
    for column in columns:
        data = check_enough(labelled(ws, canonical(model), column, settings.least), settings)
        found[column] = evaluate_aspect(data, folder, settings, progress)
    return found

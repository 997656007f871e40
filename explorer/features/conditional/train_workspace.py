"""What the commands on Combiners do, and a Combiner from a user's own workspace."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders import canonical, load_encoder
from explorer.encoders.base import Encoder
from explorer.features.conditional import evaluate_scenes as scenes_part
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.caption_triplets import caption_triplets, column_triplets
from explorer.features.conditional.combiner import KIND
from explorer.features.conditional.train_combiner import CombinerSettings, train_combiner
from explorer.features.conditional.triplets import LEAST_TRIPLETS, Triplets, check_enough
from explorer.features.relational.anonymise import read_lexicon
from explorer.heads.fit import training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.folder import Workspace
from recipes.combiner import photos as photos_part
from recipes.combiner.pocket import NAME, RESULT, Recipe, make_shipped
from recipes.photos import read_photos
from recipes.pocket.report import write_report


def run_scenes(model: str, photos: Path | None, name: str, install: bool, progress: Progress) -> str:
    """Train, measure and write the Combiner that ships; the table."""
    report = make_shipped(
        load_encoder(model), photos, check_name(name or NAME), install, Recipe(), result_file(install), progress
    )
    return scenes_part.format_tasks(report)


def result_file(install: bool) -> Path:
    """Where the result goes: among the committed ones for the shipped head, else beside its training."""
    return RESULT if install else training_folder(NAME) / "result.json"


def run_workspace(
    ws: Workspace,
    model: str,
    columns: list[str],
    name: str,
    progress: Progress,
    settings: CombinerSettings | None = None,
) -> str:
    """Train a Combiner on the captions, or the named columns, of a workspace; the line that is printed."""
    encoder = load_encoder(canonical(model))
    name = check_name(name or f"{ws.path.name[:60]}-combiner")
    rows, vectors = items_of(ws, encoder)
    triplets = triplets_of(ws, rows, columns)
    texts = encoder.encode_texts(triplets.conditions)
    settings = settings or CombinerSettings()
    key = f"{ws.path} {ws.key} {columns}"
    trained = train_combiner(vectors, texts, triplets, training_folder(name), settings, progress, key)
    card: dict[str, Any] = {
        "data": f"{len(triplets):,} triplets from {', '.join(columns) or 'captions'} of {ws.name}, {len(rows):,} items",
        "settings": asdict(settings) | {"best step": trained.fitted.best_step},
        "numbers": {"held-out triplets with their target first among all": round(trained.fitted.best_score, 4)},
        "limits": "Conditions like those of these triplets; measured on held-out triplets of the same collection.",
    }
    text = f"# {name}\n\nCombiner for `{encoder.spec}`, from {card['data']}.\n\n"
    text += f"{json.dumps(card['numbers'])}\n\nLimits: {card['limits']}\n"
    write_head(heads_root() / name, Head(KIND, encoder.spec, encoder.fingerprint, trained.weights, card), text)
    return f"The Combiner {name} learned from {card['data']}; target first among all: {trained.fitted.best_score:.3f}."


def items_of(ws: Workspace, encoder: Encoder) -> tuple[Any, Floats]:
    """Rows and unit vectors of the items that have one under the encoder, which must place words beside them."""
    can = encoder.abilities
    if not can.texts or (can.images and not can.joint):
        raise InputError(f"{encoder.spec} does not place words beside the items: choose another model, such as pocket.")
    embeddings = ws.embeddings(encoder.spec)
    return embeddings.rows, unit_rows(widen(embeddings.vectors[embeddings.rows]))


def triplets_of(ws: Workspace, rows: Any, columns: list[str]) -> Triplets:
    """Triplets from the columns; from captions where none is named: the text, else a column called caption."""
    rng, dataset = np.random.default_rng(0), ws.dataset()
    if columns:
        found = [column_values(dataset, column) for column in columns]
        codes = np.stack([one.codes[rows] for one in found], axis=1)
        made = column_triplets(codes, columns, [one.names for one in found], rng)
        check_enough(len(made), LEAST_TRIPLETS, "Name columns with values that several items share.")
        return made
    source = "text" if dataset.has_texts else "caption"
    if source not in dataset.table.column_names:
        raise InputError(
            f"{ws.name} has no captions. Name one or more attribute columns with --column; there are "
            f"{', '.join(dataset.attributes) or 'none'}."
        )
    captions = [str(text or "") for text in dataset.column(source).iloc[rows]]
    return caption_triplets(captions, read_lexicon(), rng, least=LEAST_TRIPLETS)


def run_eval_scenes(
    model: str, head: str, count: int, result: Path | None, write: Path | None, progress: Progress
) -> str:
    """Measure and print; `write` takes the questions as JSON."""
    if write is not None:
        scenes_part.write_templates(write, count, 0)
    encoder = load_encoder(canonical(model))
    report = scenes_part.evaluate_scenes_tasks(encoder, scenes_part.combiner_for(encoder.spec, head), count, progress)
    if result is not None:
        write_report(report, result)
    return scenes_part.format_tasks(report)


def run_eval_photos(model: str, head: str, folder: Path, result: Path | None, progress: Progress) -> str:
    """Measure photos and print."""
    encoder = load_encoder(canonical(model))
    report = photos_part.evaluate_photos(
        encoder, read_photos(folder), scenes_part.combiner_for(encoder.spec, head), progress
    )
    if result is not None:
        write_report(report, result)
    return photos_part.format_photos(report)

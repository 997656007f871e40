"""What users train on a workspace of their own: a Combiner, and aspects; each is stored as a head with its card."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name
from explorer.encoders import Encoder, canonical, load_encoder
from explorer.features.conditional import combiner, learned_aspect
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.caption_triplets import caption_triplets
from explorer.features.conditional.choice import Seen, Trial, sit, trial
from explorer.features.conditional.column_triplets import column_triplets
from explorer.features.conditional.evaluate_aspect import evaluate_aspect, format_aspects
from explorer.features.conditional.learned_aspect import project
from explorer.features.conditional.measured import (
    HELD_OUT,
    MADE_FROM,
    PLACE,
    data_stamp,
    exam_of,
    measured,
    plain_scores,
)
from explorer.features.conditional.train_aspect import (
    AspectSettings,
    check_enough,
    labelled,
    of_rows,
    train_projection,
)
from explorer.features.conditional.train_combiner import CombinerSettings, train_combiner
from explorer.features.conditional.triplets import LEAST_TRIPLETS, Triplets
from explorer.features.conditional.triplets import check_enough as enough_triplets
from explorer.features.relational.contract import read_lexicon
from explorer.heads.fit import training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared

Card = dict[str, Any]


def run_combiner(
    ws: Workspace,
    model: str,
    columns: list[str],
    name: str,
    progress: Progress,
    *,
    settings: CombinerSettings | None = None,
) -> str:
    """Train a Combiner on the captions, or the named columns, of a workspace; the line that is printed."""
    encoder, settings = load_encoder(canonical(model)), settings or CombinerSettings()
    name = check_name(name or f"{ws.path.name[:60]}-combiner")
    rows, vectors = items_of(ws, encoder)
    triplets = triplets_of(ws, rows, columns)
    trained = train_combiner(
        vectors,
        encoder.encode_texts(triplets.conditions),
        triplets,
        folder=training_folder(name),
        settings=settings,
        progress=progress,
        key=f"{ws.path} {ws.key} {columns}",
    )
    card: Card = {
        "data": f"{len(triplets):,} triplets from {', '.join(columns) or 'captions'} of {ws.name}, {len(rows):,} items",
        "settings": asdict(settings) | {"best step": trained.fitted.best_step},
        combiner.FEATURES: combiner.UNIT,
        "numbers": {"held-out triplets with their target first among all": round(trained.fitted.best_score, 4)},
        "limits": "Conditions like those of these triplets; measured on held-out triplets of the same collection.",
    }
    what = f"Combiner for `{encoder.spec}`, from {card['data']}"
    _store(name, combiner.KIND, encoder, trained.weights, card, text=f"{what}.\n\n{json.dumps(card['numbers'])}")
    return f"The Combiner {name} learned from {card['data']}; target first among all: {trained.fitted.best_score:.3f}."


def items_of(ws: Workspace, encoder: Encoder) -> tuple[Rows, Floats]:
    """Rows and unit vectors of the items that have one under the encoder, which must place words beside them."""
    if not encoder.abilities.words_find_items:
        raise InputError(f"{encoder.spec} does not place words beside the items: choose another model, such as pocket.")
    embeddings = ws.embeddings(encoder.spec)
    return embeddings.rows, unit_rows(widen(embeddings.vectors[embeddings.rows]))


def triplets_of(ws: Workspace, rows: Rows, columns: list[str]) -> Triplets:
    """Triplets from the columns; from captions where none is named: the text, else a column called caption."""
    rng, dataset = np.random.default_rng(0), ws.dataset()
    if columns:
        found = [column_values(dataset, column) for column in columns]
        codes = np.stack([one.codes[rows] for one in found], axis=1)
        made = column_triplets(codes, columns, [one.names for one in found], rng)
        enough_triplets(len(made), LEAST_TRIPLETS, "Name columns with values that several items share.")
        return made
    source = "text" if dataset.has_texts else "caption"
    if source not in dataset.table.column_names:
        raise InputError(
            f"{ws.name} has no captions. Name one or more attribute columns with --column; there are "
            f"{', '.join(dataset.attributes) or 'none'}."
        )
    captions = [str(text or "") for text in dataset.column(source).iloc[rows]]
    return caption_triplets(captions, read_lexicon(), rng, least=LEAST_TRIPLETS)


def run_aspects(
    ws: Workspace, model: str, columns: list[str], name: str, progress: Progress, *, background: bool = False
) -> str:
    """Learn an aspect from each column; the table that is printed.

    background: for a page; without the four folds of the table, and with a trial of the Combiners there are.
    """
    spec = canonical(model)
    made = {
        column: train_aspect(ws, spec, column, name if len(columns) == 1 else "", progress, folds=not background)
        for column in columns
    }
    if background:
        for column in columns:
            measured(open_shared(ws.path), spec, column, combiners=True)
    reports = {column: one.card["numbers"] for column, one in made.items() if one.card["numbers"]}
    names = ", ".join(f"tuned:{one.name}" for one in made.values())
    return f"{format_aspects(reports) if reports else ''}\n\nStored as {names}.".strip()


@dataclass(frozen=True)
class Made:
    """A head that was stored: its name and its card."""

    name: str
    card: Card


def train_aspect(
    ws: Workspace,
    spec: str,
    column: str,
    name: str,
    progress: Progress | None = None,
    *,
    folds: bool = False,
    settings: AspectSettings | None = None,
) -> Made:
    """Try it on items that it has not seen, then learn from all items, and store the head.

    folds: also measure it by folds, for the table of the card.
    """
    settings, encoder, progress = settings or AspectSettings(), load_encoder(spec), progress or Silent()
    data = check_enough(labelled(ws, spec, column, settings.least), settings)
    name = check_name(name or f"{ws.path.name}-{column}")
    folder, opened = training_folder(name), open_shared(ws.path)
    stamp = data_stamp(opened, spec, column)
    tried = try_aspect(opened, spec, column, settings, folder, progress=progress)
    report = evaluate_aspect(data, folder, settings, progress) if folds else {}
    weights = train_projection(data, folder, settings, progress, f"{ws.path} {column} {ws.key}")
    card: Card = {
        "column": column,
        "data": f"{len(data.labels):,} items of {ws.name} with {data.values} values of {column}",
        "left out": data.left_out,
        "settings": asdict(settings),
        "numbers": report,
        HELD_OUT: tried.as_dict() if tried else None,
        MADE_FROM: stamp,
        PLACE: str(ws.path),
        "limits": "Measured on unseen items of the same collection. It knows only the values it has seen.",
    }
    what = f"Aspect “{column}” for `{encoder.spec}`, learned from {card['data']}"
    table = format_aspects({column: report}) if report else ""
    _store(name, learned_aspect.KIND, encoder, weights, card, text=f"{what}.\n\n{table}".strip())
    return Made(name, card)


def try_aspect(
    opened: Opened, spec: str, column: str, settings: AspectSettings, folder: Path, *, progress: Progress
) -> Trial | None:
    """The trial of an aspect: learned from each half of the items, asked about the other; None with too few items."""
    exam = exam_of(opened, spec, column)
    if exam is None:
        return None

    def look(known: Rows, own: Rows, questions: Rows) -> Seen:
        part = of_rows(exam.vectors, exam.codes, known, settings.least // 2)
        weights = train_projection(part, folder / "trial", settings, progress, f"half {exam.half[known[0]]}")
        return project(weights, exam.vectors[own]), project(weights, exam.vectors[questions])

    return trial("aspect", sit(exam, look), plain_scores(opened, spec, column))


def _store(name: str, kind: str, encoder: Encoder, weights: dict[str, Floats], card: Card, *, text: str) -> None:
    """Write a head among the user's own; text: what stands on its card between the name and the limits."""
    head = Head(kind=kind, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=weights, card=card)
    write_head(heads_root() / name, head, f"# {name}\n\n{text}\n\nLimits: {card['limits']}\n")

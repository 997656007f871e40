"""A relational head from the anonymous captions of a workspace: `explorer train relational WORKSPACE`."""

import json
from dataclasses import asdict
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.dataset import HASH
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders.base import Encoder
from explorer.encoders.relational import KIND, check_images
from explorer.encoders.sentence import MiniLMEncoder
from explorer.features.relational.caption_columns import anonymous_columns, rows_with_images, texts_of
from explorer.features.relational.frozen import Features, frozen_of, kept_features
from explorer.features.relational.lessons import lessons_of
from explorer.features.relational.service import PREFIX, head_name
from explorer.features.relational.settings import RelationalSettings
from explorer.features.relational.train import train_head
from explorer.heads.fit import Fitted, training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.io.images import read_image
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import slug

_PIECE = 512


def run_command(
    ws: Workspace, model: str, *, column: str = "", name: str = "", embed: bool = False, progress: Progress
) -> str:
    """What `explorer train relational` does; returns the line that it prints."""
    from explorer.encoders import load_encoder
    from explorer.workspace.embedding import embed as run_embed

    name, fitted, items = train_on_workspace(ws, load_encoder(model), column, name, progress)
    done = f"The head {name} learned from {items:,} items; own caption before nine others: {fitted.best_score:.3f}."
    if embed:
        run_embed(ws, PREFIX + name, progress=progress)
        return f"{done} The relational vectors of {ws.name} are made."
    return f"{done} Next: explorer embed {ws.path.name} --model {PREFIX}{name}"


def train_on_workspace(
    ws: Workspace,
    encoder: Encoder,
    column: str,
    name: str,
    progress: Progress,
    *,
    settings: RelationalSettings | None = None,
) -> tuple[str, Fitted, int]:
    """Train the head `name` on the items with an image and an anonymous caption, and store it.

    column: of anonymous captions, "" for the first there is. A stopped run goes on. Returns name, ending, items.
    InputError when there are too few captions, or they have no {slots}.
    """
    check_images(encoder)
    settings = settings or RelationalSettings()
    name = check_name(name or head_name(ws))
    column = column or _only_column(ws)
    rows, captions = _captions(ws, column)
    features = workspace_features(ws, encoder, rows, progress)
    readable = np.flatnonzero(features.pooled.any(1))
    lessons = lessons_of(features.of(readable), [captions[row] for row in readable], MiniLMEncoder())
    weights, fitted = train_head(lessons, settings, training_folder(name), progress)
    card: dict[str, Any] = {
        "data": f"{len(readable):,} items of {ws.name}, column {column}",
        "captions": len(set(lessons.captions)),
        "settings": asdict(settings) | {"best_step": fitted.best_step},
        "numbers": {"own caption before nine others, held-out tenth": round(fitted.best_score, 4), "chance": 0.1},
        "limits": "Measured on held-out items of the same collection only.",
    }
    head = Head(kind=KIND, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=weights, card=card)
    write_head(heads_root() / name, head, _card_text(name, head))
    return name, fitted, len(readable)


def _only_column(ws: Workspace) -> str:
    found = anonymous_columns(ws.dataset())
    if not found:
        raise InputError(
            f"{ws.name} has no column of anonymous captions, such as “{{Animal}} on top of {{Object}}”. "
            f"Make one from your captions with: explorer anonymise {ws.path.name} --column COLUMN"
        )
    return found[0]


def _captions(ws: Workspace, column: str) -> tuple[Rows, list[str]]:
    """Rows that have an image and a caption with a {slot}, and their captions."""
    dataset = ws.dataset()
    texts = texts_of(dataset, column)
    rows = np.array([row for row in rows_with_images(dataset) if "{" in texts[row]], dtype=np.int64)
    if not len(rows):
        raise InputError(
            f"The column {column!r} has no caption with a {{slot}} beside an image. Expected anonymous captions, such "
            f"as “{{Animal}} on top of {{Object}}”; make them with: explorer anonymise {ws.path.name} --column {column}"
        )
    return rows, [texts[row].strip() for row in rows]


def workspace_features(ws: Workspace, encoder: Encoder, rows: Rows, progress: Progress) -> Features:
    """Frozen features of the items in `rows`, kept below the workspace piece by piece, so that a stop loses little.

    An image that cannot be read has a row of zeros.
    """
    dataset = ws.dataset()
    hashes = dataset.table.column(HASH).take(rows).to_pylist()
    folder = ws.folder("cache") / f"relational-{slug(encoder.spec)}"
    parts = []
    for start in range(0, len(rows), _PIECE):
        some = rows[start : start + _PIECE]
        made_of = json.dumps([hashes[start : start + _PIECE], encoder.fingerprint, some.tolist()])
        path = folder / f"{blake2b(made_of.encode(), digest_size=12).hexdigest()}.npz"
        what = f"Reading images {start + 1:,} to {start + len(some):,} of {len(rows):,}"
        parts.append(kept_features(path, partial(_piece, ws, encoder, some, progress, what)))
    return Features(np.concatenate([p.pooled for p in parts]), np.concatenate([p.patches for p in parts]))


def _piece(ws: Workspace, encoder: Encoder, rows: Rows, progress: Progress, what: str) -> Features:
    readers, good = [], []
    for place, row in enumerate(rows):
        try:
            image = read_image(ws.image_path(int(row)), encoder.image_side)
        except InputError:
            continue
        good.append(place)
        readers.append(lambda image=image: image)
    if not readers:
        raise InputError(f"None of the images {what.removeprefix('Reading images ')} can be read.")
    found = frozen_of(encoder, readers, progress, what)
    pooled = np.zeros((len(rows), *found.pooled.shape[1:]), np.float16)
    patches = np.zeros((len(rows), *found.patches.shape[1:]), np.float16)
    pooled[good], patches[good] = found.pooled, found.patches
    return Features(pooled, patches)


def _card_text(name: str, head: Head) -> str:
    card = head.card
    numbers = "; ".join(f"{what}: {value}" for what, value in card["numbers"].items())
    return (
        f"# {name}\n\nRelational head for `{head.encoder}`.\n\nTrained on {card['data']} ({card['captions']:,} "
        f"different anonymous captions), InfoNCE from image to text, temperature {card['settings']['temperature']}.\n\n"
        f"Numbers: {numbers}.\n\nLimits: {card['limits']}\n"
    )

"""What fixes are measured on and worked out from, out of a workspace."""

from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.columns import Codes
from explorer.base.errors import ModelError, WorkspaceError
from explorer.base.half import widen
from explorer.encoders import Encoder
from explorer.encoders.pool import POOL
from explorer.features.diagnose.fixes.contract import Means
from explorer.features.diagnose.fixes.effects import Material
from explorer.search.label_columns import column_codes
from explorer.search.wording import described
from explorer.workspace.backdrop import background_texts
from explorer.workspace.contents import IMAGE, reads_of, what_is_read
from explorer.workspace.opened import Opened
from explorer.workspace.probes import general_texts

MOST_WORDS, BLOCK = 500, 16_384


def material_of(opened: Opened, spec: str, column: str, rows: Rows) -> Material:
    """The items `rows` with their labels in `column` ("" for none), and texts where the model has them in one space."""
    encoder = _encoder(opened, spec)
    codes = column_codes(opened, column) if column else None
    labels = codes.codes[rows] if codes else np.full(len(rows), -1, dtype=np.int64)
    vectors = widen(opened.embeddings(spec).vectors[rows])
    nothing = np.empty((0, vectors.shape[1]), dtype=np.float32)
    joint = encoder if encoder is not None and encoder.abilities.joint else None
    named = _names(codes, labels, joint.template) if codes and joint else {}
    return Material(
        vectors=vectors,
        texts=are_texts(opened, encoder)[rows] if encoder else np.zeros(len(rows), dtype=np.bool_),
        labels=labels,
        words=POOL.text_vectors(spec, general_texts()) if joint else nothing,
        background=_together(spec, background_texts(opened.dataset)) if joint else nothing,
        asked=POOL.text_vectors(spec, tuple(named.values())) if named else nothing,
        asked_labels=np.array(list(named), dtype=np.int64),
    )


def means_of(opened: Opened, spec: str, encoder: Encoder) -> Means:
    """Means of all items that have a vector, and of everyday texts."""
    vectors = opened.embeddings(spec)
    pictures = vectors.rows[~are_texts(opened, encoder)[vectors.rows]]
    items = _mean(vectors.vectors, vectors.rows)
    if not encoder.abilities.joint or not len(pictures):
        return Means(items)
    words = POOL.text_vectors(spec, general_texts())
    return Means(items, _mean(vectors.vectors, pictures), words.mean(axis=0))


def are_texts(opened: Opened, encoder: Encoder) -> Mask:
    """(n,) which items have the vector of a text."""
    found: Mask = what_is_read(opened.dataset, reads_of(encoder)) != IMAGE
    return found & encoder.abilities.texts


def _mean(vectors: NDArray[Any], rows: Rows) -> Floats:
    """(d,) mean of some rows, at least one, of (n, d) vectors."""
    total = np.zeros(vectors.shape[1])
    for start in range(0, len(rows), BLOCK):
        total += widen(vectors[rows[start : start + BLOCK]]).sum(axis=0, dtype=np.float64)
    return np.asarray(total / len(rows), dtype=np.float32)


def _names(codes: Codes, labels: Rows, template: str) -> dict[int, str]:
    """Names of labels that items have, by code, as somebody would ask for them; those without a letter are left out."""
    kind = codes.values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return {}
    names = {code: codes.names[code].replace("_", " ").strip() for code in np.unique(labels[labels >= 0]).tolist()}
    kept = [(code, described(name, template)) for code, name in names.items() if any(map(str.isalpha, name))]
    return dict(kept[:MOST_WORDS])


def _together(spec: str, parts: tuple[tuple[str, ...], ...]) -> Floats:
    return np.concatenate([POOL.text_vectors(spec, part) for part in parts])


def _encoder(opened: Opened, spec: str) -> Encoder | None:
    """The loaded model; None where there is none, or it made other vectors: then nothing is asked in words."""
    with suppress(ModelError, WorkspaceError):
        return opened.encoder(spec)
    return None

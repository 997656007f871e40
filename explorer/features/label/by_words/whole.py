"""Texts that are longer than a model reads: cut into pieces of half its length, whose mean stands for the whole.

The other texts have one piece, themselves, so their vectors are those of the collection. Made by a job, kept until
items or model change.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.dataset import TEXT
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.encoders import Encoder
from explorer.io.text import counted
from explorer.workspace.answers import models_stamp
from explorer.workspace.contents import SHORT, TEXT_ALONE, reads_of, what_is_read
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

USUAL_LENGTH, BATCH = 256, 64


def pieces(text: str, words: int) -> list[str]:
    """The text in pieces of at most `words` words, in order; a short one, or one without words, is a single piece."""
    found = text.split()
    return [" ".join(found[start : start + words]) for start in range(0, len(found), words)] or [text]


def whole_vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """(n, d) unit rows of texts read to their end: means over the pieces, each of half the length the model reads."""
    half = max(1, int(encoder.settings().get("max_tokens") or USUAL_LENGTH) // 2)
    parts = [pieces(text, half) for text in texts]
    if not parts:
        return np.empty((0, encoder.dim), dtype=np.float32)
    vectors = encoder.encode_texts([piece for part in parts for piece in part])
    ends = np.cumsum([len(part) for part in parts])
    means = [vectors[end - len(part) : end].mean(axis=0) for end, part in zip(ends, parts, strict=True)]
    return unit_rows(np.stack(means), "texts")


def whole_texts(opened: Opened, spec: str) -> tuple[Rows, Floats] | None:
    """Row numbers (m,) of the long texts, and their (m, d) vectors; None when they were not read to their end."""
    kept = kept_arrays(_folder(opened, spec), _stamp(opened, spec))
    return None if kept is None else (np.asarray(kept["rows"]), widen(np.asarray(kept["vectors"])))


def read_whole(opened: Opened, spec: str, progress: Progress | None = None) -> str:
    """Read all texts to their end that the model cuts, and keep their vectors; returns a sentence on it."""
    progress, encoder = progress or Silent(), opened.encoder(spec)
    rows = _long(opened, encoder, progress)
    progress.start("Reading long texts to their end", len(rows))
    found = [np.empty((0, encoder.dim), dtype=np.float32)]
    for start in range(0, len(rows), BATCH):
        texts = opened.dataset.table[TEXT].take(rows[start : start + BATCH]).to_pylist()
        found.append(whole_vectors(encoder, texts))
        progress.advance(start + len(texts))
    folder = _folder(opened, spec)
    folder.parent.mkdir(parents=True, exist_ok=True)
    keep_arrays(folder, _stamp(opened, spec), {"rows": rows, "vectors": np.concatenate(found).astype(np.float16)})
    progress.finish()
    return f"{counted(len(rows), 'long text')} read to the end."


def _long(opened: Opened, encoder: Encoder, progress: Progress) -> Rows:
    """(m,) rows of the texts that the encoder cuts."""
    column = opened.dataset.table[TEXT]
    likely = np.asarray(pc.greater(pc.binary_length(column), SHORT).to_numpy(), dtype=bool)
    rows = np.flatnonzero(likely & (what_is_read(opened.dataset, reads_of(encoder)) == TEXT_ALONE))
    progress.start("Looking for long texts", len(rows))
    found = []
    for start in range(0, len(rows), 16 * BATCH):
        some = rows[start : start + 16 * BATCH]
        found.append(some[encoder.truncated(column.take(some).to_pylist())])
        progress.advance(start + len(some))
    return np.concatenate([np.zeros(0, np.int64), *found]).astype(np.int64)


def _folder(opened: Opened, spec: str) -> Path:
    return opened.workspace.folder("cache") / "label" / "whole texts" / slug(spec)


def _stamp(opened: Opened, spec: str) -> str:
    return f"{models_stamp(opened.workspace, spec)} {opened.dataset.content_hash}"

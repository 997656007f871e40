"""Vectors of the things of a list: those it brings, else of its texts by a model."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders.pool import POOL
from explorer.features.match.side import Side

BLOCK = 256


def vectors_of(side: Side, model: str, progress: Progress) -> Floats:
    """(n, d) float32 unit rows, zeros where a thing has nothing to read.

    Those of the side where it has some; else its texts are read by the model of the spec `model`. InputError for a list
    without texts, and for a collection whose vectors cannot be used.
    """
    if side.vectors is not None:
        return side.vectors
    if side.lacking:
        raise InputError(side.lacking)
    if not any(text.strip() for text in side.texts):
        raise InputError(f"{side.name}: expected a column of texts to compare, got none with a word in it.")
    return text_rows(side.texts, model, progress)


def text_rows(texts: Sequence[str], model: str, progress: Progress) -> Floats:
    """(n, d) of texts, each different one read once, zeros for empty ones; at least one must not be empty."""
    encoder = POOL.get(model)
    once = list(dict.fromkeys(text for text in texts if text.strip()))
    progress.start("Reading texts", len(once))
    blocks = []
    for start in range(0, len(once), BLOCK):
        blocks.append(encoder.encode_texts(once[start : start + BLOCK]))
        progress.advance(min(start + BLOCK, len(once)))
    progress.finish()
    read = np.concatenate(blocks)
    place = {text: row for row, text in enumerate(once)}
    found = np.zeros((len(texts), read.shape[1]), np.float32)
    filled = [row for row, text in enumerate(texts) if text.strip()]
    found[filled] = read[[place[texts[row]] for row in filled]]
    return found

"""Texts that are longer than a model reads: cut into pieces of half its length, whose mean stands for the whole."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.encoders import Encoder

USUAL_LENGTH = 256


def pieces(text: str, words: int) -> list[str]:
    """The text in pieces of at most `words` words, in order; a short one, or one without words, is a single piece."""
    found = text.split()
    return [" ".join(found[start : start + words]) for start in range(0, len(found), words)] or [text]


def whole_vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """(n, d) unit rows of texts read to their end: means over the pieces, each of half the length the model reads."""
    half = max(1, int(encoder.settings().get("max_tokens") or USUAL_LENGTH) // 2)
    parts = [pieces(text, half) for text in texts]
    vectors = encoder.encode_texts([piece for part in parts for piece in part])
    ends = np.cumsum([len(part) for part in parts])
    means = [vectors[end - len(part) : end].mean(axis=0) for end, part in zip(ends, parts, strict=True)]
    return unit_rows(np.stack(means), "texts") if means else np.empty((0, encoder.dim), dtype=np.float32)

"""Texts of a task as vectors, where some texts are empty."""

from collections.abc import Callable, Sequence

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.features.match.method import Task


def text_vectors(task: Task, texts: Sequence[str], what: str) -> Floats:
    """(n, d) float32 rows of n texts by the model of the task: unit rows, all zero for an empty text.

    InputError where the task has no model; `what` names the matcher that needs one.
    """
    if task.embed is None:
        raise InputError(f"{what} compares by meaning and needs a model that reads texts. Choose one.")
    filled = [row for row, text in enumerate(texts) if text.strip()]
    if not filled:
        return np.zeros((len(texts), 1), dtype=np.float32)
    found = task.embed([texts[row] for row in filled])
    vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
    vectors[filled] = found
    return vectors


def remembering(embed: Callable[[Sequence[str]], Floats]) -> Callable[[Sequence[str]], Floats]:
    """The same model, which reads no text twice: for several matchers on the same texts."""
    known: dict[str, Floats] = {}

    def read(texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts])

    return read

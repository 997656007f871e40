"""Texts of a task as vectors, where some texts are empty."""

from collections.abc import Sequence

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

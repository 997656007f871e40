"""Labels by words as a new column of the items."""

import numpy as np

from explorer.base.errors import InputError
from explorer.features.label.accepting import accept, column_words
from explorer.features.label.by_words.service import WordsAnswer
from explorer.features.label.guessing import Guessed
from explorer.workspace.opened import Opened


def accept_words(opened: Opened, answer: WordsAnswer, spec: str, least: float, name: str) -> str:
    """Write the labels of the items whose choice is at least so clear into a new column; a sentence on it.

    least: of `WordsAnswer.shares`. InputError when the column is there already, or no choice is so clear.
    """
    clearest = float(answer.shares.max())
    if clearest < least:
        raise InputError(
            f"No item’s label is as clear as {least:g}: the clearest has {clearest:.3f}. Accept from a lower value."
        )
    return column_words(accept(opened, guessed(answer, spec), least, name))


def guessed(answer: WordsAnswer, spec: str) -> Guessed:
    """The answer as guesses; nobody labelled any of the items."""
    none = np.zeros(0, dtype=np.int64)
    return Guessed(
        rows=answer.rows,
        probabilities=answer.shares,
        names=answer.names,
        labelled=none,
        own=none,
        method=answer.method,
        encoder=spec,
        labelling="words",
        details={"labels": [[one.name, *one.keywords] for one in answer.labels]},
    )

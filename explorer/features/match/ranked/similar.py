"""How alike a text and those of a closed list are: letters, meaning, and both. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.match.best import Scored
from explorer.features.match.embedded import text_vectors
from explorer.features.match.grams import Sparse
from explorer.features.match.method import Task
from explorer.features.tune.contract import tfidf

WHAT = "Matching with a closed list"
BY = ("both", "meaning", "letters")


@dataclass(frozen=True, kw_only=True)
class Similar:
    """asked, listed: sparse unit rows by TF-IDF. asked_vectors, listed_vectors: (n, d), (m, d) rows, None without a
    model. by: of `BY`, the part that is the score, or both.
    """

    asked: Sparse
    listed: Sparse
    asked_vectors: Floats | None = None
    listed_vectors: Floats | None = None
    by: str = "both"

    def __call__(self, rows: Rows) -> Scored:
        """Scores of some of what is asked: the mean of the parts, or one of them."""
        parts = {"letters": np.asarray((self.asked[rows] @ self.listed.T).toarray(), np.float32)}
        if self.asked_vectors is not None and self.listed_vectors is not None:
            parts["meaning"] = self.asked_vectors[rows] @ self.listed_vectors.T
        if self.by in parts:
            return Scored(parts[self.by], parts)
        return Scored(np.mean(list(parts.values()), axis=0, dtype=np.float32), parts)


def similar_of(task: Task, *, letters: Sequence[str], meaning: Sequence[str], listed: Sequence[str]) -> Similar:
    """The two parts of a task; letters alone where it has no model, InputError where meaning is asked for then.

    letters, meaning: (n,) what is asked, for each part. listed: (m,) the texts of the list.
    """
    known = [*listed, "a word"]  # a list without letters has no terms otherwise
    rows = tfidf([*letters, *known], "letters", known)
    by = str(task.options.get("by", "both"))
    pair = {"asked": rows[: len(letters)], "listed": rows[len(letters) : -1], "by": by}
    if task.embed is None and by != "meaning":
        return Similar(**pair)
    vectors = text_vectors(task, [*meaning, *listed], WHAT)
    return Similar(**pair, asked_vectors=vectors[: len(meaning)], listed_vectors=vectors[len(meaning) :])

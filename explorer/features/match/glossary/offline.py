"""How well a column fits a term without a language model: letters, meaning, and meaning in its table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.match.best import Scored
from explorer.features.match.embedded import text_vectors
from explorer.features.match.glossary.material import Material
from explorer.features.match.glossary.wording import header_words
from explorer.features.match.grams import Sparse
from explorer.features.match.method import Task

WEIGHTS = {"letters": 1.0, "meaning": 1.0, "in its table": 0.5}
"""What each part counts. The table less than the column itself: added to it with the same weight, it misleads."""
WHAT = "Matching columns with a glossary"


def letter_rows(queries: Sequence[str], known: Sequence[str]) -> tuple[Sparse, Sparse]:
    """(q, v) and (n, v) sparse unit rows by TF-IDF of two to four letters within words, weights from the known."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32)
    terms = made.fit_transform([*known, " a "])[:-1]  # a list without letters has no terms otherwise
    return made.transform(queries), terms


@dataclass(frozen=True)
class Letters:
    """Headers taken apart, against labels taken apart, by their letters alone: the baseline."""

    columns: Sparse
    terms: Sparse

    def __call__(self, rows: Rows) -> Scored:
        """Scores of some columns."""
        found = np.asarray((self.columns[rows] @ self.terms.T).toarray(), np.float32)
        return Scored(found, {"letters": found})


def letters_of(material: Material) -> Letters:
    """The baseline for these columns and terms; nothing is written out."""
    names = [" ".join(header_words(one.name)) for one in material.columns]
    return Letters(*letter_rows(names, [" ".join(header_words(one.label)) for one in material.terms]))


@dataclass(frozen=True, kw_only=True)
class Offline:
    """The three parts. columns, terms: sparse rows of letters. names, in_table: (n, d) rows of columns. labels,
    meanings: (m, d) rows of terms, all zero for a term without a description.
    """

    columns: Sparse
    terms: Sparse
    names: Floats
    in_table: Floats
    labels: Floats
    meanings: Floats

    def __call__(self, rows: Rows) -> Scored:
        """Scores of some columns: the mean of the parts by `WEIGHTS`."""
        letters = np.asarray((self.columns[rows] @ self.terms.T).toarray(), np.float32)
        names = self.names[rows]
        parts = {
            "letters": letters,
            "meaning": np.maximum(names @ self.labels.T, names @ self.meanings.T),
            "in its table": self.in_table[rows] @ self.labels.T,
        }
        total = sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS.values())
        return Scored(np.asarray(total, np.float32), parts)


def offline_of(task: Task, material: Material) -> Offline:
    """The parts of a task; InputError where it has no model of texts."""
    columns, terms = material.columns, material.terms
    letters = letter_rows([one.words for one in columns], [one.words for one in terms])
    sizes = np.cumsum([len(columns), len(columns), len(terms)])
    texts = [one.words for one in columns] + [one.in_table for one in columns]
    texts += [one.label for one in terms] + [one.meaning for one in terms]
    names, in_table, labels, meanings = np.split(text_vectors(task, texts, WHAT), sizes)
    return Offline(
        columns=letters[0],
        terms=letters[1],
        names=names,
        in_table=in_table,
        labels=labels,
        meanings=meanings,
    )

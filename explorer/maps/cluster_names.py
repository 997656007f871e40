"""Choose how the clusters of a map are named: by columns, texts, words of the model where they fit, or not at all."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.columns import names_splits
from explorer.base.dataset import TEXT, Dataset
from explorer.base.shipped import ASSETS
from explorer.maps.naming import NO_NAME, ClusterName, distinct, join_names, name_by_columns
from explorer.maps.term_names import name_by_texts
from explorer.maps.word_names import name_by_words

RULE = 2
"""Grows when the same clusters would be named otherwise: names given by an older rule are given again."""
MOST_SPLITS = 20
WORDS = ASSETS / "words.txt"
Vectors = Callable[[], NDArray[np.floating]]
WordVectors = Callable[[tuple[str, ...]], NDArray[np.floating] | None]


def name_clusters(
    dataset: Dataset, rows: Rows, labels: Rows, *, vectors: Vectors, word_vectors: WordVectors
) -> list[ClusterName]:
    """Return a name for each cluster; one without a name that holds gets none.

    rows: (m,) row numbers of the items on the map; labels: (m,), -1 is no cluster. Columns name first; clusters that
    they call alike are told apart by their texts. `vectors` gives the (m, d) vectors, `word_vectors` those of words in
    their space, None when it holds no texts; both are asked for when a cluster has no other name.
    """
    count = int(labels.max(initial=-1)) + 1
    if not count:
        return []
    taken = dataset.table.take(pa.array(rows, pa.int64()))
    texts = _texts(taken, dataset.attributes)
    by_columns = name_by_columns({name: taken.column(name) for name in _telling(taken, dataset.attributes)}, labels)
    by_texts = name_by_texts(texts, labels, [name.short for name in by_columns]) if texts else [NO_NAME] * count
    names = _told_apart(by_columns, by_texts)
    if all(names):
        return distinct(names)
    words = load_words()
    known = word_vectors(words) if words else None
    if known is not None:
        names = join_names(names, name_by_words(vectors(), labels, known, words))
    return distinct(names)


@cache
def load_words() -> tuple[str, ...]:
    """The everyday words that clusters of images are named by; empty when the file is not there."""
    if not WORDS.is_file():
        return ()
    return tuple(line.strip() for line in WORDS.read_text(encoding="utf-8").splitlines() if line.strip())


def _telling(table: pa.Table, attributes: list[str]) -> list[str]:
    """Columns that say what an item is: splits, such as "train" and "test", only say what it is used for."""
    return [name for name in attributes if not names_splits(name, _few_values(table.column(name)))]


def _few_values(column: pa.ChunkedArray) -> list[object]:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return []
    values = pc.unique(column)
    return list(values.to_pylist()) if len(values) <= MOST_SPLITS else []


def _texts(table: pa.Table, attributes: list[str]) -> list[str]:
    """(m,) the items' own texts, else the first column of sentences, such as captions; empty when there are none."""
    for name in [TEXT, *attributes]:
        column = table.column(name)
        if (name == TEXT or _holds_sentences(column)) and pc.any(pc.not_equal(column, "")).as_py():
            return [text or "" for text in column.to_pylist()]
    return []


def _holds_sentences(column: pa.ChunkedArray) -> bool:
    """True for texts of which most differ and most have four words or more."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)) or not len(column):
        return False
    long = pc.sum(pc.greater_equal(pc.count_substring(column, " "), 3)).as_py() or 0
    return bool(long * 2 > len(column) and pc.count_distinct(column).as_py() * 2 > len(column))


def _told_apart(by_columns: list[ClusterName], by_texts: list[ClusterName]) -> list[ClusterName]:
    """Names by columns, else by texts; one that two clusters have by columns says what the texts hold too."""
    values = [name.full.split(" · ")[0] for name in by_columns]
    again = {value for value in values if value and values.count(value) > 1}
    joined = join_names(by_columns, by_texts)
    return [
        ClusterName(f"{name.short}: {text.short}", f"{name.full}; {text.full}", name.kind)
        if value in again and text
        else name
        for name, text, value in zip(joined, by_texts, values, strict=True)
    ]

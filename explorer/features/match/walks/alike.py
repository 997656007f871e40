"""Words that mean the same: from a file of pairs, or by a model of texts."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.features.match.walks.graph import WORDS, TextGraph
from explorer.io.tables import read_table

NEAREST = 3
Pair = tuple[str, str]


def pairs_of_file(path: Path) -> list[Pair]:
    """The first two columns of a table, each row a pair that means the same; InputError where there are not two."""
    file = read_table(path)
    names = file.table.column_names
    if len(names) < 2:
        raise InputError(f"{path.name}: expected two columns, words and what means the same; got {len(names)}.")
    one, other = (
        ["" if value is None else str(value) for value in file.strings(name).to_pylist()] for name in names[:2]
    )
    return [(a, b) for a, b in zip(one, other, strict=True) if a.strip() and b.strip()]


def nearest_words(graph: TextGraph, embed: Callable[[Sequence[str]], Floats], least: float) -> list[Pair]:
    """Pairs of single words of the graph whose vectors have at least this cosine, at most three of each word."""
    words = sorted(graph.names[node] for node in np.flatnonzero(graph.kinds == WORDS) if " " not in graph.names[node])
    words = [word for word in words if word.isalpha()]
    if len(words) < 2:
        return []
    vectors = embed(words)
    found = []
    for start in range(0, len(words), 1024):
        cosines = vectors[start : start + 1024] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
        near = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
        rows, places = np.nonzero(np.take_along_axis(cosines, near, axis=1) >= least)
        found += [(words[start + row], words[near[row, place]]) for row, place in zip(rows, places, strict=True)]
    return found

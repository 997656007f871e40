"""The graph of two lists of texts: each text, each column and each run of words is a node. Pure.

Source: TDmatch (Ahmadi, Sand, Papotti 2022, Unsupervised matching of data and text). Texts of the first list make the
nodes of words, and texts of the second are only joined to those that are there: words that the second list has alone
join nothing and would only lead walks astray.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows

LEFT, RIGHT, COLUMN, WORDS = range(4)
KINDS = ("left text", "right text", "column", "words")
LONGEST = 3
_WORD = re.compile(r"\w+")


@cache
def stop_words() -> frozenset[str]:
    """English words that say nothing about a text: scikit-learn's list."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, stop words left out."""
    return [word for word in _WORD.findall(text.lower()) if word not in stop_words()]


def runs_of(text: str, longest: int = LONGEST) -> list[str]:
    """Each run of one to three words of a text once, in order; stop words are taken out before."""
    words = words_of(text)
    runs = (words[at : at + size] for size in range(1, longest + 1) for at in range(len(words) - size + 1))
    return list(dict.fromkeys(" ".join(run) for run in runs))


@dataclass(frozen=True, kw_only=True)
class TextGraph:
    """n nodes: texts of the left list first, then those of the right, columns, and runs of words.

    names: (n,) a run of words, the name of a column, "" for a text. kinds: (n,) of `KINDS`. starts: (n + 1,), ends:
    the neighbours of node i are ends[starts[i]:starts[i + 1]], in order. Each edge stands on both of its sides.
    """

    names: tuple[str, ...]
    kinds: NDArray[np.int8]
    starts: Rows
    ends: Rows

    @property
    def edges(self) -> int:
        """How many there are."""
        return len(self.ends) // 2

    @cached_property
    def degrees(self) -> Rows:
        """(n,) how many neighbours each node has."""
        return np.diff(self.starts)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Node of each run of words."""
        return {self.names[node]: node for node in np.flatnonzero(self.kinds == WORDS).tolist()}

    def neighbours(self, node: int) -> Rows:
        """Of one node."""
        return self.ends[self.starts[node] : self.starts[node + 1]]

    def pairs(self) -> Rows:
        """(e, 2) each edge once, the smaller number first."""
        first = np.repeat(np.arange(len(self.kinds)), self.degrees)
        once = first < self.ends
        return np.stack([first[once], self.ends[once]], axis=1)


def graph_of(
    left: Sequence[Sequence[str]], right: Sequence[str], columns: Sequence[str] = (), longest: int = LONGEST
) -> TextGraph:
    """The graph of rows and texts.

    left: (n,) the cells of each row; one cell a row where it is a text. columns: their names, () for texts, which have
    no nodes of columns. right: (m,) texts, () for one list.
    """
    numbers: dict[str, int] = {}
    edges: list[tuple[int, int]] = []
    base = len(left) + len(right)
    for row, cells in enumerate(left):
        for place, cell in enumerate(cells):
            for run in runs_of(cell, longest):
                node = base + len(columns) + numbers.setdefault(run, len(numbers))
                edges.append((row, node))
                if columns:
                    edges.append((base + place, node))
    for row, text in enumerate(right):
        known = (numbers.get(run) for run in runs_of(text, longest))
        edges += [(len(left) + row, base + len(columns) + node) for node in known if node is not None]
    kinds = np.repeat(np.arange(4, dtype=np.int8), [len(left), len(right), len(columns), len(numbers)])
    return joined(("",) * base + tuple(columns) + tuple(numbers), kinds, edges)


def joined(names: Sequence[str], kinds: NDArray[np.int8], edges: Iterable[tuple[int, int]] | Rows) -> TextGraph:
    """A graph of nodes and edges; an edge that is given twice stands once, one from a node to itself not at all."""
    pairs = np.asarray(edges if isinstance(edges, np.ndarray) else list(edges), np.int64).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    codes = np.unique(both[:, 0] * len(names) + both[:, 1])
    first, ends = codes // max(len(names), 1), codes % max(len(names), 1)
    starts = np.searchsorted(first, np.arange(len(names) + 1))
    return TextGraph(names=tuple(names), kinds=kinds, starts=starts, ends=ends)


def subgraph(graph: TextGraph, kept: NDArray[np.bool_]) -> TextGraph:
    """The nodes where (n,) `kept` is true, and the edges among them."""
    place = np.cumsum(kept) - 1
    pairs = graph.pairs()
    pairs = pairs[kept[pairs].all(axis=1)]
    names = [graph.names[node] for node in np.flatnonzero(kept).tolist()]
    return joined(names, graph.kinds[kept], place[pairs])

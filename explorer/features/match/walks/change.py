"""Growing the graph by words that mean the same, and shrinking it to what joins texts. Pure.

Source: TDmatch: neighbours of words from outside, words with fewer than two neighbours dropped; MSP, the union of all
shortest paths between random pairs of a left and a right text.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.progress import Progress, Silent
from explorer.features.match.walks.graph import LEFT, RIGHT, WORDS, TextGraph, joined, subgraph, words_of


def expanded(graph: TextGraph, alike: Iterable[tuple[str, str]]) -> TextGraph:
    """The graph with an edge for each pair of runs of words that mean the same, of which at least one is a node.

    The other becomes a node; then words with fewer than two neighbours are dropped, because they join nothing.
    """
    numbers = dict(graph.numbers)
    names, edges = list(graph.names), [graph.pairs()]
    for pair in alike:
        one, other = (" ".join(words_of(text)) for text in pair)
        if not one or not other or one == other or (one not in graph.numbers and other not in graph.numbers):
            continue
        for name in (one, other):
            if name not in numbers:
                numbers[name] = len(names)
                names.append(name)
        edges.append(np.array([[numbers[one], numbers[other]]]))
    kinds = np.concatenate([graph.kinds, np.full(len(names) - len(graph.names), WORDS, np.int8)])
    return pruned(joined(names, kinds, np.concatenate(edges)))


def pruned(graph: TextGraph) -> TextGraph:
    """The graph without words that have fewer than two neighbours, until there are none."""
    while True:
        kept = (graph.kinds != WORDS) | (graph.degrees > 1)
        if kept.all():
            return graph
        graph = subgraph(graph, kept)


def compressed(graph: TextGraph, share: float, rng: np.random.Generator, progress: Progress | None = None) -> TextGraph:
    """All texts and columns, and the words on shortest paths between so many random pairs of a left and a right text.

    share: pairs that are drawn, as a share of the number of nodes; the paper takes a quarter to a half. Of one list
    pairs are drawn among its texts. A graph without pairs stays as it is.
    """
    progress = progress or Silent()
    left, right = np.flatnonzero(graph.kinds == LEFT), np.flatnonzero(graph.kinds == RIGHT)
    right = right if len(right) else left
    count = round(share * len(graph.kinds))
    if not count or not len(left):
        return graph
    kept = graph.kinds != WORDS
    firsts, seconds = np.sort(rng.choice(left, count)), rng.choice(right, count)
    paths = Paths(graph)
    progress.start("shortest paths", count)
    for number, (one, other) in enumerate(zip(firsts.tolist(), seconds.tolist(), strict=True), start=1):
        if one != other:
            kept[paths.between(one, other)] = True
        progress.advance(number)
    progress.finish()
    return subgraph(graph, kept)


class Paths:
    """Shortest paths in a graph, breadth first from both ends, a level at a time."""

    def __init__(self, graph: TextGraph) -> None:
        self.graph = graph

    def between(self, one: int, other: int) -> Rows:
        """All nodes on any shortest path from one node to another, ends included; none where no path joins them."""
        if one == other:
            return np.array([one])
        near, far = [np.array([one])], [np.array([other])]
        seen, met = {0: self._mask(one), 1: self._mask(other)}, np.empty(0, np.int64)
        while not len(met):
            side = 0 if self._cost(near[-1]) <= self._cost(far[-1]) else 1
            levels = (near, far)[side]
            level = self._around(levels[-1])
            level = level[~seen[side][level]]
            if not len(level):
                return level
            seen[side][level] = True
            levels.append(level)
            met = level[seen[1 - side][level]]
        return np.unique(np.concatenate([self._back(met, near), self._back(met, far)]))

    def _back(self, met: Rows, levels: list[Rows]) -> Rows:
        """The nodes by which the meeting ones, all of the last level, were reached from the first."""
        found = [met]
        for level in reversed(levels[:-1]):
            found.append(np.intersect1d(level, self._around(found[-1])))
        return np.concatenate(found)

    def _around(self, nodes: Rows) -> Rows:
        """All neighbours of some nodes, each once."""
        graph = self.graph
        sizes = graph.degrees[nodes]
        ahead = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.unique(graph.ends[np.repeat(graph.starts[nodes], sizes) + ahead])

    def _cost(self, nodes: Rows) -> int:
        return int(self.graph.degrees[nodes].sum())

    def _mask(self, node: int) -> NDArray[np.bool_]:
        found = np.zeros(len(self.graph.kinds), np.bool_)
        found[node] = True
        return found


def one_path(graph: TextGraph, one: int, other: int) -> list[int]:
    """A shortest path from one node to another, through the nodes with the fewest neighbours; [] where there is none.

    Words that few texts have say most about why two texts are joined.
    """
    allowed = Paths(graph).between(one, other)
    if not len(allowed):
        return []
    cost, before = {one: 0.0}, {one: one}
    level = [one]
    while other not in cost:
        reached: dict[int, tuple[float, int]] = {}
        for node in level:
            for near in np.intersect1d(graph.neighbours(node), allowed).tolist():
                if near not in cost:
                    price = cost[node] + float(np.log(graph.degrees[near]))
                    reached[near] = min(reached.get(near, (np.inf, node)), (price, node))
        for near, (price, node) in reached.items():
            cost[near], before[near] = price, node
        level = list(reached)
    path = [other]
    while path[-1] != one:
        path.append(before[path[-1]])
    return path[::-1]

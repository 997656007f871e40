"""A partition tree made for a workload: each question keeps as many items as it can from being read.

Source: HQI (hybrid queries in batches; its abstract and a note, there is no public code), on a workload-aware qd-tree
(Yang et al. 2020). The questions are the conditions of the workload; the last one, in every leaf, is which cluster of
the vectors an item is in: a list for each cluster. A list tells which conditions its items meet, and a query passes
over the lists that hold nothing for it. Where and how small leaves may be is not public: a reconstruction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.features.lab.batches.workload import Asked, Cells, Flags


@dataclass(frozen=True)
class Node:
    """A node of the tree. parent: number of the node above, -1 at the root; yes: the side of its parent's question.

    condition: number of the condition that is asked, -1 in a leaf. leaf: its number, -1 in an inner node. items: how
    many lie below. read: how many of them the workload reads, mean over its queries.
    """

    parent: int
    yes: bool
    condition: int
    leaf: int
    items: int
    read: float


@dataclass(frozen=True)
class Tree:
    """nodes: parents before children. leaf_of: (u,) leaf of each cell."""

    nodes: tuple[Node, ...]
    leaf_of: Rows

    @property
    def leaves(self) -> int:
        """How many leaves there are."""
        return sum(node.condition < 0 for node in self.nodes)


def grow(cells: Cells, asked: Sequence[Asked], clusters: int, *, least: int) -> Tree:
    """The tree that greedily saves most: at each node the question with which the workload reads fewest items.

    clusters: how many there are. least: items of the smallest leaf.
    """
    return _Growing(cells, asked, clusters, max(1, least)).tree()


class _Growing:
    def __init__(self, cells: Cells, asked: Sequence[Asked], clusters: int, least: int) -> None:
        self.cells, self.least = cells, least
        self.queries = sum(one.count for one in asked)
        self.there = (cells.cluster[:, None] == np.arange(clusters)).astype(np.float32)  # (u, c)
        filters = list(dict.fromkeys(one.needs for one in asked))
        self.needs = np.zeros((len(filters), len(cells.meets)), dtype=np.float32)
        self.looks = np.zeros((len(filters), clusters), dtype=np.float64)  # queries by filter and cluster
        for place, needs in enumerate(filters):
            self.needs[place, list(needs)] = 1
        for one in asked:
            self.looks[filters.index(one.needs), list(one.near) if one.near else slice(None)] += one.count

    def tree(self) -> Tree:
        nodes: list[Node] = []
        leaf_of, leaf = np.zeros(len(self.cells.sizes), dtype=np.int64), 0
        stack = [(np.arange(len(self.cells.sizes)), -1, True)]
        while stack:
            rows, parent, yes = stack.pop()
            read = self._cost(rows)
            best = self._best(rows, read)
            ends = best < 0
            items = int(self.cells.sizes[rows].sum())
            nodes.append(Node(parent, yes, best, leaf if ends else -1, items, read / max(1, self.queries)))
            if ends:
                leaf_of[rows] = leaf
                leaf += 1
                continue
            side, number = self.cells.meets[best][rows], len(nodes) - 1
            stack += [(rows[~side], number, False), (rows[side], number, True)]
        return Tree(tuple(nodes), leaf_of)

    def _best(self, rows: Rows, cost: float) -> int:
        """The condition that saves most among these cells, -1 when none saves anything."""
        sizes, best = self.cells.sizes[rows], -1
        total = int(sizes.sum())
        for number, meets in enumerate(self.cells.meets):
            side = meets[rows]
            yes = int(sizes[side].sum())
            if min(yes, total - yes) >= self.least:
                parted = self._cost(rows[side]) + self._cost(rows[~side])
                if parted < cost:
                    best, cost = number, parted
        return best

    def _cost(self, rows: Rows) -> float:
        """How many items of these cells the workload reads, all of its queries together."""
        there = self.there[rows]
        sizes: NDArray[np.float64] = self.cells.sizes[rows] @ there.astype(np.float64)
        held: Flags = self.cells.meets[:, rows].astype(np.float32) @ there > 0  # (a, c)
        reads = self.needs @ (~held).astype(np.float32) == 0  # (f, c)
        return float(((self.looks * reads) @ sizes).sum())

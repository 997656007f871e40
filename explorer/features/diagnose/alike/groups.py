"""Links become groups: connected components, which chain, and communities, which part chains. Pure.

Source of the communities: Blondel et al. 2008, Fast unfolding of communities in large networks (Louvain), by networkx,
as NEWS-COPY and HEADLINES group reprinted articles (Silcock and Dell 2023), resolution 1, links without weights.
"""

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError

GROUPINGS = ("pairs", "components", "louvain")
"""How links count as the same thing: as they are, all that hangs together, parts that hang together closely."""
MOST_LINKS = 200_000
"""More links than this take Louvain minutes."""


def components(first: Rows, second: Rows, count: int) -> Rows:
    """(n,) group of each of `count` items: its connected component; groups are numbered by their first item."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(first), dtype=np.bool_), (first, second)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def louvain(first: Rows, second: Rows, count: int, seed: int = 0) -> Rows:
    """(n,) group of each of `count` items by Louvain; items without a link are groups of their own.

    InputError for more than 200,000 links.
    """
    from networkx import Graph
    from networkx.algorithms.community import louvain_communities

    if len(first) > MOST_LINKS:
        raise InputError(f"Louvain: expected at most {MOST_LINKS:,} links, got {len(first):,}. Choose a higher cosine.")
    graph = Graph()
    graph.add_edges_from(zip(first.tolist(), second.tolist(), strict=True))
    groups = np.arange(count, dtype=np.int64)
    for members in louvain_communities(graph, resolution=1, seed=seed):
        rows = sorted(members)
        groups[rows] = rows[0]
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def members(groups: Rows) -> list[Rows]:
    """The (k,) rows of each group of two and more, the largest first, then by first row."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return sorted((part for part in parts if len(part) > 1), key=lambda part: (-len(part), int(part[0])))

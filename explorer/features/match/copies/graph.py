"""The largest groups of near copies as a graph on a plane. Pure."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.match.copies.service import Copies, Grouped

MOST = 150


@dataclass(frozen=True, kw_only=True)
class Graph:
    """rows: (k,) things. places: (k, 2) coordinates. group: (k,) number of each thing's community, from 0. first,
    second: (e,) places of the ends of each link. bridge: (e,) whether a link joins two communities. left_out: so many
    groups are not drawn.
    """

    rows: Rows
    places: Doubles
    group: Rows
    first: Rows
    second: Rows
    bridge: Mask
    left_out: int


def graph_of(copies: Copies, grouped: dict[str, Grouped], cosine: float, most: int = MOST) -> Graph | None:
    """The largest components of at most `most` things together, the first one in any case; None without a link.

    A component of more than that is drawn with the first of its things alone.
    """
    groups = grouped["components"].groups
    if not groups:
        return None
    taken = max(1, int(np.searchsorted(np.cumsum([len(one) for one in groups]), most, side="right")))
    rows = np.sort(np.concatenate([one[:most] for one in groups[:taken]]))
    chosen = copies.links.from_cosine(cosine)
    inside = np.isin(chosen.first, rows) & np.isin(chosen.second, rows)
    first, second = (np.searchsorted(rows, one[inside]) for one in (chosen.first, chosen.second))
    parts = grouped["components" if grouped["louvain"].missing else "louvain"].codes[rows]
    return Graph(
        rows=rows,
        places=_places(len(rows), first, second),
        group=np.unique(parts, return_inverse=True)[1].astype(np.int64),
        first=first,
        second=second,
        bridge=parts[first] != parts[second],
        left_out=len(groups) - taken,
    )


def _places(count: int, first: Rows, second: Rows) -> Doubles:
    from networkx import Graph as Links
    from networkx import spring_layout

    graph = Links()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(zip(first.tolist(), second.tolist(), strict=True))
    found = spring_layout(graph, seed=0, iterations=40, method="force")
    return np.array([found[place] for place in range(count)], np.float64)

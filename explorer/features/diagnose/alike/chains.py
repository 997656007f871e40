"""Chaining: a group in which one item leads to the next, and whose ends are not alike. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.half import widen
from explorer.features.diagnose.alike.links import Links

MOST_COMPARED = 2_000


@dataclass(frozen=True)
class Chain:
    """The shortest way along links between the two items of a group that are least alike.

    rows: (s,) items of the way, both ends included. ends: cosine of the two ends. weakest: of the weakest step. size:
    items of the group.
    """

    rows: Rows
    ends: float
    weakest: float
    size: int


def ends_of(vectors: NDArray[Any], rows: Rows) -> tuple[float, int, int]:
    """(cosine, row, row) of the pair with the least cosine among some rows of (n, d) unit vectors.

    Of more than 2,000 items every so many-th is compared.
    """
    rows = rows[:: -(-len(rows) // MOST_COMPARED)]
    unit = widen(vectors[rows])
    cosines = unit @ unit.T
    first, second = divmod(int(cosines.argmin()), len(rows))
    return float(cosines[first, second]), int(rows[min(first, second)]), int(rows[max(first, second)])


def chain_of(vectors: NDArray[Any], links: Links, rows: Rows) -> Chain:
    """The chain between the ends of a group: `rows` (k,) ascending, which hang together by `links`."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    ends, start, stop = ends_of(vectors, rows)
    inside = np.isin(links.first, rows) & np.isin(links.second, rows)
    first, second = (np.searchsorted(rows, one[inside]) for one in (links.first, links.second))
    graph = csr_array((np.ones(len(first), dtype=np.bool_), (first, second)), shape=(len(rows), len(rows)))
    _, before = breadth_first_order(graph, int(np.searchsorted(rows, start)), directed=False)
    way = [int(np.searchsorted(rows, stop))]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    along = rows[np.array(way[::-1], dtype=np.int64)]
    unit = widen(vectors[along])
    steps = np.einsum("sd,sd->s", unit[:-1], unit[1:])
    return Chain(along, ends, float(steps.min(initial=1)), len(rows))

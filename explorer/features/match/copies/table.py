"""Groups of near copies as a table, for pages and files."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.features.match.copies.service import Copies, Grouped


def group_table(copies: Copies, groups: Mapping[str, Grouped]) -> pa.Table:
    """One row for each thing in a group of Louvain, or of components where there is none of Louvain: its group from 1,
    its id and text, its component, from 1 as they come, and the cosine to the nearest other thing.
    """
    chosen = groups["components"] if groups["louvain"].missing else groups["louvain"]
    rows = np.concatenate([*chosen.groups, np.empty(0, np.int64)]).astype(np.int64)
    sizes = [len(one) for one in chosen.groups]
    nearest = np.full(len(copies.side), np.nan, np.float32)
    nearest[copies.links.rows] = copies.links.nearest
    return pa.table(
        {
            "group": pa.array(np.repeat(np.arange(1, len(sizes) + 1), sizes)),
            "id": pa.array([copies.side.ids[row] for row in rows], pa.string()),
            "text": pa.array([copies.side.texts[row] for row in rows], pa.string()),
            "component": pa.array(_numbered(groups["components"].codes[rows])),
            "nearest": pa.array(nearest[rows]),
        }
    )


def _numbered(codes: Rows) -> Rows:
    """The (r,) codes as numbers from 1, in the order in which they come."""
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(1, len(first) + 1)
    return rank[place.reshape(-1)]

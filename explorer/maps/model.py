"""What a map is made of."""

from dataclasses import dataclass

from explorer.base.arrays import Floats, Rows

KEPT = 15
"""Neighbours kept a point: enough to place it and to measure the map's faithfulness."""


@dataclass(frozen=True)
class MapModel:
    """Places of n items, and what is needed to judge the map and to place more.

    coords: (n, 2) float32. anchors: (m,) sorted row numbers of the items the map was fitted on (all when n is small).
    neighbours, similarities: (n, k) the nearest anchors of each item, itself left out, as positions in `anchors`.
    note: what a reader of the map must know, "" when nothing.
    """

    coords: Floats
    anchors: Rows
    neighbours: Rows
    similarities: Floats
    note: str

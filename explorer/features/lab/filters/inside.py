"""In-filter: the walk along the graph keeps only what passes, by hnswlib's filter function."""

from explorer.base.method import MethodCard
from explorer.features.lab.filters.way import Asked, Way
from explorer.index import Neighbours

CARD = MethodCard(
    name="in-filter",
    label="In-filter: inside of the graph",
    formula="greedy search through all items, of which the ef best that pass are kept",
    source="hnswlib",
    baseline="pre-filter",
)


def in_filter(asked: Asked) -> Neighbours:
    """Return what the graph gives; fewer than k where it leads to fewer that pass."""
    return asked.graph.query_inside(asked.query, asked.k, asked.allowed, asked.kind)


WAYS = (Way(CARD, "hnswlib's filter", in_filter),)

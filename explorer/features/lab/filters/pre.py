"""Pre-filter: every item that passes is compared with the query. Exact; the cost grows with what passes."""

from explorer.base.method import MethodCard
from explorer.features.lab.filters.way import Asked, Way
from explorer.index import Neighbours

CARD = MethodCard(
    name="pre-filter",
    label="Pre-filter: compare all that pass",
    formula="argmax over x that pass of q · x",
)


def pre_filter(asked: Asked) -> Neighbours:
    """Return the exact answer."""
    return asked.exact.query(asked.query, asked.k, asked.allowed, asked.kind)


WAYS = (Way(CARD, "exact", pre_filter),)

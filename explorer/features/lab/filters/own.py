"""What this program does: it counts what passes, then compares all of it, or over-fetches; see `index.plan`."""

from explorer.base.method import MethodCard
from explorer.features.lab.filters.way import Asked, Way
from explorer.index import Neighbours

CARD = MethodCard(
    name="filter-by-count",
    label="This program: by how many pass",
    formula="pre-filter where few pass, else over-fetch by 1.5 k / share; pre-filter where that falls short",
    baseline="pre-filter",
)


def by_count(asked: Asked) -> Neighbours:
    """Return what Explore would show."""
    return asked.graph.query(asked.query, asked.k, asked.allowed, asked.kind)


WAYS = (Way(CARD, "as on Explore", by_count),)

"""Every way to search that the lab compares, by name."""

from explorer.base.method import MethodCard
from explorer.features.lab.scorers import cards as scorers
from explorer.features.lab.several import cards as several

EXACT = MethodCard(
    name="exact",
    label="Exact search",
    formula="every item is compared: argmax over x of q · x",
)
HNSW = MethodCard(
    name="hnsw",
    label="HNSW graph",
    formula="greedy search in a layered graph of neighbours, the ef best candidates kept",
    source="Malkov and Yashunin 2018",
    baseline="exact",
)
METHODS: dict[str, MethodCard] = {method.name: method for method in (EXACT, HNSW, *several.CARDS, *scorers.CARDS)}

"""Every way to search that the lab compares, by name."""

from explorer.base.method import MethodCard
from explorer.features.lab.batches import cards as batches
from explorer.features.lab.compress import cards as compress
from explorer.features.lab.filters.registry import METHODS as FILTER_METHODS
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
USEARCH = MethodCard(
    name="usearch",
    label="HNSW by usearch",
    formula="the same kind of graph by another library, with vectors in half precision",
    source="Malkov and Yashunin 2018",
    needs=("usearch",),
    baseline="exact",
)
MILVUS = MethodCard(
    name="milvus",
    label="Milvus",
    formula="a vector database: embedded, every item is compared: argmax over x of q · x; a server has an HNSW graph",
    source="Wang et al. 2021",
    needs=("pymilvus",),
    baseline="exact",
)
METHODS: dict[str, MethodCard] = {
    method.name: method
    for method in (
        EXACT,
        HNSW,
        USEARCH,
        MILVUS,
        *compress.CARDS,
        *FILTER_METHODS.values(),
        *several.CARDS,
        *batches.CARDS,
        *scorers.CARDS,
    )
}

"""The ways to search items of several vectors, as cards."""

from explorer.base.method import MethodCard

NEEDS = ("several vectors",)
CHAMFER_ALL = MethodCard(
    name="chamfer-all",
    label="Every item by Chamfer",
    formula="sum over q in Q of max over p in P of q · p, for every item",
    source="Khattab and Zaharia 2020",
    needs=NEEDS,
)
ONE_VECTOR = MethodCard(
    name="one-vector",
    label="One vector an item, then Chamfer",
    formula="candidates by the mean of the vectors, divided by its length; Chamfer of these",
    needs=NEEDS,
)
FDE = MethodCard(
    name="fde",
    label="MUVERA, then Chamfer",
    formula="candidates by ⟨F(Q), F(P)⟩ / R of fixed dimensional encodings; Chamfer of these",
    source="Dhulipala and others 2024",
    needs=NEEDS,
    baseline="one-vector",
)
FDE_GRAPH = MethodCard(
    name="fde-graph",
    label="MUVERA in an HNSW graph, then Chamfer",
    formula="the same encodings, candidates by a graph instead of a product with all",
    source="Dhulipala and others 2024",
    needs=NEEDS,
    baseline="fde",
)
CARDS = (CHAMFER_ALL, ONE_VECTOR, FDE, FDE_GRAPH)

"""The ways to make vectors small, as cards."""

from explorer.base.method import MethodCard

PAPER = "Tepper and others 2024"
LVQ = MethodCard(
    name="lvq",
    label="Rounded only (LVQ)",
    formula="every number of x in B bits, on a scale from the least to the largest number of x",
    source="Aguerrebere and others 2023",
    baseline="exact",
)
PCA = MethodCard(
    name="pca",
    label="PCA",
    formula="(x - mean) B with the first d axes of the items",
)
ID = MethodCard(
    name="leanvec-id",
    label="LeanVec-ID",
    formula="x B with the B that loses least of X: the first d eigenvectors of X'X",
    source=PAPER,
    baseline="pca",
)
OOD = MethodCard(
    name="leanvec-ood",
    label="LeanVec-OOD",
    formula="(q A) · (x B) with the A and B that lose least of Q X', learnt from queries Q",
    source=PAPER,
    baseline="pca",
    trained="Frank-Wolfe, from texts that are not among the queries measured, and items",
)
COMPRESSED = MethodCard(
    name="compressed",
    label="Compressed index",
    formula="small vectors in lists; the lists nearest to a query are compared, the best of them re-ranked",
    source=PAPER,
    baseline="exact",
)
CARDS = (LVQ, PCA, ID, OOD, COMPRESSED)

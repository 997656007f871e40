"""What the Diagnose page measures, by name; and what other features find and group copies by."""

from explorer.base.method import MethodCard
from explorer.features.diagnose.alike.chains import Chain, chain_of
from explorer.features.diagnose.alike.drift import Drift, drift
from explorer.features.diagnose.alike.groups import components, louvain, members
from explorer.features.diagnose.alike.links import Links, links
from explorer.features.diagnose.alike.periods import Periods, periods_of
from explorer.features.diagnose.alike.proposal import propose
from explorer.features.diagnose.alike.truth import Agreement, agreement_of_groups, agreement_of_pairs
from explorer.features.diagnose.alike.words import LABELS, chain_words

__all__ = [
    "LABELS",
    "METHODS",
    "Agreement",
    "Chain",
    "Drift",
    "Links",
    "Periods",
    "agreement_of_groups",
    "agreement_of_pairs",
    "chain_of",
    "chain_words",
    "components",
    "drift",
    "links",
    "louvain",
    "members",
    "periods_of",
    "propose",
]
from explorer.features.diagnose.limits.limit_small import Questions, limit_small

__all__ = ["CARDS", "ICEBERG", "LIMIT", "METHODS", "Questions", "limit_small"]

ICEBERG = "Iceberg, Zhejiang University 2025"
LIMIT = "Weller, Boratko, Naim and Lee 2025"
CARDS = (
    MethodCard(
        name="hubness",
        label="Hubness",
        formula="skewness of N_10, how often an item is among the ten nearest of others",
        source="Radovanović, Nanopoulos and Ivanović 2010",
    ),
    MethodCard(
        name="anisotropy",
        label="Anisotropy",
        formula="mean cosine of two different items",
        source="Ethayarajh 2019",
    ),
    MethodCard(
        name="effective-rank",
        label="Effective rank",
        formula="exp of the entropy of the singular values’ shares",
        source="Roy and Vetterli 2007",
    ),
    MethodCard(
        name="gap",
        label="Gap between pictures and texts",
        formula="length of the difference of the two means",
        source="Liang and others 2022",
        needs=("a model that reads texts and pictures",),
    ),
    MethodCard(
        name="confident-learning",
        label="Labels in doubt",
        formula="another label j reaches the mean p(j) of the items that carry j",
        source="Northcutt, Jiang and Chuang 2021",
        needs=("a column of labels",),
    ),
    MethodCard(
        name="any-order",
        label="Items in any order",
        formula="label recall@k that chance gives",
        needs=("a column of labels",),
    ),
    MethodCard(
        name="label-recall",
        label="Label recall by metric, exact and by a graph",
        formula="Σ items of the query’s label among k / Σ min(items with that label, k)",
        source=ICEBERG,
        needs=("a column of labels",),
        baseline="any-order",
    ),
    MethodCard(
        name="decision-tree",
        label="Decision tree for metric and index",
        formula="inner product if DBI_E ≥ DBI_C and CV ≤ 0.1, else Euclid; partitions if RC < 1.5, else graph; no RA",
        source=ICEBERG,
        needs=("a column of labels",),
    ),
    MethodCard(
        name="intrinsic-dimension",
        label="Intrinsic dimension around an item",
        formula="1 / mean of ln(T_k / T_j) over j < k, k = 100",
        source="Levina and Bickel 2005",
    ),
    MethodCard(
        name="insertion-order",
        label="Order of insertion",
        formula="recall@10 of graphs built by dimension, or by category, less that of random order; five seeds",
        source="Elliott and Clark 2024",
    ),
    MethodCard(
        name="bm25",
        label="Search by words: BM25",
        formula="Σ idf · tf (k1 + 1) / (tf + k1 (1 − b + b · length / mean length)), k1 1.5, b 0.75",
        source="Robertson and Zaragoza 2009",
    ),
    MethodCard(
        name="limit",
        label="LIMIT-small",
        formula="recall@2, 10, 20 of a model’s cosine on 46 texts and 1,000 questions",
        source=LIMIT,
        needs=("a model that reads texts",),
        baseline="bm25",
    ),
    MethodCard(
        name="free-vectors",
        label="Free vectors",
        formula="largest n of which vectors in d dimensions have every pair first, by InfoNCE and Adam",
        source=LIMIT,
    ),
)
METHODS: dict[str, MethodCard] = {card.name: card for card in CARDS}

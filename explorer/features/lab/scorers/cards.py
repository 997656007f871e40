"""The ways to find what an expensive scorer likes best, as cards."""

from explorer.base.method import MethodCard

NEEDS = ("a pairwise scorer",)
ANNCUR = MethodCard(
    name="anncur",
    label="ANNCUR",
    formula="scores ≈ c A⁺ R, damped; the best of these are scored",
    source="Yadav and others 2022",
    needs=NEEDS,
    baseline="embedding-rescored",
)
BY_EMBEDDING = MethodCard(
    name="embedding-rescored",
    label="Embedding, then the scorer",
    formula="the items whose vectors are nearest to the query's are scored",
    needs=NEEDS,
    baseline="random-rescored",
)
ORACLE = MethodCard(
    name="anncur-oracle",
    label="ANNCUR, bound",
    formula="scores ≈ C C⁺ M R⁺ R with all scores M known: no way to search",
    source="Yadav and others 2022",
    needs=NEEDS,
    baseline="anncur",
)
RANDOM = MethodCard(
    name="random-rescored",
    label="Random items, then the scorer",
    formula="as many items drawn at random are scored",
    needs=NEEDS,
)
CARDS = (ANNCUR, BY_EMBEDDING, ORACLE, RANDOM)

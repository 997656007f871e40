"""The ways to answer a batch, as cards."""

from explorer.base.method import MethodCard

SOURCE = "after HQI (abstract and a note; no public code): tree, leaf size and clusters are a reconstruction"
ONE_BY_ONE = MethodCard(
    name="one_by_one",
    label="One by one",
    formula="each query against all items, those that do not pass its filter left out",
)
GROUPED = MethodCard(
    name="grouped",
    label="In groups, no tree",
    formula="queries of the same filter in one product; the filter looked at once",
    baseline="one_by_one",
)
ATTRIBUTES = MethodCard(
    name="attributes",
    label="Tree over attributes",
    formula="in groups; leaves of a tree over the conditions that hold nothing for the filter are passed over",
    source=SOURCE,
    baseline="grouped",
)
HQI = MethodCard(
    name="hqi",
    label="HQI: attributes and clusters",
    formula="as the tree, and of each leaf only the lists of the m clusters nearest to the query",
    source=SOURCE,
    baseline="attributes",
)
CARDS = (ONE_BY_ONE, GROUPED, ATTRIBUTES, HQI)

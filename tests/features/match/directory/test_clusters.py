import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from explorer.base.errors import InputError
from explorer.features.match.directory import clusters as module
from explorer.features.match.directory.clusters import (
    bipartite,
    first_numbers,
    louvain,
    markov,
    meaning_graph,
    pair_graph,
)


def two_groups(bridge: float = 1.0) -> csr_array:
    """Two groups of five names that are all paired, and one wrong pair between them."""
    pairs = [(a, b, 1.0) for start in (0, 5) for a in range(start, start + 5) for b in range(a + 1, start + 5)]
    first, second, weights = (np.array(one) for one in zip(*pairs, (2, 7, bridge), strict=True))
    return pair_graph(first, second, weights, 11)


def test_a_wrong_pair_does_not_make_one_thing_of_two() -> None:
    graph = two_groups()
    assert connected_components(graph)[0] == 2  # without communities all ten names would be one thing
    for groups in (markov(graph), louvain(graph)):
        assert groups.tolist() == [0] * 5 + [1] * 5 + [2]


def test_flow_stays_within_components_and_a_name_alone_is_one() -> None:
    groups = markov(pair_graph(np.array([0, 3]), np.array([2, 4]), np.ones(2), 6))
    assert groups.tolist() == [0, 1, 0, 2, 2, 3]
    assert markov(csr_array((3, 3))).tolist() == [0, 1, 2]


def test_higher_inflation_makes_smaller_communities() -> None:
    first = np.arange(11)
    path = pair_graph(first, first + 1, np.ones(11), 12)
    counts = [int(markov(path, inflation).max()) + 1 for inflation in (1.3, 2.0, 4.0)]
    assert counts[0] < counts[1] <= counts[2]


def test_markov_clustering_is_that_of_the_plain_algorithm() -> None:
    rng = np.random.default_rng(4)
    dense = np.triu((rng.random((14, 14)) < 0.2) * rng.random((14, 14)), 1)
    dense += dense.T
    flow = dense + np.diag(np.maximum(dense.max(axis=1), 1e-12))
    flow /= flow.sum(axis=1, keepdims=True)
    for _ in range(100):
        flow = (flow @ flow) ** 2
        flow /= flow.sum(axis=1, keepdims=True)
    expected = connected_components(csr_array(np.where(flow > 1e-5, flow, 0)), directed=False)[1]
    assert markov(csr_array(dense)).tolist() == first_numbers(expected).tolist()


def test_names_are_as_near_as_it_is_likely_that_both_mean_one_id() -> None:
    names, ids, weights = np.array([0, 0, 1, 2]), np.array([0, 1, 0, 1]), np.array([3.0, 1.0, 5.0, 2.0])
    graph = meaning_graph(names, ids, weights, 3).toarray()
    np.testing.assert_allclose(graph, [[0.75**2 + 0.25**2, 0.75, 0.25], [0.75, 1, 0], [0.25, 0, 1]])


def test_an_id_of_very_many_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EDGES", 8)
    with pytest.raises(InputError, match="expected at most 8 pairs of names with an id in common, got 9"):
        meaning_graph(np.arange(3), np.zeros(3, np.int64), np.ones(3), 3)


def test_names_and_ids_together_fall_into_communities() -> None:
    names = np.array([0, 0, 1, 1, 2, 3, 3, 4, 4, 2])
    ids = np.array([0, 1, 0, 1, 0, 2, 3, 2, 3, 1])
    assert bipartite(names, ids, np.ones(10), 5).tolist() == [0, 0, 0, 1, 1]


def test_groups_are_numbered_by_their_first_member() -> None:
    assert first_numbers(np.array([7, 2, 7, 5])).tolist() == [0, 1, 0, 2]

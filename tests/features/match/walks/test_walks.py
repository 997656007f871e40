"""Rows and sentences: the graph of the reference, its changes, walks, vectors, ranks."""

import json
from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.method import Task
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_strings
from explorer.features.match.walks.alike import nearest_words, pairs_of_file
from explorer.features.match.walks.change import Paths, compressed, expanded, one_path, pruned
from explorer.features.match.walks.evaluate import measure_walks, reciprocal_ranks
from explorer.features.match.walks.graph import COLUMN, WORDS, TextGraph, graph_of, joined, runs_of
from explorer.features.match.walks.matcher import WALKS, whole_graph
from explorer.features.match.walks.vectors import WalkSettings, near_pairs, node_vectors, random_walks

TOY = json.loads((Path(__file__).parent / "tdmatch_toy.json").read_text())
COLUMNS = ("COL1", "COL2", "COL3", "COL4")


@pytest.fixture(scope="module")
def toy() -> TextGraph:
    return graph_of(TOY["rows"], TOY["sentences"], COLUMNS)


def node(graph: TextGraph, words: str) -> int:
    return graph.names.index(words)


def as_networkx(graph: TextGraph) -> "nx.Graph[int]":
    made = nx.Graph()
    made.add_nodes_from(range(len(graph.kinds)))
    made.add_edges_from(graph.pairs().tolist())
    return made


def random_graph(seed: int) -> TextGraph:
    rng = np.random.default_rng(seed)
    kinds = np.repeat(np.arange(4, dtype=np.int8), [4, 4, 2, 20])
    edges = rng.integers(0, 30, (45, 2))
    return joined(tuple(f"w{i}" if i >= 10 else "" for i in range(30)), kinds, edges)


def test_the_toy_graph_is_that_of_the_reference(toy: TextGraph) -> None:
    names = ["FM1", "FM2", "FM3", "SM1", "SM2", "SM3", *(name.replace(" ", "_") for name in toy.names[6:])]
    found = {tuple(sorted((names[a], names[b]))) for a, b in toy.pairs().tolist()}
    assert found == {tuple(sorted(edge)) for edge in TOY["edges"]}
    assert (len(toy.kinds), toy.edges) == (TOY["n_nodes"], TOY["n_edges"]) == (40, 82)
    counts = np.bincount(toy.kinds)
    assert counts.tolist() == [TOY["types"][kind] for kind in ("Metadata1", "Metadata2", "Column", "Data")]


def test_runs_are_those_of_the_reference_and_stop_words_are_taken_out_before() -> None:
    assert sorted(runs_of("crime drama by Francis Ford Coppola")) == sorted(TOY["ngrams_example"])
    assert runs_of("the of and") == [] and runs_of("") == []
    assert runs_of("red red red") == ["red", "red red", "red red red"]


def test_words_of_the_second_list_alone_are_no_nodes(toy: TextGraph) -> None:
    assert "film" not in toy.names  # only a sentence has it
    graph = graph_of([("red cat",)], ["red dog", "blue dog"])
    assert set(graph.names[3:]) == {"red", "cat", "red cat"}
    assert graph.degrees[2] == 0


def test_a_graph_keeps_each_edge_once() -> None:
    graph = joined(("", "", "a"), np.array([0, 1, 3], np.int8), [(0, 2), (2, 0), (0, 2), (1, 1)])
    assert graph.edges == 1 and graph.pairs().tolist() == [[0, 2]]
    empty = joined((), np.empty(0, np.int8), [])
    assert empty.edges == 0 and len(empty.starts) == 1


def test_growing_joins_words_that_mean_the_same_and_drops_what_joins_nothing(toy: TextGraph) -> None:
    grown = expanded(toy, [("Crime", "felony"), ("thriller", "felony"), ("nothing", "known"), ("film", "movie")])
    assert "felony" in grown.names  # from outside, and it joins two words
    assert "known" not in grown.names and "movie" not in grown.names
    edges = {tuple(sorted((grown.names[a], grown.names[b]))) for a, b in grown.pairs().tolist()}
    assert ("crime", "felony") in edges and ("felony", "thriller") in edges
    words = grown.kinds == WORDS
    assert (grown.degrees[words] > 1).all()
    assert "godfather" in grown.names  # a row and a column have it
    lone = graph_of([("red cat",), ("red",)], [])
    assert set(pruned(lone).names[2:]) == {"red"}
    assert (pruned(lone).kinds != WORDS).sum() == 2  # texts stay


@pytest.mark.parametrize("seed", range(6))
def test_shortest_paths_are_those_of_networkx(seed: int) -> None:
    graph = random_graph(seed)
    made, paths = as_networkx(graph), Paths(graph)
    for one, other in [(0, 4), (1, 5), (2, 6), (3, 7), (0, 1), (4, 4)]:
        found = set(paths.between(one, other).tolist())
        if not nx.has_path(made, one, other):
            assert not found and one_path(graph, one, other) == []
            continue
        every = list(nx.all_shortest_paths(made, one, other))
        assert found == {node for path in every for node in path}
        assert one_path(graph, one, other) in every


def test_the_path_that_is_shown_goes_through_the_rarest_words() -> None:
    graph = graph_of([("rare common",), ("common",), ("common",)], ["rare common", "common"])
    assert [graph.names[one] for one in one_path(graph, 0, 3)] == ["", "rare", ""]


def test_shrinking_keeps_texts_and_what_joins_them(toy: TextGraph) -> None:
    small = compressed(toy, 1.0, np.random.default_rng(0))
    assert (small.kinds != WORDS).sum() == 10
    assert set(small.names) < set(toy.names)
    assert "godfather" not in small.names and "coppola" in small.names
    assert compressed(toy, 0.0, np.random.default_rng(0)) is toy
    alone = graph_of([("red cat",), ("red dog",)], [])
    assert "red" in compressed(alone, 2.0, np.random.default_rng(0)).names
    assert len(compressed(graph_of([], []), 0.5, np.random.default_rng(0)).kinds) == 0


def test_walks_begin_at_texts_and_columns_and_follow_edges(toy: TextGraph) -> None:
    walks = random_walks(toy, WalkSettings(walks=3, length=6), np.random.default_rng(0))
    assert walks.shape == (30, 6)
    assert (toy.kinds[walks[:, 0]] != WORDS).all()  # never at a word
    assert (toy.kinds[walks[:, 0]] == COLUMN).sum() == 12
    edges = {tuple(pair) for pair in toy.pairs().tolist()}
    assert all(tuple(sorted(step)) in edges for walk in walks for step in zip(walk[:-1], walk[1:], strict=True))
    again = random_walks(toy, WalkSettings(walks=3, length=6), np.random.default_rng(0))
    np.testing.assert_array_equal(walks, again)


def test_near_pairs_count_as_a_window_of_random_width() -> None:
    pairs, weights = near_pairs(np.array([[0, 1, 2, 0]]), 3, 2)
    told = {(a, b): w for (a, b), w in zip(pairs.tolist(), weights, strict=True)}
    assert told == {(0, 1): 1.5, (1, 0): 1.5, (0, 2): 1.5, (2, 0): 1.5, (1, 2): 1.0, (2, 1): 1.0}
    assert near_pairs(np.empty((0, 5), np.int64), 4, 3)[0].shape == (0, 2)


def tables() -> tuple[Side, Side]:
    table = pa.table({name: [row[i] for row in TOY["rows"]] for i, name in enumerate(COLUMNS)})
    return Side(name="films", ids=("a", "b", "c"), table=table, text="COL1"), side_of_strings(TOY["sentences"], "said")


def task(left: Side, right: Side, same: bool = False, **options: object) -> Task:
    usual = {one.name: one.default for one in WALKS.options}
    return Task(left=left, right=right, same=same, options={**usual, "epochs": 12.0, "length": 12.0, **options})  # type: ignore[dict-item]


def test_rows_find_their_sentences_and_say_by_which_words() -> None:
    asked = task(*tables(), cells="all columns")
    found = WALKS.propose(asked, Silent())
    first = [int(found.right[found.left == row][0]) for row in range(3)]
    assert first == [0, 1, 2]
    assert set(found.parts) == {"walks", "TF-IDF of words"}
    assert "3 left text, 3 right text, 4 column" in str(found.about["graph"])
    assert found.about["beside TF-IDF"] == "the same first text for 3 of 3"
    told = WALKS.explain(asked, 0, 0)
    assert told.path[0] == "a" and told.path[-1] == "1" and len(told.path) == 3
    assert told.path[1].strip("“”") in TOY["sentences"][0]
    shown = {TOY["sentences"][0][first:last] for (first, last), _ in told.fields[0].right_spans}
    assert shown == {"crime", "drama", "francis", "ford", "coppola", "1972"}
    again = WALKS.propose(asked, Silent())
    np.testing.assert_array_equal(found.scores, again.scores)


def test_one_list_texts_without_words_and_what_nothing_joins() -> None:
    side = side_of_strings(["red cat sleeps", "a red cat", "the", "blue", "BLUE sky"], "mine")
    found = WALKS.propose(task(side, side, same=True), Silent())
    assert {(0, 1), (3, 4)} <= set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert (found.left < found.right).all() and 2 not in found.left and 2 not in found.right
    assert WALKS.explain(task(side, side, same=True), 0, 3).notes == ("No path of words joins them.",)
    assert len(WALKS.propose(task(side_of_strings(["the"], "a"), side_of_strings(["of"], "b")), Silent())) == 0
    tableless = Side(name="bare", ids=("1",), table=pa.table({"x": [1]}))
    with pytest.raises(InputError, match="bare: choose the column that is compared"):
        WALKS.propose(task(tableless, side), Silent())


def test_a_file_of_words_that_mean_the_same_joins_texts(tmp_path: Path) -> None:
    left, right = side_of_strings(["big dog", "small car", "dog"], "l"), side_of_strings(["large", "car", "dog"], "r")
    assert (len(whole_graph(task(left, right)).neighbours(3))) == 0
    path = tmp_path / "alike.csv"
    path.write_text("word,other\nbig,huge\n large ,huge\nbig,\n")
    assert pairs_of_file(path) == [("big", "huge"), (" large ", "huge")]
    wanted = task(left, right, synonyms=str(path))
    assert "huge" not in whole_graph(wanted).names  # large is no node: the second list makes none
    path.write_text("word\nbig\n")
    with pytest.raises(InputError, match="alike.csv: expected two columns"):
        whole_graph(wanted)


def test_words_near_each_other_are_joined_by_a_model() -> None:
    graph = graph_of([("big dog",), ("large hound",), ("car",)], [])

    def embed(texts: Sequence[str]) -> Floats:
        places = {"big": 0, "large": 0, "dog": 1, "hound": 1, "car": 2}
        return np.eye(3, dtype=np.float32)[[places[text] for text in texts]]

    found = nearest_words(graph, embed, 0.9)
    assert {tuple(sorted(pair)) for pair in found} == {("big", "large"), ("dog", "hound")}
    left = side_of_strings(["big dog", "large hound"], "l")
    with pytest.raises(InputError, match="needs a model that reads texts"):
        whole_graph(task(left, left, alike=0.7))


def test_ranks_share_their_places() -> None:
    scores = np.array([[0.5, 0.9, 0.1], [0.5, 0.5, 0.1], [0.2, 0.2, 0.2]])
    np.testing.assert_allclose(reciprocal_ranks(scores, np.array([0, 0, 2])), [1 / 2, 1 / 1.5, 1 / 2])


def test_walks_are_measured_beside_tfidf() -> None:
    asked = task(*tables(), cells="all columns")
    plain, walks, both = measure_walks(asked, np.array([0, 1, -1]))
    assert (plain.mrr.value, walks.mrr.value, plain.mrr.items) == (1, 1, 2)
    assert plain.gain.value == 0 and both.way == "mean of both"
    turned = measure_walks(asked, np.array([1, 0, -1]))
    assert turned[0].mrr.value < 0.7  # a wrong truth is not found
    with pytest.raises(InputError, match="at least one row"):
        measure_walks(asked, np.full(3, -1))


def test_vectors_have_length_one_where_a_walk_comes() -> None:
    graph = graph_of([("red cat",), ("red",)], ["cat", "zebra"])
    vectors = node_vectors(graph, WalkSettings(walks=2, length=5), np.random.default_rng(0), Silent())
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(lengths[[0, 1, 2]], 1, atol=1e-5)
    assert lengths[3] == 0

"""Fusion of ranks and its weights: the numbers of vstash 0.33, and what goes wrong easily."""

import json
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.search.fusion import (
    DENSE_HEAVY,
    FIXED,
    KEYWORDS_HEAVY,
    LONG_CUTOFF,
    RANK_CONSTANT,
    Weights,
    adaptive_weights,
    distances,
    fuse,
    hard_negative,
    idf,
    near_enough,
    pool_size,
)

VSTASH = json.loads((Path(__file__).parent / "vstash.json").read_text(encoding="utf-8"))
COUNT, DOCUMENTS = 5, len(VSTASH["texts"])
WAYS = {
    "fixed_0.6_0.4": FIXED,
    "vec_heavy_.95": DENSE_HEAVY,
    "fts_heavy_.95": KEYWORDS_HEAVY,
    "nocut": Weights(0.6, 0.4, LONG_CUTOFF),
}


def rows(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def weights_of(query: str, stems: list[str]) -> Weights:
    known = VSTASH["idf"]
    idfs = [known.get(stem, log(DOCUMENTS)) for stem in stems]
    return adaptive_weights(len(query.split()), idfs, DOCUMENTS)


@pytest.mark.parametrize("one", VSTASH["adaptive"], ids=lambda one: one["query"])
def test_weights_are_those_of_the_reference(one: dict[str, Any]) -> None:
    found = weights_of(one["query"], one["stems"])
    assert [found.dense, found.keywords, found.cutoff] == pytest.approx(one["weights"], abs=1e-3)
    assert found.rule == "adaptive"


@pytest.mark.parametrize("way", [*WAYS, "adaptive"])
@pytest.mark.parametrize("run", VSTASH["runs"], ids=lambda run: run["query"])
def test_fused_scores_are_those_of_the_reference(run: dict[str, Any], way: str) -> None:
    stems = next(one["stems"] for one in VSTASH["adaptive"] if one["query"] == run["query"])
    weights = WAYS.get(way) or weights_of(run["query"], stems)
    pool = pool_size(COUNT, DOCUMENTS)
    distance = np.array([value for _, value in run["dense"][:pool]])
    dense = rows(*(row for row, _ in run["dense"][:pool]))[near_enough(distance, weights.cutoff)]
    found = fuse(dense, rows(*(row for row, _ in run["keywords"][:pool])), weights, COUNT)
    assert found.rows.tolist() == [row for row, _ in run["fused"][way]]
    np.testing.assert_allclose(found.scores, [score for _, score in run["fused"][way]], atol=1e-6)
    np.testing.assert_allclose(found.shares.sum(axis=1), found.scores)


def test_distances_are_those_of_the_unit_vectors() -> None:
    for run in VSTASH["runs"]:
        cosines = np.array(VSTASH["embeddings"]) @ np.array(run["vector"])
        wanted = [value for _, value in sorted(run["dense"])]
        np.testing.assert_allclose(distances(cosines), wanted, atol=3e-4)


def test_ranks_count_from_0_and_are_what_is_added() -> None:
    found = fuse(rows(7, 8), rows(8), FIXED, 3)
    assert found.rows.tolist() == [8, 7]
    assert found.ranks.tolist() == [[1, 0], [0, -1]]
    np.testing.assert_allclose(found.scores, [0.6 / (RANK_CONSTANT + 1) + 0.4 / RANK_CONSTANT, 0.6 / RANK_CONSTANT])


def test_idf_is_not_smoothed_and_negative_for_what_every_text_has() -> None:
    assert idf(100, 9) == pytest.approx(log(10))
    assert idf(100, 0) == pytest.approx(log(100))
    assert idf(100, 100) < 0


def test_the_cutoff_is_relative_to_the_nearest_and_takes_no_exact_match_for_one() -> None:
    assert near_enough(np.array([1.0, 1.15, 1.16]), 1.15).tolist() == [True, True, False]
    assert near_enough(np.array([1.2, 1.0, 1.3]), 1.15).tolist() == [False, True, False]  # hubs come later in the list
    assert near_enough(np.array([0.0, 5.0]), 1.15).all()
    assert not len(near_enough(np.array([]), 1.15))


def test_what_the_keywords_alone_have_beyond_2k_never_enters_an_answer() -> None:
    keywords = rows(*range(10))
    assert fuse(rows(9), keywords, FIXED, 2).rows.tolist() == [9, 0]
    assert fuse(rows(50), keywords, FIXED, 2).rows.tolist() == [50, 0]
    assert fuse(rows(50), keywords, KEYWORDS_HEAVY, 2).rows.tolist() == [0, 1]


def test_without_a_dense_hit_the_keywords_count_fully() -> None:
    found = fuse(rows(), rows(4, 2), FIXED, 5)
    np.testing.assert_allclose(found.scores, [1 / 60, 1 / 61])
    assert found.rows.tolist() == [4, 2]
    assert not len(fuse(rows(), rows(), FIXED, 5).rows)


def test_a_query_of_more_than_50_words_goes_by_meaning_and_is_not_cut_off() -> None:
    assert adaptive_weights(50, [5.0], 100).rule == "adaptive"
    assert adaptive_weights(51, [5.0], 100) == Weights(0.9, 0.1, LONG_CUTOFF, "long")


def test_rarity_means_nothing_without_words_or_in_a_single_text() -> None:
    assert adaptive_weights(2, [], 100) == FIXED == adaptive_weights(2, [0.0], 1)


def test_weights_stay_between_their_ends() -> None:
    for mean in (-20.0, 0.0, 2.3, 50.0):
        found = adaptive_weights(3, [mean], 100)
        assert 0.1 <= found.keywords <= 0.6
        assert found.dense + found.keywords == pytest.approx(1, abs=1e-3)


def test_the_pool_follows_the_size_of_the_collection() -> None:
    assert [pool_size(10, n) for n in (12, 150, 1_000)] == [30, 50, 100]


def test_a_hard_negative_is_in_one_list_alone_and_never_the_positive() -> None:
    assert hard_negative(rows(1, 2, 3), rows(2, 1, 9), 3) == 9
    assert hard_negative(rows(1, 2, 3), rows(2, 1, 9), 2) == 3
    assert hard_negative(rows(1, 2), rows(2, 1), 1) == -1
    assert hard_negative(rows(1, 2, 3, 4, 5, 6), rows(1, 2, 3, 4, 5), 1) == -1  # the sixth place does not count

"""Lbl2TransformerVec against the authors' program, and what goes wrong easily.

reference.json: sebischair/Lbl2Vec d9efdf5 with a stub encoder, 1e-6.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import LocalOutlierFactor

from explorer.base.errors import InputError
from explorer.features.label.by_words.define import WordSettings, candidates, cosines_to, define, inliers
from explorer.features.label.by_words.method import KEYWORDS, TOP_MANY, TOP_ONE, WordsAsk

CLOSE = 1e-6
CASES = {
    "defaults(threshold None, min 1)": WordSettings(),
    "offset0.2": WordSettings(offset=0.2),
}
NAMES = ("Sports", "Business", "Science")


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "reference.json").read_text()))


def parts(reference: dict[str, Any]) -> tuple[np.ndarray, list[np.ndarray]]:
    """(18, 6) documents and the vectors of the keywords of each label."""
    vectors = {name: np.array(value) for name, value in reference["vectors"].items()}
    documents = np.stack([vectors[f"doc{i}"] for i in range(18)])
    return documents, [np.stack([vectors[word] for word in words]) for words in reference["keywords"]]


@pytest.mark.parametrize("case", CASES)
def test_numbers_of_the_authors(reference: dict[str, Any], case: str) -> None:
    documents, keywords = parts(reference)
    expected = reference[case]
    found = [define(documents, words, CASES[case]) for words in keywords]
    assert [len(one.rows) for one in found] == expected["n_docs_per_label"]
    vectors = np.stack([one.vector for one in found])
    np.testing.assert_allclose(vectors, expected["label_vectors"], atol=CLOSE)
    similar = cosines_to(documents, vectors)
    np.testing.assert_allclose(similar, expected["sims"], atol=CLOSE)
    np.testing.assert_allclose(similar.max(axis=1), expected["score"], atol=CLOSE)
    assert [NAMES[code] for code in similar.argmax(axis=1)] == expected["pred"]
    assert (similar.argmax(axis=1) == reference["true"]).mean() == pytest.approx(expected["accuracy"])


def test_outliers_of_the_authors(reference: dict[str, Any]) -> None:
    kept = inliers(np.array(reference["lof"]["vectors"]))
    assert np.flatnonzero(kept).tolist() == reference["lof"]["kept_idx"]


def test_an_item_far_from_the_others_is_left_out_of_the_mean() -> None:
    rng = np.random.default_rng(0)
    near = np.array([5.0, 0, 0, 0]) + rng.normal(size=(40, 4)) * 0.1
    items = np.concatenate([near, [[5.0, 4.0, 0, 0]]])
    keyword = np.array([[1.0, 0, 0, 0]])
    dirty = define(items, keyword, WordSettings(similarity=0.0))
    clean = define(items, keyword, WordSettings(similarity=0.0, clean=True))
    assert clean.rows[~clean.kept].tolist() == [40]
    assert clean.kept.tolist() == (LocalOutlierFactor(n_neighbors=20).fit_predict(items[clean.rows]) == 1).tolist()
    assert clean.vector.shape == (4,)  # the published program averages twice here: a single number
    assert abs(clean.vector[1]) < abs(dirty.vector[1])


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_to_be_cleaned_are_kept(count: int) -> None:
    assert inliers(np.eye(4)[:count]).all()


def test_copies_are_no_outliers() -> None:
    assert inliers(np.ones((30, 3), dtype=np.float16)).any()


def test_the_cap_comes_after_the_ranking() -> None:
    """The published program takes the first items of the collection and ranks those."""
    cosines = np.array([0.1, 0.2, 0.9, 0.8])
    assert candidates(cosines, WordSettings(similarity=0.0, most=2)).tolist() == [2, 3]


def test_at_least_so_many_and_equal_ones_in_their_order() -> None:
    cosines = np.array([0.5, 0.9, 0.5, 0.5])
    assert candidates(cosines, WordSettings(similarity=0.8, least=3)).tolist() == [1, 0, 2]
    assert candidates(cosines, WordSettings(similarity=0.5)).tolist() == [1], "above the threshold, not at it"
    assert len(candidates(cosines, WordSettings(least=9))) == 4


def test_without_settings_a_single_item_defines_a_label() -> None:
    cosines = np.array([0.4, 0.9, 0.89])
    assert candidates(cosines, WordSettings()).tolist() == [1]


def test_the_baseline_stops_at_the_keywords(reference: dict[str, Any]) -> None:
    documents, keywords = parts(reference)
    ask = WordsAsk(items=documents, keywords=tuple(keywords), descriptions=None, settings=WordSettings())
    np.testing.assert_allclose(KEYWORDS.vectors(ask)[1], keywords[1][0])
    np.testing.assert_allclose(
        TOP_ONE.vectors(ask), reference["defaults(threshold None, min 1)"]["label_vectors"], atol=CLOSE
    )
    np.testing.assert_allclose(TOP_MANY.vectors(ask), np.tile(documents.mean(axis=0), (3, 1)))


def test_clear_words_for_what_cannot_be_used() -> None:
    items = np.eye(3)
    with pytest.raises(InputError, match="at least one of the keywords"):
        define(items, np.empty((0, 3)), WordSettings())
    with pytest.raises(InputError, match="at least one of the items"):
        define(np.empty((0, 3)), items, WordSettings())
    with pytest.raises(InputError, match="cancel each other"):
        define(items, np.array([[1.0, 0, 0], [-1.0, 0, 0]]), WordSettings())
    with pytest.raises(InputError, match="at least 1 item"):
        WordSettings(least=0)
    with pytest.raises(InputError, match="at most as many"):
        WordSettings(least=5, most=4)


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=30),
    st.floats(-1, 1),
    st.integers(1, 40),
    st.none() | st.integers(40, 50),
)
def test_candidates_are_the_nearest(cosines: list[float], limit: float, least: int, most: int | None) -> None:
    values = np.array(cosines)
    found = candidates(values, WordSettings(similarity=limit, least=least, most=most))
    left = np.setdiff1d(np.arange(len(values)), found)
    assert len(found) >= min(least, len(values))
    assert not len(left) or values[found].min() >= values[left].max()
    assert not len(left) or values[left].max() <= limit


def test_a_cosine_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="Expected a cosine as a number"):
        WordSettings(similarity=float("nan"))

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Jaro
from rapidfuzz.fuzz import token_set_ratio
from sklearn.feature_extraction.text import TfidfVectorizer

from explorer.features.match.strings import jaro as jaro_module
from explorer.features.match.strings import measures as module
from explorer.features.match.strings.jaro import jaro_winkler, matching
from explorer.features.match.strings.measures import MEASURES, Pairs
from explorer.features.match.strings.tfidf import pair_tfidf

REFERENCE = json.loads((Path(__file__).parent / "linkorgs.json").read_text())["stringdist"]
NAMES = ["apple corp", "apple", "the big apple", "corp apple", "b", "", "élan", "aaaa", "aa"]


def of_lists(left: list[str], right: list[str], q: int = 2, prefix: float = 0.1) -> Pairs:
    rows = np.arange(len(left))
    return Pairs(left=left, right=right, first=rows, second=rows, q=q, prefix=prefix)


REFERENCES = of_lists([one["a"] for one in REFERENCE], [one["b"] for one in REFERENCE], prefix=0)


def test_jaccard_and_cosine_are_the_official_ones() -> None:
    jaccard = [one["jaccard_q2"] for one in REFERENCE]
    cosine = [one["cosine_q2"] for one in REFERENCE]
    np.testing.assert_allclose(1 - MEASURES["jaccard"](REFERENCES), jaccard, atol=1e-9)
    np.testing.assert_allclose(1 - MEASURES["cosine"](REFERENCES), cosine, atol=1e-9)


def test_jaro_is_the_official_jw_also_where_an_odd_number_is_out_of_order() -> None:
    np.testing.assert_allclose(1 - MEASURES["jaro_winkler"](REFERENCES), [one["jw"] for one in REFERENCE], atol=1e-9)


def test_edits_are_the_official_ones() -> None:
    lengths = [max(len(one["a"]), len(one["b"])) for one in REFERENCE]
    edits = (1 - MEASURES["osa"](REFERENCES)) * lengths
    np.testing.assert_allclose(edits, [one["osa"] for one in REFERENCE], atol=1e-9)


def test_letters_that_stand_several_times_count_once_in_jaccard() -> None:
    assert MEASURES["jaccard"](of_lists(["aaaaaa"], ["aa"]))[0] == 1.0
    assert MEASURES["jaccard"](of_lists(["banana"], ["ban"]))[0] == 2 / 3


def test_no_sign_is_put_around_a_name() -> None:
    assert MEASURES["jaccard"](of_lists(["ab"], ["abc"]))[0] == 1 / 2


@pytest.mark.parametrize("name", MEASURES)
def test_equal_names_are_alike_and_others_in_any_order_within_bounds(name: str) -> None:
    pairs = list(product(NAMES[:5] + NAMES[6:], repeat=2))
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    values = MEASURES[name](of_lists(left, right))
    np.testing.assert_allclose(values, MEASURES[name](of_lists(right, left)), atol=1e-9)
    assert values.min() >= 0 and values.max() <= 1 + 1e-6
    assert all(value == pytest.approx(1, abs=1e-6) for value, (a, b) in zip(values, pairs, strict=True) if a == b)


@pytest.mark.parametrize("name", MEASURES)
def test_no_pairs_have_no_values(name: str) -> None:
    none = np.empty(0, np.int64)
    assert MEASURES[name](Pairs(left=["a"], right=["b"], first=none, second=none)).shape == (0,)


def plain_jaro(left: str, right: str, prefix: float) -> float:
    """One pair, character by character."""
    a, b = (right, left) if len(right) < len(left) else (left, right)
    if not a or not b:
        return float(a == b)
    window, used, mine = max(len(b) // 2 - 1, 0), set[int](), []
    for at, letter in enumerate(a):
        near = range(max(0, at - window), min(len(b), at + window + 1))
        free = next((place for place in near if b[place] == letter and place not in used), None)
        if free is not None:
            used.add(free)
            mine.append(letter)
    if not mine:
        return 0.0
    swaps = sum(x != b[y] for x, y in zip(mine, sorted(used), strict=True)) / 2
    value = (len(mine) / len(a) + len(mine) / len(b) + (len(mine) - swaps) / len(mine)) / 3
    common = next((at for at in range(min(4, len(a))) if a[at] != b[at]), min(4, len(a)))
    return value + (1 - value) * prefix * common


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.text("abcd", max_size=9), st.text("abcd", max_size=9)), max_size=12),
    st.sampled_from([0, 0.1]),
)
def test_jaro_of_many_pairs_is_that_of_each(pairs: list[tuple[str, str]], prefix: float) -> None:
    found = jaro_winkler([a for a, _ in pairs], [b for _, b in pairs], prefix)
    np.testing.assert_allclose(found, [plain_jaro(a, b, prefix) for a, b in pairs], atol=1e-12)


def test_jaro_is_that_of_rapidfuzz_but_for_the_half_that_it_drops() -> None:
    rng = np.random.default_rng(0)
    left, right = (["".join(rng.choice(list("abcdef"), 9)) for _ in range(200)] for _ in range(2))
    ours = jaro_winkler(left, right, 0)
    theirs = np.array([Jaro.similarity(a, b) for a, b in zip(left, right, strict=True)])
    matched = np.array([max(1, len(matching(a, b)[0])) for a, b in zip(left, right, strict=True)])
    half = np.isclose(theirs - ours, 0.5 / matched / 3)
    assert (half | np.isclose(theirs, ours)).all() and half.any() and not half.all()


def test_jaro_in_small_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = list(product(NAMES, repeat=2))
    whole = jaro_winkler([a for a, _ in pairs], [b for _, b in pairs])
    monkeypatch.setattr(jaro_module, "NUMBERS", 20)
    np.testing.assert_array_equal(jaro_winkler([a for a, _ in pairs], [b for _, b in pairs]), whole)


def test_a_character_zero_is_a_character() -> None:
    assert jaro_winkler(["a\0"], ["a"], 0)[0] == pytest.approx(plain_jaro("a\0", "a", 0))


def test_places_that_match_are_told_for_each_name_of_either_length() -> None:
    assert matching("martha", "marhta") == ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])
    assert matching("abx", "ab") == ([0, 1], [0, 1])
    assert matching("yab", "ab") == ([], [])


def test_rapidfuzz_measures_are_its_own_also_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = list(product(NAMES, repeat=2))
    given = of_lists([a for a, _ in pairs], [b for _, b in pairs])
    monkeypatch.setattr(module, "PAIRS", 7)
    np.testing.assert_allclose(MEASURES["osa"](given), [OSA.normalized_similarity(a, b) for a, b in pairs])
    np.testing.assert_allclose(MEASURES["token_set"](given), [token_set_ratio(a, b) / 100 for a, b in pairs], atol=1e-9)


def test_tfidf_is_that_of_scikit_learn() -> None:
    left, right = ["apple corp", "oracle inc", "aaa bb"], ["apple", "the oracle", "b aa"]
    ended = [f" {name} " for name in (*left, *right)]
    rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(ended).toarray()
    expected = rows[:3] @ rows[3:].T
    first, second = np.divmod(np.arange(9), 3)
    found = MEASURES["tfidf"](Pairs(left=left, right=right, first=first, second=second))
    np.testing.assert_allclose(found, expected.ravel(), atol=1e-6)
    for row, column in zip(first, second, strict=True):
        score, adds = pair_tfidf(left, right, left[row], right[column])
        assert score == pytest.approx(expected[row, column], abs=1e-9) == sum(adds.values())

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.features.match import grams
from explorer.features.match.grams import as_sets, gram_counts, row_dots, row_sums


def plain(text: str, q: int, starts: int = 0) -> list[str]:
    if not text:
        return []
    found = [text[at : at + q] for at in range(max(1, len(text) - q + 1))]
    return found[:starts] if starts else found


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("abß 中🙂", max_size=9), min_size=1, max_size=6), st.integers(1, 5))
def test_products_of_counts_and_sets_are_those_of_plain_grams(texts: list[str], q: int) -> None:
    left, right = gram_counts([texts, texts[::-1]], q)
    rows = np.arange(len(texts))
    for sets in (False, True):
        one, other = (as_sets(left), as_sets(right)) if sets else (left, right)
        for shift in range(len(texts)):
            moved = np.roll(rows, shift)
            expected = []
            for a, b in zip(rows, moved, strict=True):
                mine, theirs = plain(texts[a], q), plain(texts[::-1][b], q)
                kinds = set(mine) & set(theirs)
                expected.append(len(kinds) if sets else sum(mine.count(gram) * theirs.count(gram) for gram in kinds))
            np.testing.assert_array_equal(row_dots(one, other, rows, moved), expected)
    np.testing.assert_array_equal(row_sums(left), [len(plain(text, q)) for text in texts])


def test_only_grams_that_begin_early_count_where_that_is_wanted() -> None:
    counts = gram_counts([["abcdef", "abc"]], 3, starts=2)[0]
    np.testing.assert_array_equal(row_sums(counts), [2, 1])


def test_nothing_at_all_has_no_grams() -> None:
    for texts in ([], ["", ""]):
        assert gram_counts([texts], 3)[0].shape == (len(texts), 0)


def test_many_different_characters_do_not_run_over(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["".join(map(chr, range(0x4E00 + at, 0x4E00 + at + 400))) for at in (0, 3)]
    usual = gram_counts([texts], 5)[0].toarray()
    monkeypatch.setattr(grams, "KEYS", 1000)
    np.testing.assert_array_equal(usual.sum(axis=1), [396, 396])
    assert (usual[0] * usual[1]).sum() == 393
    np.testing.assert_array_equal(gram_counts([texts], 5)[0].toarray().sum(axis=1), [396, 396])


def test_products_of_many_pairs_in_parts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = gram_counts([["apple", "apple corp", "oracle"]], 2)[0]
    first, second = np.divmod(np.arange(9), 3)
    whole = row_dots(counts, counts, first, second)
    monkeypatch.setattr(grams, "NUMBERS", 8)
    np.testing.assert_array_equal(row_dots(counts, counts, first, second), whole)


@pytest.mark.parametrize("letters", [1, 7, 20])
def test_texts_in_parts_are_counted_as_all_at_once(monkeypatch: pytest.MonkeyPatch, letters: int) -> None:
    lists = [["banana", "", "ananas", "b"], ["nab", "banana" * 9]]
    whole = [one.toarray() for one in gram_counts(lists, 2)]
    monkeypatch.setattr(grams, "LETTERS", letters)
    monkeypatch.setattr(grams, "TEXTS", 2)
    for one, other in zip(whole, gram_counts(lists, 2), strict=True):
        np.testing.assert_array_equal(one, other.toarray())

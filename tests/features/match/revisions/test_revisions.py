"""Revisions: three-way lengths and scores of the reference, what each case must give, a table of them."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.match.revisions import alignment, service, tokens
from explorer.features.match.revisions.alignment import align, common_of_three, kept_of, most_shared
from explorer.features.match.revisions.beside import bleu, chrf, edit_similarity
from explorer.features.match.revisions.excision import excise
from explorer.features.match.revisions.pieces import panes
from explorer.features.match.revisions.service import (
    compare,
    means_of,
    revision_columns,
    scores_of_table,
    shared_text,
    with_context,
)
from explorer.features.match.revisions.tokens import numbered, tokens_of
from explorer.io.table_file import TableFile

TOLD = json.loads((Path(__file__).parent / "excision.json").read_text("utf-8"))
CONTEXT = " ".join(f"w{number}" for number in range(20))
WORDS = st.text("abc", max_size=7)


def score(original: str, reference: str, candidate: str) -> float:
    return excise(*map(tokens_of, (original, reference, candidate))).score


@pytest.mark.parametrize("case", TOLD["lcs"], ids=lambda case: case["O"])
def test_three_way_lengths_are_exact(case: dict[str, Any]) -> None:
    texts = numbered(case["O"], case["A"], case["B"])
    assert most_shared(texts) == case["exact_3way"] == len(common_of_three(*texts))
    assert len(align(*texts).shared) <= case["exact_3way"]


def test_nesting_two_way_comparisons_would_lose_a_token() -> None:
    """The trap: what both share, and then with the third, is less than what all three share."""
    lost = [one for one in _words() if _nested(*numbered(*one)) < len(common_of_three(*numbered(*one)))]
    assert lost


def _words() -> list[tuple[str, str, str]]:
    rng = np.random.default_rng(3)
    return [tuple("".join(rng.choice(list("abc"), 7)) for _ in range(3)) for _ in range(60)]  # type: ignore[misc]


def _nested(one: list[int], two: list[int], three: list[int]) -> int:
    kept = kept_of(one, two)
    both = [token for token, place in zip(one, kept.tolist(), strict=True) if place >= 0]
    return int((kept_of(both, three) >= 0).sum())


@given(WORDS, WORDS, WORDS)
def test_three_way_is_a_longest_common_subsequence(one: str, two: str, three: str) -> None:
    found = common_of_three(*numbered(one, two, three))
    assert all(one[i] == two[j] == three[k] for i, j, k in found.tolist())
    assert (np.diff(found, axis=0) > 0).all()
    assert len(found) == max(
        len(some)
        for size in range(len(one) + 1)
        for some in combinations(one, size)
        if _in(some, two) and _in(some, three)
    )


def _in(some: tuple[str, ...], text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in some)


@pytest.mark.parametrize("case", TOLD["property_cases"], ids=lambda case: case["name"])
def test_each_case_is_as_it_must_be(case: dict[str, str]) -> None:
    wanted = {
        "identical revisions": 1.0,
        "no change predicted, change expected": 0.0,
        "matching deletion": 1.0,
        "same deletion, different insertion": 2 / 3,
        "moved block": 1.0,
    }[case["name"]]
    assert score(case["O"], case["A"], case["B"]) == pytest.approx(wanted)
    assert bleu(case["A"].split(), case["B"].split()) > wanted or wanted > 0


@pytest.mark.parametrize("step", TOLD["ladder"], ids=lambda step: f"{step['context_copies']} copies")
def test_shared_context_raises_the_others_as_sacrebleu_has_it_and_leaves_the_score(step: dict[str, float]) -> None:
    before = [CONTEXT] * int(step["context_copies"])
    original, reference, candidate = (" ".join([*before, one]) for one in ("return a", "return a + b", "return a - b"))
    words = [tokens_of(one).words for one in (reference, candidate)]
    assert bleu(*words) == pytest.approx(step["sacrebleu_sentence_BLEU(A,B)"], abs=1e-9)
    assert edit_similarity(*words) == pytest.approx(step["difflib_ratio_tokens"], abs=1e-9)
    assert score(original, reference, candidate) == 0.5
    if not before:
        assert chrf(reference, candidate) == pytest.approx(step["chrF"], abs=1e-9)


def test_operators_and_marks_are_tokens_of_their_own() -> None:
    assert tokens_of("if a==-1: f(x)\n\n").words == ("if", "a", "=", "=", "-", "1", ":", "f", "(", "x", ")")
    assert score("a + b", "a - b", "a * b") == 0.5  # the deletion alone


@given(WORDS, WORDS, WORDS)
def test_which_revision_is_which_does_not_matter_and_equal_ones_agree(one: str, two: str, three: str) -> None:
    texts = [" ".join(text) for text in (one, two, three)]
    assert 0 <= score(*texts) <= 1
    assert score(texts[0], texts[1], texts[1]) == 1
    assert score(texts[0], texts[2], texts[1]) == score(*texts)


def test_each_revision_changes_as_little_as_it_can() -> None:
    """Sharing as much as possible among three would call what the candidate kept an insertion."""
    found = excise(*map(tokens_of, ("t = 0 for v : t = t + v end", "t = s ( v ) end", "n t = 0 for v : t = t + v end")))
    assert found.changes[1] == 1


def test_what_could_be_shared_at_most_is_not_told_of_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("a b c d e f g", "a b x d e f", "a b y d e g")
    assert (compare(*texts).shared, compare(*texts).most_shared) == (4, 4)
    monkeypatch.setattr(alignment, "CUBE", 0)
    assert compare(*texts).most_shared is None
    assert compare(*texts).shared == 4


def test_nothing_changed_and_empty_texts_are_said() -> None:
    assert compare("a b", "a b", "a b").scores["excision"] == 1
    assert "Neither revision changes the original" in " ".join(compare("a b", "a b", "a b").notes)
    assert "Candidate is equal to the original" in " ".join(compare("a b", "a c", "a b").notes)
    empty = compare("", "", "")
    assert (empty.scores["excision"], empty.scores["bleu"], empty.scores["edit"]) == (1, 0, 1)
    assert "Original is empty." in empty.notes
    assert compare("a b", "", "a").scores["excision"] == pytest.approx(2 / 3)


def test_a_text_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 3)
    with pytest.raises(InputError, match="Reference: expected at most 3 words and signs, got 4"):
        compare("a", "a b c d", "a")


def test_bleu_and_chrf_at_their_ends() -> None:
    assert bleu(["a"], []) == bleu([], ["a"]) == bleu(["a"], ["b"]) == 0
    assert bleu(["a", "b"], ["a", "b"]) == pytest.approx(1)
    assert bleu(["a", "b", "c", "d"], ["a", "b"]) == pytest.approx(np.exp(1 - 2))
    assert chrf("", "a") == 0
    assert chrf("abc", "abc") == pytest.approx(1)
    assert chrf("ab", "xy") == 0


def test_pieces_joined_are_the_texts_and_say_what_became_of_each() -> None:
    texts = ("one two\n  three four", "one zwei\n  three", "one zwei\n  four")
    found = panes(compare(*texts))
    assert tuple("".join(piece.text for piece in pane) for pane in found) == texts
    kinds = [{piece.text: piece.kind for piece in pane if piece.kind} for pane in found]
    assert kinds[0] == {"one": "shared", "two": "both", "three four": "one"}
    assert kinds[1] == {"one": "shared", "zwei": "both", "three": "kept"}
    assert kinds[2] == {"one": "shared", "zwei": "both", "four": "kept"}


def test_more_context_stops_where_texts_would_be_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("a b c", "a b d", "a b e")
    assert shared_text(texts) == "a b"
    found = with_context(texts, steps=(0, 1, 5))
    assert found["excision"] == [found["excision"][0]] * 3
    assert found["bleu"] == sorted(found["bleu"])
    monkeypatch.setattr(service, "MOST", 6)
    assert with_context(texts, steps=(0, 1, 5))["copies"] == [0, 1]


def test_a_table_is_scored_row_by_row_with_means() -> None:
    table = pa.table({"before": ["a b", "a b"], "gold": ["a c", None], "output": ["a c", "a b"], "n": [1, 2]})
    file = TableFile(table)
    assert revision_columns(file) == ("before", "gold", "output")
    assert revision_columns(file, ("", "n", "")) == ("before", "n", "output")
    found = scores_of_table(file, ("before", "gold", "output"))
    assert found.column("excision").to_pylist() == [1, 0]
    assert "Reference is empty." in found.column("note")[1].as_py()
    assert means_of(found)["excision"].value == 0.5
    with pytest.raises(InputError, match="Expected three columns"):
        revision_columns(TableFile(table.select(["before"])))
    with pytest.raises(InputError, match="column: expected one of before"):
        revision_columns(file, ("x", "", ""))


def test_the_row_of_a_text_that_is_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    file = TableFile(pa.table({"o": ["a", "a"], "a": ["a", "a b c"], "b": ["a", "a"]}))
    with pytest.raises(InputError, match="Row 2: Reference: expected at most 2"):
        scores_of_table(file, ("o", "a", "b"))


def test_ids_and_numbers_are_no_texts_to_compare() -> None:
    def columns(names: str, row: tuple[object, ...]) -> tuple[str, str, str]:
        return revision_columns(TableFile(pa.table(dict(zip(names.split(), [[one] for one in row], strict=True)))))

    assert columns("id a b c", (1, "x", "y", "z")) == ("a", "b", "c")
    assert columns("id first second third", ("r1", "x", "y", "z")) == ("first", "second", "third")
    assert columns("n original text model", (3, "x", "y", "z")) == ("original", "text", "model")
    assert columns("o a b c", ("w", "x", "y", "z")) == ("o", "a", "b")
    assert columns("id a b", (1, "x", "y")) == ("a", "b", "id")


def test_a_row_without_any_text_has_no_score_and_is_in_no_mean() -> None:
    texts = {"o": ["a b", "", "a"], "a": ["a c", None, "a"], "b": ["a d", " ", "a"]}
    found = scores_of_table(TableFile(pa.table(texts)), ("o", "a", "b"))
    assert found.column("excision").to_pylist() == [0.5, None, 1.0]
    assert found.column("note")[1].as_py() == "All three are empty: no score."
    assert (means_of(found)["excision"].value, means_of(found)["edit"].items) == (0.75, 2)
    assert means_of(scores_of_table(TableFile(pa.table(texts).slice(1, 1)), ("o", "a", "b"))) == {}

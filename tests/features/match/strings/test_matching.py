import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.calibration import threshold_for_about
from explorer.features.match.method import Candidates, MatchMethod, Task
from explorer.features.match.sides import side_of_strings
from explorer.features.match.strings import candidates as candidates_module
from explorer.features.match.strings import matching as module
from explorer.features.match.strings.methods import STRINGS

REFERENCE = json.loads((Path(__file__).parent / "linkorgs.json").read_text())
METHODS = {method.name: method for method in STRINGS}
LEFT = ["apple", "oracle", "enron inc.", "mcdonalds corporation"]
RIGHT = ["apple corp", "oracle inc", "enron", "mcdonalds"]
LETTERS = [name for name in METHODS if name != "embedding"]


def by_words(texts: Sequence[str]) -> np.ndarray:
    """Vectors that know what a few words mean."""
    meaning = {"car": 0, "auto": 0, "house": 1, "home": 1}
    rows = np.full((len(texts), 3), 0.01, np.float32)
    for row, text in enumerate(texts):
        rows[row, meaning.get(text.lower().split()[0], 2)] = 1
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def task_of(method: MatchMethod, left: list[str], right: list[str] | None, **options: float | str | bool) -> Task:
    usual = {option.name: option.default for option in method.options}
    mine = side_of_strings(left, "left")
    theirs = mine if right is None else side_of_strings(right, "right")
    return Task(left=mine, right=theirs, same=right is None, options={**usual, **options}, embed=by_words)


def found_by(name: str, left: list[str], right: list[str] | None, **options: float | str | bool) -> Candidates:
    return METHODS[name].propose(task_of(METHODS[name], left, right, **options), Silent())


def pairs_of(found: Candidates) -> list[tuple[int, int]]:
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_the_example_of_linkorgs_comes_out() -> None:
    found = found_by("jaccard", LEFT, RIGHT)
    rows = {(LEFT[a], RIGHT[b]): 1 - score for (a, b), score in zip(pairs_of(found), found.scores, strict=True)}
    expected = {(one["orgnames_x"], one["orgnames_y"]): one["minDist"] for one in REFERENCE["readme_fuzzy_ave4"]}
    assert rows == pytest.approx(expected, abs=1e-6)
    assert (found.scores >= threshold_for_about(found.scores, (4, 4), 4)).sum() == 7
    assert (found.scores >= threshold_for_about(found.scores, (4, 4), 1)).sum() == 2


@pytest.mark.parametrize("name", METHODS)
def test_pairs_are_in_order_and_explained_with_their_score(name: str) -> None:
    method = METHODS[name]
    task = task_of(method, [*LEFT, "", "Oracle, Inc"], RIGHT)
    found = method.propose(task, Silent())
    order = np.lexsort((found.right, -found.scores, found.left))
    np.testing.assert_array_equal(order, np.arange(len(found)))
    assert len(set(pairs_of(found))) == len(found) > 0 and 4 not in found.left
    assert np.isfinite(found.scores).all() and found.proposed >= len(found)
    for place in range(len(found)):
        reasons = method.explain(task, int(found.left[place]), int(found.right[place]))
        names = reasons.fields[0]
        assert names.score == pytest.approx(found.scores[place], abs=1e-6)
        assert names.left == task.left.texts[found.left[place]] and reasons.notes
        for text, spans in ((names.left, names.left_spans), (names.right, names.right_spans)):
            assert all(0 <= start < stop <= len(text) and 0 < strength <= 1 for (start, stop), strength in spans)


@pytest.mark.parametrize("name", METHODS)
def test_within_one_list_names_that_stand_twice_are_the_same(name: str) -> None:
    names = ["Oracle Inc.", "oracle inc", "enron", "oracle", "", "oracle inc"]
    found = found_by(name, names, None)
    scores = dict(zip(pairs_of(found), found.scores.tolist(), strict=True))
    assert all(a < b for a, b in scores) and len(scores) == len(found)
    assert scores[1, 5] == pytest.approx(1.0) and not any(4 in pair for pair in scores)
    if name != "embedding":
        assert scores[0, 1] == scores[0, 5] == 1.0 and (0, 3) in scores


def test_a_mix_is_the_mean_of_its_parts_and_can_hold_the_meaning() -> None:
    found = found_by("mix", LEFT, RIGHT)
    assert set(found.parts) == set(module.MIXED)
    np.testing.assert_allclose(found.scores, np.mean(list(found.parts.values()), axis=0), atol=1e-6)
    for name in module.MIXED:
        alone = found_by(name, LEFT, RIGHT)
        mixed = dict(zip(pairs_of(found), found.parts[name].tolist(), strict=True))
        assert mixed == dict(zip(pairs_of(alone), alone.scores.tolist(), strict=True))
    with_meaning = found_by("mix", LEFT, RIGHT, embedding=True)
    assert set(with_meaning.parts) == {*module.MIXED, "embedding"}
    np.testing.assert_allclose(with_meaning.scores, np.mean(list(with_meaning.parts.values()), axis=0), atol=1e-6)


def test_meaning_finds_what_letters_cannot() -> None:
    found = found_by("embedding", ["car", "house"], ["Home", "Auto", "tree"])
    assert found.routes == ("embedding",)
    best = {int(row): int(found.right[found.left == row][0]) for row in (0, 1)}
    assert best == {0: 1, 1: 0}
    assert pairs_of(found_by("jaccard", ["car"], ["auto"])) == []


def test_names_without_three_common_letters_are_found_where_all_are_compared() -> None:
    assert pairs_of(found_by("osa", ["jon"], ["jan", "eve"])) == []
    found = found_by("osa", ["jon"], ["jan", "eve"], compared="all")
    assert pairs_of(found) == [(0, 0), (0, 1)] and found.scores[0] == pytest.approx(2 / 3)
    assert pairs_of(found_by("osa", ["jon"], ["joan"], letters=2)) == [(0, 0)]


def test_all_pairs_of_long_lists_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates_module, "MOST_PAIRS", 15)
    with pytest.raises(InputError, match="expected at most 15 pairs to compare all, got 4 x 4 different names"):
        found_by("osa", LEFT, RIGHT, compared="all")


def test_names_are_compared_as_the_settings_say() -> None:
    assert found_by("jaccard", ["ACME."], ["acme"]).scores[0] == 1
    assert pairs_of(found_by("jaccard", ["ACME."], ["acme"], lower=False)) == []
    assert found_by("jaccard", ["acme."], ["acme"], punctuation=False).scores[0] == 0.75
    assert found_by("jaccard", ["acme"], ["acmex"], q=3).scores[0] == pytest.approx(2 / 3)
    assert found_by("jaro_winkler", ["acme"], ["acmex"], prefix=0).scores[0] < 0.95


def test_of_long_lists_the_likeliest_are_compared_and_the_candidates_told(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{word} company" for word in ("oracle", "enron", "apple", "fannie", "boeing", "merck")]
    whole = found_by("jaccard", names, names[::-1])
    monkeypatch.setattr(candidates_module, "SHORT", 10)
    monkeypatch.setattr(module, "SHORT", 10)
    found = found_by("jaccard", names, names[::-1], keep=2)
    assert np.bincount(found.left).tolist() == [2] * 6
    assert set(pairs_of(found)) < set(pairs_of(whole)) and len(whole) == 36
    assert found.proposed == 36
    assert all(found.right[found.left == row][0] == 5 - row for row in range(6))


def test_one_name_a_thousand_times_does_not_make_a_million_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORT", 100)
    found = found_by("jaccard", ["acme"] * 40, ["acme"] * 40, keep=3)
    assert np.bincount(found.left).tolist() == [3] * 40


@pytest.mark.parametrize("name", METHODS)
def test_a_side_without_texts_is_named(name: str) -> None:
    with pytest.raises(InputError, match="right: expected a column of texts to compare, got none"):
        found_by(name, LEFT, ["", " "])


@pytest.mark.parametrize("name", LETTERS)
def test_a_side_of_signs_alone_is_named(name: str) -> None:
    with pytest.raises(InputError, match="right: expected names with letters or numbers, got punctuation alone"):
        found_by(name, LEFT, ["...", "?!"])
    assert found_by(name, ["a...b", "c"], ["...", "?!"], punctuation=False).left.tolist() == [0]


@pytest.mark.parametrize("name", METHODS)
def test_a_list_of_one_name_and_very_long_names(name: str) -> None:
    assert len(found_by(name, ["acme"], None)) == 0
    found = found_by(name, ["a" * 3000, "b"], ["a" * 2999])
    assert found.scores[0] > 0.9 and pairs_of(found)[0] == (0, 0)


def test_meaning_needs_a_model() -> None:
    method = METHODS["embedding"]
    task = Task(left=side_of_strings(["a"], "left"), right=side_of_strings(["b"], "right"))
    with pytest.raises(InputError, match="expected a model that reads texts, got none. Choose a model."):
        method.propose(task, Silent())


@pytest.mark.parametrize("name", LETTERS)
def test_names_with_nothing_in_common_have_no_pairs(name: str) -> None:
    assert len(found_by(name, ["abc"], ["xyz"])) == 0


def test_the_methods_name_their_baseline() -> None:
    assert all(method.baseline in METHODS for method in STRINGS if method.name != "jaccard")

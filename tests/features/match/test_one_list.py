"""One list with itself: what a thing is linked to does not depend on where it stands."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.progress import Silent
from explorer.features.match.best import best_of_either, each_once
from explorer.features.match.contract import METHODS
from explorer.features.match.glossary.matchers import _agreement
from explorer.features.match.glossary.material import material_of
from explorer.features.match.method import Candidates
from explorer.features.match.service import make_task, match
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_folder, side_of_strings

NAMES = ["Apple juice red pie", *["Apple juice red"] * 30, *["Lemon cream pie"] * 30, "Garden hose", "Juice pie"]
OF_TEXTS = ("tfidf", "jaccard", "osa", "mix", "products", "titles", "questions", "columns-letters", "shelves")


def best_scores(pairs: Candidates, side: Side) -> dict[str, float]:
    """The best score of each thing that has a pair."""
    found: dict[str, float] = {}
    for a, b, score in zip(pairs.left, pairs.right, pairs.scores, strict=True):
        for row in (a, b):
            found[side.ids[row]] = max(found.get(side.ids[row], -9.0), round(float(score), 4))
    return found


def found_in(side: Side, method: str) -> tuple[Candidates, dict[str, float]]:
    """The pairs of a list with itself, the matcher keeping few of each, and the best score of each thing."""
    few = {option.name: 3 for option in METHODS[method].options if option.name == "keep"}
    pairs = match(make_task(side, None, method, options=few, model=""), method, Silent()).pairs
    assert (pairs.left < pairs.right).all()
    return pairs, best_scores(pairs, side)


@pytest.mark.parametrize("method", OF_TEXTS)
def test_the_best_of_each_does_not_depend_on_the_order(method: str) -> None:
    ids = [f"n{place}" for place in range(len(NAMES))]
    _, found = found_in(side_of_strings(NAMES, "names", ids), method)
    _, turned = found_in(side_of_strings(NAMES[::-1], "names", ids[::-1]), method)
    assert found == turned


@pytest.mark.parametrize("method", ["titles", "questions", "products"])
def test_all_that_stands_twice_is_linked(method: str) -> None:
    pairs, _ = found_in(side_of_strings(["Apple juice"] * 60, "names", [f"n{place}" for place in range(60)]), method)
    assert set(pairs.left.tolist()) | set(pairs.right.tolist()) == set(range(60))


def test_tables_find_the_best_wherever_they_stand(tmp_path: Path) -> None:
    headers = {"a": "one,two,three,four", **{f"b{place}": "one,two,three" for place in range(8)}, "z": "one,four,six"}
    for name, header in headers.items():
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{','.join('x' for _ in header.split(','))}\n")
    side = side_of_folder(tmp_path)
    turned = side.take(range(len(side))[::-1])
    assert found_in(side, "tables_tfidf")[1] == found_in(turned, "tables_tfidf")[1]


def test_of_each_end_the_best_are_kept() -> None:
    left, right = np.array([0, 0, 0, 1]), np.array([1, 2, 3, 3])
    order = np.array([0, 1, 2, 3])
    assert best_of_either(left, right, order, 1, same=False).tolist() == [True, False, False, True]
    assert best_of_either(left, right, order, 1, same=True).tolist() == [True, True, True, True]
    rows, others = each_once(np.array([2, 1, 0, 3]), np.array([0, 1, 2, 1]))
    assert (rows.tolist(), others.tolist()) == ([0, 1], [2, 3])


def test_the_first_answers_of_columns_are_their_best() -> None:
    side = side_of_strings(["birth date", "date", "date of birth", "birth"], "columns")
    task = make_task(side, None, "columns-letters", model="")
    material = material_of(task)
    from explorer.features.match.best import best_pairs
    from explorer.features.match.glossary.offline import letters_of

    same = best_pairs((4, 4), letters_of(material), keep=4, least=0.0, same=True, progress=Silent())
    assert _agreement(task, same, material) == "4 of 4 first answers"

"""Spines against a catalogue: columns that are joined, scores, photos, reasons, and how many find their book."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.base import Abilities
from explorer.encoders.pool import POOL
from explorer.features.match.method import MatchMethod, Task
from explorer.features.match.shelves import scores
from explorer.features.match.shelves.evaluate import ShelfScore, shelf_scores, with_second_copies
from explorer.features.match.shelves.methods import (
    OPTIONS,
    SHELVES,
    SHELVES_CHARACTERS,
    SHELVES_FUZZY,
    SHELVES_MEANING,
)
from explorer.features.match.shelves.spines import NOTHING, catalogue_columns, lines_of
from explorer.features.match.side import Side

USUAL = {option.name: option.default for option in OPTIONS}


def side(name: str, text: str = "", **columns: Sequence[str | None]) -> Side:
    table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
    return Side(name=name, ids=tuple(map(str, range(table.num_rows))), table=table, text=text)


BOOKS = side(
    "catalogue",
    "title",
    title=["Optimismo inteligente", "La Biblia", "Mundo consumo", ""],
    author=["Avia, María Dolores", None, "Bauman, Zygmunt", ""],
    isbn=["1", "2", "3", "4"],
    tag=["152 Avi", "22 Bib", "339 Bau", ""],
)
SPINES = side("spines", "ocr", ocr=["339 Bau Zygmunt Bauman Mundo consumo", "LA BÍBLIA 22 Bib", "", "???"])
TASK = Task(left=SPINES, right=BOOKS, options=USUAL)


@pytest.fixture(scope="module")
def library() -> tuple[Task, Rows]:
    told = json.loads((Path(__file__).parent / "library.json").read_text("utf-8"))
    columns = {name: [book[name] for book in told["catalogue"]] for name in ("title", "author", "tag")}
    left = side("spines", "ocr", ocr=[one["ocr"] for one in told["spines"]])
    truth = np.array([one["book"] for one in told["spines"]], np.int64)
    return Task(left=left, right=side("catalogue", "title", **columns), options=USUAL), truth


def test_columns_that_stand_on_spines_are_joined() -> None:
    assert catalogue_columns(BOOKS, "") == ("title", "author", "tag")
    assert catalogue_columns(BOOKS, "isbn, tag") == ("title", "isbn", "tag")
    assert catalogue_columns(BOOKS, NOTHING) == ("title",)
    assert lines_of(BOOKS, ("title", "author"))[1:] == ["La Biblia", "Mundo consumo Bauman, Zygmunt", ""]
    with pytest.raises(InputError, match="Columns of catalogue: expected one of title"):
        catalogue_columns(BOOKS, "editor")


@pytest.mark.parametrize("method", [SHELVES, SHELVES_CHARACTERS, SHELVES_FUZZY])
def test_the_best_candidate_of_a_spine_is_its_book_and_empty_ones_have_none(method: MatchMethod) -> None:
    found = method.propose(TASK, Silent())
    first = dict(reversed(list(zip(found.left.tolist(), found.right.tolist(), strict=True))))
    assert (first[0], first[1]) == (2, 1)
    assert 2 not in found.left
    assert 3 not in found.right
    assert np.isfinite(found.scores).all()


def test_scores_are_those_of_scikit_learn_and_rapidfuzz() -> None:
    found = SHELVES.propose(TASK, Silent())
    left = [one.casefold() for one in SPINES.texts]
    right = [one.casefold() for one in lines_of(BOOKS, ("title", "author", "tag"))]
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit(right)
    expected = (vectorizer.transform(left) @ vectorizer.transform(right).T).toarray()
    assert found.parts["characters"] == pytest.approx(expected[found.left, found.right], abs=1e-6)
    best = found.left.tolist().index(0)
    ratio = fuzz.token_set_ratio("339 bau zygmunt bauman mundo consumo", "mundo consumo bauman zygmunt 339 bau") / 100
    assert found.parts["token set"][best] == pytest.approx(ratio)
    assert found.scores == pytest.approx(np.mean(list(found.parts.values()), axis=0), abs=1e-6)


def test_long_lists_are_looked_up_by_rare_letters(library: tuple[Task, Rows], monkeypatch: pytest.MonkeyPatch) -> None:
    task, truth = library
    monkeypatch.setattr(scores, "ALL_PAIRS", 1)
    found = SHELVES_CHARACTERS.propose(task, Silent())
    rows, places = np.unique(found.left, return_index=True)
    assert (found.right[places] == truth[rows]).mean() > 0.9


def test_a_list_with_itself_has_each_pair_once() -> None:
    found = SHELVES_CHARACTERS.propose(replace(TASK, left=BOOKS, same=True), Silent())
    assert (found.left < found.right).all()


def test_sides_without_texts_are_told() -> None:
    empty = side("empty", "ocr", ocr=["", " "])
    with pytest.raises(InputError, match="empty: expected a column with lines of text"):
        SHELVES.propose(replace(TASK, left=empty), Silent())
    with pytest.raises(InputError, match="empty: expected lines of text, or pictures with the vectors of a model"):
        SHELVES_MEANING.propose(replace(TASK, left=empty), Silent())


def embed(texts: Sequence[str]) -> Floats:
    """Counts of letters: a small model that reads texts."""
    return unit_rows(np.array([[1 + text.count(letter) for letter in "abcdeimnostu"] for text in texts], np.float32))


class Joint:
    """It reads pictures and texts."""

    abilities = Abilities(images=True, texts=True, joint=True)
    encode_texts = staticmethod(embed)


def test_lines_by_meaning_and_photos_by_the_model_of_their_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = SHELVES_MEANING.propose(replace(TASK, embed=embed), Silent())
    assert lines.routes == ("meaning of the texts",)
    assert 2 not in lines.left
    vectors = embed(["mundo consumo bauman, zygmunt 339 bau", "la biblia 22 bib"])
    photos = replace(side("photos", note=["", ""]), vectors=vectors, encoder="made")
    monkeypatch.setattr(POOL, "get", lambda spec: Joint)
    found = SHELVES_MEANING.propose(replace(TASK, left=photos), Silent())
    first = dict(reversed(list(zip(found.left.tolist(), found.right.tolist(), strict=True))))
    assert first == {0: 2, 1: 1}
    assert found.routes == ("picture and text",)
    assert SHELVES_MEANING.explain(replace(TASK, left=photos), 0, 2).notes


def test_reasons_show_the_words_that_agree_even_if_read_badly() -> None:
    reasons = SHELVES.explain(TASK, 1, 1)
    title = reasons.fields[0]
    assert [title.right[a:b] for (a, b), _ in title.right_spans] == ["La", "Biblia"]
    assert [strength for _, strength in title.left_spans][:2] == pytest.approx([1, 5 / 6])
    assert [one.name for one in reasons.fields] == ["title", "tag"]
    assert reasons.fields[1].score == 1


def test_most_spines_find_their_book_and_those_without_stay_alone(library: tuple[Task, Rows]) -> None:
    task, truth = library
    whole = _by_way(shelf_scores(task, truth, missing=0, draws=1, progress=Silent(), methods=("shelves",)))
    part = _by_way(shelf_scores(task, truth, missing=0.3, draws=2, progress=Silent(), methods=("shelves",)))
    assert whole["one to one, reject"].found.value >= 0.985
    assert whole["one to one, reject"].alone is None
    reject, best = part["one to one, reject"], part["best of each"]
    assert reject.found.value >= 0.98
    assert reject.alone is not None
    assert best.alone is not None
    assert best.alone.value == 0
    assert reject.right.value > best.right.value + 0.1


def test_second_copies_find_their_book_where_a_book_may_be_linked_twice(library: tuple[Task, Rows]) -> None:
    task, truth = with_second_copies(*library, 0.25)
    assert (len(task.left), len(truth)) == (150, 150)
    assert len(set(task.left.ids)) == 150
    assert task.left.texts[120:] != task.left.texts[:30]
    found = _by_way(shelf_scores(task, truth, missing=0, draws=1, progress=Silent(), methods=("shelves_characters",)))
    one, several = found["one to one, reject"], found["up to 3 to one, reject"]
    assert several.found.value > one.found.value + 0.1


def test_a_share_that_cannot_be_taken_away_is_told(library: tuple[Task, Rows]) -> None:
    task, truth = library
    with pytest.raises(InputError, match="Missing: expected a share"):
        list(shelf_scores(task, truth, missing=1, draws=1, progress=Silent()))


def _by_way(found: Iterable[ShelfScore]) -> dict[str, ShelfScore]:
    return {one.way: one for one in found}

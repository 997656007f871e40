"""Columns and the terms of a glossary: words of headers, the offline parts, describing, judging, measuring."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.match.glossary import describing, judging
from explorer.features.match.glossary.evaluate import measure_glossary, ranks_of
from explorer.features.match.glossary.matchers import COLUMNS
from explorer.features.match.glossary.material import Column, Term, material_of
from explorer.features.match.glossary.offline import letter_rows
from explorer.features.match.glossary.wording import ABBREVIATIONS, Vocabulary, header_words, in_words
from explorer.features.match.language_model.endpoint import named_endpoint, using
from explorer.features.match.method import Candidates, Task, candidates
from explorer.features.match.side import Side
from tests.features.match.language_model.scripted import Reply, said, scripted

BY_NAME = {one.name: one for one in COLUMNS}
TERMS = ["birth date", "population total", "film director", "release date", "number of seats"]
MEANINGS = ["the day a person was born", "population total", "who leads the shooting of a film", "", "places to sit"]
ROWS: list[dict[str, Any]] = [
    {"column": "DOB", "table": "Actors", "siblings": ["Name", "DOB"], "values": ["1970-01-02"]},
    {"column": "pop", "table": "Cities", "siblings": "City;pop;area", "values": None},
    {"column": "Director(s)", "table": "Film", "siblings": '["Title", "Director(s)"]', "values": None},
    {"column": "numSeats", "table": "", "siblings": None, "values": None},
]
RIGHT = [0, 1, 2, 4]
UNREADABLE: dict[str, Any] = {"column": "Ω", "table": "Birth date", "siblings": None, "values": None}
"""Only its table tells what it holds."""


@pytest.fixture(autouse=True)
def no_language_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "MODEL", "KEY", "LOG", "REPLAY"):
        monkeypatch.delenv(f"EXPLORER_LLM_{name}", raising=False)


def bag(texts: Sequence[str]) -> Floats:
    """A small working model: letters of words by hash, unit rows."""
    found = np.zeros((len(texts), 997), np.float32)
    for row, text in enumerate(texts):
        assert text.strip()
        for word in text.lower().split():
            found[row, sum(map(ord, word)) % 997] += 1
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def glossary(rows: list[dict[str, Any]] = ROWS, terms: Sequence[str] = TERMS) -> tuple[Side, Side]:
    columns = {name: [_plain(row[name]) for row in rows] for name in ("column", "table", "siblings", "values")}
    left = Side(name="mine", ids=tuple(map(str, range(len(rows)))), table=pa.table(columns), text="column")
    table = pa.table({"label": list(terms), "desc": MEANINGS[: len(terms)]})
    return left, Side(name="glossary", ids=tuple(terms), table=table, text="label")


def _plain(value: object) -> str | None:
    return json.dumps(value) if isinstance(value, list) else None if value is None else str(value)


def task(name: str, sides: tuple[Side, Side] | None = None, **options: object) -> Task:
    left, right = sides or glossary()
    usual = {one.name: one.default for one in BY_NAME[name].options}
    return Task(left=left, right=right, options={**usual, **options}, embed=bag)  # type: ignore[dict-item]


def first_answers(pairs: Candidates) -> dict[int, int]:
    rows, first = np.unique(pairs.left, return_index=True)
    return dict(zip(rows.tolist(), pairs.right[first].tolist(), strict=True))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("birthPlace", ["birth", "place"]),
        ("EMP_ID2", ["emp", "id", "2"]),
        ("HTTPServer", ["http", "server"]),
        ("Director(s)", ["director"]),
        ("# seats", ["number", "seats"]),
        ("  ", []),
        ("Größe/Länge", ["größe", "länge"]),
    ],
)
def test_headers_are_taken_apart(header: str, words: list[str]) -> None:
    assert header_words(header) == words


def test_short_and_joined_words_are_written_out_by_the_glossary_itself() -> None:
    vocabulary = Vocabulary(["release date", "department", "population total", "customer", "long jump", "temperature"])
    assert vocabulary.written_out("releasedate") == ["release", "date"]
    assert vocabulary.written_out("custNo") == ["customer", "number"]
    assert vocabulary.written_out("cstmr") == ["customer"]  # its letters without vowels
    assert vocabulary.written_out("tempera") == ["tempera"]  # longer than what people shorten
    assert vocabulary.written_out("long_jump") == ["long", "jump"]  # a word of the glossary is itself
    assert Vocabulary([]).written_out("long") == ["longitude"]
    assert in_words("–", vocabulary) == "–"
    assert all(words.split() and words == words.lower() for words in ABBREVIATIONS.values())


def test_material_finds_the_usual_columns_and_lists_in_any_form() -> None:
    found = material_of(task("columns"))
    assert [one.siblings for one in found.columns] == [("Name",), ("City", "area"), ("Title",), ()]
    assert found.columns[0].values == ("1970-01-02",) and found.columns[1].in_table == "cities population"
    assert found.terms[1].meaning == ""  # it only says the label again
    assert found.terms[0].whole == "birth date: the day a person was born"
    with pytest.raises(InputError, match="glossary: expected one of"):
        material_of(task("columns", description="meaning"))
    left, right = glossary()
    with pytest.raises(InputError, match="choose the column that holds the names of the columns"):
        material_of(task("columns", (Side(name="x", ids=left.ids, table=left.table), right)))


def test_letters_are_those_of_scikit_learn_and_headers_are_not_written_out() -> None:
    asked, known = letter_rows(["birth date", "zzz", ""], TERMS)
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit([*TERMS, " a "])
    expected = (made.transform(["birth date", "zzz", ""]) @ made.transform(TERMS).T).toarray()
    np.testing.assert_allclose((asked @ known.T).toarray(), expected, atol=1e-6)
    found = BY_NAME["columns-letters"].propose(task("columns-letters", glossary([UNREADABLE, *ROWS[1:]])), Silent())
    assert first_answers(found) == {1: 1, 2: 2, 3: 4}
    assert found.about["columns without an answer"] == 1
    assert letter_rows(["a"], ["–", ""])[1].shape[0] == 2  # a list without letters


def test_offline_parts_find_what_letters_do_not_and_abstain() -> None:
    method = BY_NAME["columns"]
    found = method.propose(task("columns"), Silent())
    assert first_answers(found) == dict(enumerate(RIGHT))
    parts = [found.parts[name] for name in ("letters", "meaning", "in its table")]
    np.testing.assert_allclose(found.scores, (parts[0] + parts[1] + 0.5 * parts[2]) / 2.5, atol=1e-6)
    strict = method.propose(task("columns", least=0.8), Silent())
    assert set(first_answers(strict)) < set(first_answers(found))
    assert strict.about["columns without an answer"] == 4 - len(first_answers(strict)) > 0
    assert len(method.propose(task("columns", keep=1), Silent())) == 4
    told = method.explain(task("columns"), 0, 0)
    assert "Rules read “DOB” as “date of birth”." in told.notes
    assert told.fields[0].right_spans == (((0, 5), 1.0), ((6, 10), 1.0))
    assert [one.name for one in told.fields][-1] == "columns beside it"


def test_a_description_never_takes_away_what_the_label_gives() -> None:
    """Label and description in one text cost half of the first hits; here the better of both counts."""
    left, right = glossary()
    plain = Side(name="g", ids=right.ids, table=pa.table({"label": TERMS}), text="label")
    with_them = BY_NAME["columns"].propose(task("columns", keep=5), Silent())
    without = BY_NAME["columns"].propose(task("columns", (left, plain), keep=5), Silent())
    old = {(a, b): s for a, b, s in zip(without.left, without.right, without.scores, strict=True)}
    assert all(s >= old.get((a, b), 0) - 1e-6 for a, b, s in zip(*(_columns(with_them)), strict=True))


def _columns(pairs: Candidates) -> tuple[Any, Any, Any]:
    return pairs.left, pairs.right, pairs.scores


def test_without_a_model_of_texts_it_says_so() -> None:
    left, right = glossary()
    options = {one.name: one.default for one in BY_NAME["columns"].options}
    with pytest.raises(InputError, match="compares by meaning and needs a model"):
        BY_NAME["columns"].propose(Task(left=left, right=right, options=options), Silent())
    letters = BY_NAME["columns-letters"]
    assert len(letters.propose(Task(left=left, right=right, options=options), Silent()))


@pytest.mark.parametrize("name", ["columns-described", "columns-judged"])
def test_without_a_language_model_rules_say_that_they_are_rules(name: str) -> None:
    found = BY_NAME[name].propose(task(name), Silent())
    assert any("Rules, no language model" in str(value) for value in found.about.values())
    assert found.routes[0] in ("description by rules", "judged by rules")
    assert len(found)


def test_the_prompt_holds_table_siblings_and_values() -> None:
    column = material_of(task("columns")).columns[0]
    asked = describing.question(column)
    for part in ("Column: DOB", "Table: actors", "Other columns: Name", "Values: 1970-01-02"):
        assert part in asked.rpartition("\n\n")[2]
        assert part in judging.choice_question(column, [Term("a", "a")])
        assert part in judging.yes_no_question(column, Term("a", "a"))


def test_descriptions_come_from_people_then_the_model(tmp_path: Path) -> None:
    rows = [dict(row, written="who leads the shooting" if row["column"] == "pop" else "") for row in ROWS]
    left, right = glossary()
    left = Side(
        name="mine",
        ids=left.ids,
        text="column",
        table=left.table.append_column("written", [[r["written"] for r in rows]]),
    )

    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        asked = request["messages"][1]["content"].rpartition("Column: ")[2].split("\n")[0]
        return said(
            {"DOB": "\nEntry: release date\nmore", "numSeats": "number of seats: places"}.get(asked, "film director")
        )

    wanted = task("columns-described", (left, right))
    with scripted(answering) as (url, seen), using(named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")):
        found = BY_NAME["columns-described"].propose(wanted, Silent())
        told = BY_NAME["columns-described"].explain(wanted, 0, 3)
    assert first_answers(found) == {0: 3, 1: 2, 2: 2, 3: 4}  # as it was described, not as it is called
    assert len(seen) == 3 and found.about["descriptions"] == "tiny, 3 asked"
    assert told.notes[0] == "Described by a language model: release date"
    assert told.fields[0].name == "description" and told.fields[0].score == pytest.approx(1)
    with using(named_endpoint(replay=tmp_path / "log.jsonl")):  # no network now
        again = BY_NAME["columns-described"].propose(wanted, Silent())
    np.testing.assert_array_equal(again.right, found.right)
    by_people = BY_NAME["columns-described"].explain(wanted, 1, 2)
    assert by_people.notes[0] == "Described by people: who leads the shooting"


def test_a_choice_is_scored_by_its_probability_and_none_of_these_abstains(tmp_path: Path) -> None:
    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        asked = request["messages"][1]["content"]
        listed = dict(line.split(") ", 1) for line in asked.splitlines() if ") " in line)
        letter = next(key for key, text in listed.items() if text.startswith("release date"))
        if "Column: pop" in asked:
            last = list(listed)[-1]
            return said(last, {last: -0.001, letter: -9.0})
        return said(letter, {f" {letter}": np.log(0.75), "Z": np.log(0.2)})

    wanted = task("columns-judged", listed=5)
    with scripted(answering) as (url, seen), using(named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")):
        found = BY_NAME["columns-judged"].propose(wanted, Silent())
    assert len(seen) == 4 and seen[0]["top_logprobs"] == 20
    assert set(first_answers(found)) == {0, 2, 3} and set(first_answers(found).values()) == {3}
    assert found.parts["judged"][0] == pytest.approx(1.0) and found.about["columns without an answer"] == 1
    assert "probabilities" not in found.about
    assert found.routes == ("judged by a language model",)


def test_yes_or_no_asks_for_each_term_and_tells_where_there_are_no_probabilities(tmp_path: Path) -> None:
    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        asked = request["messages"][1]["content"]
        return said("Yes, it does." if "DOB" in asked and "Term: birth date" in asked else "no")

    wanted = task("columns-judged", listed=3, way="yes or no")
    with scripted(answering) as (url, seen), using(named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")):
        found = BY_NAME["columns-judged"].propose(wanted, Silent())
    assert len(seen) == 12
    assert first_answers(found) == {0: 0}
    assert found.about["probabilities"] == judging.NO_PROBABILITIES


def test_nothing_to_judge_is_not_asked_about(tmp_path: Path) -> None:
    sides = glossary([dict(UNREADABLE, table="")], ["birth date"])
    log = tmp_path / "log.jsonl"
    with scripted(lambda request, _: said("A")) as (url, seen), using(named_endpoint(url, "tiny", log=log)):
        found = BY_NAME["columns-judged"].propose(task("columns-judged", sides), Silent())
    assert len(found) == 0 and not seen and found.about["columns without an answer"] == 1


def test_an_error_of_the_endpoint_ends_it_with_a_sentence(tmp_path: Path) -> None:
    with (
        scripted(lambda request, _: (401, "no")) as (url, _),
        using(named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")),
        pytest.raises(ModelError, match="refused the key"),
    ):
        BY_NAME["columns-judged"].propose(task("columns-judged"), Silent())


def test_hits_count_every_column_with_a_known_term() -> None:
    pairs = candidates(np.array([0, 0, 2]), np.array([5, 6, 7]), np.array([0.9, 0.8, 0.7]), routes=("x",))
    ranks = ranks_of(pairs, np.array([6, 1, 9]))
    assert ranks[0] == 1 and (ranks[1:] > 1000).all()
    left, right = glossary([UNREADABLE, *ROWS[1:]])
    base = Task(left=left, right=right, embed=bag)
    letters, offline = measure_glossary(base, np.array(RIGHT), ("columns-letters", "columns"))
    assert letters.hits[0].value == 0.75 and letters.hits[0].items == 4  # the one without an answer counts
    assert letters.answered == 0.75
    assert offline.hits[0].value == 1 and offline.gain.value == 0.25
    assert offline.told_apart > 0.9  # its best scores fall when the right term is taken out
    (one,) = measure_glossary(base, np.array([-1, 1, -1, -1]), ("columns",))
    assert one.hits[0].items == 1
    with pytest.raises(InputError, match="Expected the right term of at least one column"):
        measure_glossary(base, np.full(4, -1))


def test_one_column_one_term_and_equal_terms() -> None:
    sides = glossary([ROWS[0]], ["birth date"])
    assert first_answers(BY_NAME["columns"].propose(task("columns", sides), Silent())) == {0: 0}
    twins = Side(
        name="g", ids=("a", "b", "c"), table=pa.table({"label": ["year", "birth date", "birth date"]}), text="label"
    )
    found = BY_NAME["columns"].propose(task("columns", (sides[0], twins)), Silent())
    assert found.right.tolist()[:2] == [1, 2]  # of equal ones the first comes first


def test_rules_describe_with_the_table() -> None:
    assert (
        describing.by_rules(Column(name="pop", words="population", table="city")) == "population: population of a city"
    )
    assert describing.description_of("\n\n") == ""

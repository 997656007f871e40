"""The frame of a study as files: what is written is read again, and what cannot be read is named."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.known_lines import known_from, known_lines
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.features.judgments.study_files import (
    read_settings,
    read_study,
    read_words,
    settings_bytes,
    study_of,
    words_bytes,
)
from explorer.features.judgments.wording import DEFAULT

STUDY = Study(
    words={"de": {"welcome": "Willkommen", "next": "Weiter"}, "en": {"welcome": "Hello"}},
    practice=(KnownQuestion(items=("a", "b", "c"), answer=["a", "c", "b"], explain="Both are red."),),
    gold=(KnownQuestion(items=("a", "b", "c"), answer=["a", "b", "c"]),),
    fields=(Field(key="age", label="How old are you?", kind="number", low=18, high=99, when="before"),),
    ask_name=False,
    completion="C0DE",
    parameters=("cohort",),
)


def test_a_study_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    path.write_text(json.dumps(asdict(STUDY)), encoding="utf-8")
    assert read_study(path) == STUDY
    path.write_text('{"completion": "X"}', encoding="utf-8-sig")
    assert read_study(path) == Study(completion="X")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "expected an object with the parts of a study, got list"),
        ({"welcome": "Hi"}, "there is no 'welcome'; expected words, practice"),
        ({"practice": {}}, "practice: expected a list, got dict"),
        ({"gold": [{"answer": "a"}]}, "gold 1: expected items, got nothing"),
        ({"gold": [{"items": "abc"}]}, "gold 1, items: expected a list of texts"),
        ({"fields": [{"key": "age", "label": "Age", "low": "1"}]}, "fields 1, low: expected a number, got '1'"),
        ({"fields": [{"key": "age", "lable": "Age"}]}, "fields 1: there is no 'lable'"),
        ({"fields": [{"key": "age"}]}, "missing 1 required keyword-only argument: 'label'"),
        ({"fields": [7]}, "fields 1: expected an object, got int"),
        ({"ask_name": "no"}, "ask_name: expected true or false, got 'no'"),
        ({"parameters": [1]}, "parameters: expected a list of texts, got"),
        ({"words": {"de": {"nekst": "x"}}}, "there is no text called 'nekst'"),
        ({"words": {"de": {"next": 7}}}, "expected a text of at most"),
        ({"words": {"de": 7}}, "s.json, de: expected texts by their keys, got int"),
        ({"words": {"German": {"next": "x"}}}, "expected a short name such as en or pt-BR"),
    ],
)
def test_what_is_no_study_is_named(values: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        study_of(values, "s.json")


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(task="triplet", conditions=("colour", "shape"), scale=(0, 5), models=("a",), study=STUDY)
    path.write_bytes(settings_bytes(settings))
    assert read_settings(path) == settings
    for text, message in (
        ("{}", "expected the settings of a campaign, at least its task"),
        ('{"task": "triplet", "scale": [1]}', "scale: expected a list of two numbers"),
        ('{"task": "triplet", "questions": true}', "questions: expected a whole number, got 'True'"),
        ('{"task": "triplet", "study": {"hello": 1}}', "settings.json, study: there is no 'hello'"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            read_settings(path)


def test_files_that_are_no_json(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    with pytest.raises(InputError, match="expected a file that can be read"):
        read_study(path)
    path.write_bytes(b"{")
    with pytest.raises(InputError, match=r"s\.json: expected JSON in UTF-8"):
        read_study(path)


def test_texts_go_out_whole_and_come_back_with_what_is_new() -> None:
    found = json.loads(words_bytes(STUDY, "de"))["de"]
    assert set(DEFAULT) <= set(found) and found["next"] == "Weiter" and found["undo"] == "Undo"
    assert found["field.age"] == "How old are you?" and found["practice.1"] == "Both are red."
    assert read_words(words_bytes(STUDY, "de"), "x.json")["de"] == {
        "welcome": "Willkommen",
        "next": "Weiter",
        "field.age": "How old are you?",
        "practice.1": "Both are red.",
    }
    assert read_words(b'{"next": "Suivant"}', "study_fr.json") == {"fr": {"next": "Suivant"}}
    assert read_words(b'{"next": "Suivant"}', "study.json", "fr") == {"fr": {"next": "Suivant"}}
    with pytest.raises(InputError, match="which it does not name"):
        read_words(b'{"next": "Suivant"}', "Texts of ours.json")
    with pytest.raises(InputError, match="expected texts such as"):
        read_words(b"[]", "x.json")


@pytest.mark.parametrize(
    ("task", "text", "answers"),
    [
        ("odd_one_out", "a, b, c | b | It is blue.\n\nc,b,a", ["b", None]),
        ("triplet", "a, b, c | c", [["a", "c", "b"]]),
        ("pair_rating", "a, b | 3.5 | so so", [3.5]),
        ("arrangement", "a, b, c", [None]),
    ],
)
def test_known_questions_as_lines(task: str, text: str, answers: list[object]) -> None:
    found = known_from(text, task, "Practice questions")
    assert [one.answer for one in found] == answers
    assert known_from(known_lines(found), task, "Practice questions") == found


@pytest.mark.parametrize(
    ("task", "text", "message"),
    [
        (
            "odd_one_out",
            "a, b, c\na, b, c | d",
            "Gold questions, line 2: expected the id of the odd one behind |, got 'd'",
        ),
        ("pair_rating", "a, b | much", "line 1: expected a number behind |, got 'much'"),
        ("tags", "a | red", "tags has no single right answer"),
    ],
)
def test_lines_that_cannot_be_asked(task: str, text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        known_from(text, task, "Gold questions")
    assert message in str(raised.value)

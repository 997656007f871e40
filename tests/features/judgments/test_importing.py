"""Imports are marked, looked at before, taken back whole, and can be made again."""

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import campaign, create_campaign
from explorer.features.judgments.counted import rules_of
from explorer.features.judgments.exclusion import Rules
from explorer.features.judgments.service import (
    Options,
    describe_import,
    export_judgments,
    import_judgments,
    imports_of,
    look_at_judgments,
    take_back_import,
)
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.erasing import erase_person
from explorer.features.judgments.store.people import Person, insert_person, read_people
from explorer.features.judgments.store.responses import add_event
from explorer.features.judgments.values import Answer
from explorer.io.audit import read_log
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared

TRIPLETS = Options(kind="triplets")


@pytest.fixture
def opened(text_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A workspace of six texts; the audit log is its own."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return open_shared(text_workspace.path)


def store_of(opened: Opened) -> Store:
    return judgment_store(opened.workspace)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def answer(trial: str, **values: Any) -> Answer:
    base = {"campaign": "c", "task": "triplet", "annotator": "ann", "items": ("0", "1", "2"), "answer": ("0", "1", "2")}
    return Answer(trial=trial, **{**base, **values})


def test_a_file_is_taken_back_alone_and_can_be_imported_again(opened: Opened, tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.csv", "0,1,2\n3,4,5\n"), write(tmp_path / "b.csv", "0,2,1\n")
    import_judgments(opened, first, Options(kind="triplets", campaign="c"))
    import_judgments(opened, second, Options(kind="triplets", campaign="c"))
    found = store_of(opened).answers("c")
    assert [(one.imported, one.import_number) for one in found] == [("a.csv", 1), ("a.csv", 1), ("b.csv", 2)]
    before = store_of(opened).last_event()
    assert take_back_import(opened, "c", 1) == 2
    assert [one.imported for one in store_of(opened).answers("c")] == ["b.csv"]
    assert store_of(opened).last_event() > before
    assert "Taken back on 20" in describe_import(imports_of(opened, "c")[0])
    assert "Taken back" not in describe_import(imports_of(opened, "c")[1])
    with pytest.raises(InputError, match="import of a.csv was taken back on 20.* already"):
        take_back_import(opened, "c", 1)
    with pytest.raises(InputError, match=r"'c' has no import 7. Imports: 1 \(a.csv\), 2 \(b.csv\)"):
        take_back_import(opened, "c", 7)
    assert import_judgments(opened, first, Options(kind="triplets", campaign="c")).new == 2
    assert [one.number for one in imports_of(opened, "c") if not one.taken_back] == [2, 3]
    assert [line.on for line in read_log() if line.did == "take back an import"] == [
        "2 events of a.csv from c of texts"
    ]


def test_a_file_that_was_read_in_the_wrong_way_can_be_read_in_another(opened: Opened, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "0,1,2\n")
    import_judgments(opened, path, TRIPLETS)
    with pytest.raises(InputError, match="'a' asks for triplet; this file holds odd_one_out"):
        import_judgments(opened, path, Options(kind="odd-one-out"))
    take_back_import(opened, "a", 1)
    assert import_judgments(opened, path, Options(kind="odd-one-out")).new == 1
    assert campaign(store_of(opened), "a").settings.task == "odd_one_out"
    assert len(imports_of(opened, "a")) == 2


def test_nothing_new_leaves_no_import(opened: Opened, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "0,1,2\n")
    for _ in range(2):
        import_judgments(opened, path, TRIPLETS)
    path = tmp_path / "e.jsonl"
    export_judgments(opened, path, "events")
    assert import_judgments(opened, path, Options(kind="events")).new == 0
    assert len(imports_of(opened, "a")) == 1


def test_an_import_of_events_is_taken_back_with_its_people(opened: Opened, tmp_path: Path) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    with store.connect(write=True) as connection:
        insert_person(connection, Person(campaign="c", key="ann", name="Ann"))
        for kind, trial in (("start", "start.1"), ("answer", "0.0"), ("skip", "1.0")):
            add_event(connection, kind, answer(trial))
    export_judgments(opened, path, "events")
    (store.place.folder / "judgments.sqlite").unlink()
    import_judgments(opened, path, Options(kind="events"))
    (listed,) = imports_of(opened, "c")
    with store.connect() as connection:
        assert [(one.name, one.via) for one in read_people(connection, "c")] == [("Ann", "import")]
    assert take_back_import(opened, "c", listed.number) == 3
    with store.connect() as connection:
        assert read_people(connection, "c") == []
    assert store.events() == [] and import_judgments(opened, path, Options(kind="events")).new == 1


def test_an_older_export_sets_nothing_aside_that_was_answered_since(opened: Opened, tmp_path: Path) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    with store.connect(write=True) as connection:
        for kind, trial in (("answer", "0.0"), ("restart", "restart.1"), ("answer", "1.0")):
            add_event(connection, kind, answer(trial))
    export_judgments(opened, path, "events")
    store.add_answers([answer("2.0")])
    assert import_judgments(opened, path, Options(kind="events")).new == 0
    assert [one.trial for one in store.answers()] == ["1.0", "2.0"]


def test_what_came_before_imports_had_numbers(opened: Opened, tmp_path: Path) -> None:
    store, path = store_of(opened), write(tmp_path / "a.csv", "0,1,2\n")
    store.add_answers([answer("old", imported="old.jsonl"), answer("given")])
    (listed,) = imports_of(opened, "c")
    assert (listed.file, listed.answers, listed.number) == ("old.jsonl", 1, 0)
    assert describe_import(listed) == "From old.jsonl: 1 answer."
    assert take_back_import(opened, "c", 0, "old.jsonl") == 1
    assert [one.trial for one in store.answers()] == ["given"]
    import_judgments(opened, path, Options(kind="triplets", campaign="d"))
    with store.connect(write=True) as connection:
        rows = "'d', 'a.csv', '', 1, '', '2026-01-01'"
        connection.execute(
            f"INSERT INTO imports (campaign, file, content, answers, numbering, created) VALUES ({rows})"
        )
    store.add_answers([answer("x", campaign="d", imported="a.csv")])
    assert take_back_import(opened, "d", 2) == 1 and [one.import_number for one in store.answers("d")] == [1]


def test_two_old_imports_of_one_name_cannot_be_told_apart(opened: Opened) -> None:
    store = store_of(opened)
    store.add_answers([answer("x", imported="a.csv"), answer("y", imported="a.csv")])
    with store.connect(write=True) as connection:
        for _ in range(2):
            rows = "'c', 'a.csv', '', 1, '', '2026-01-01'"
            connection.execute(
                f"INSERT INTO imports (campaign, file, content, answers, numbering, created) VALUES ({rows})"
            )
    with pytest.raises(
        InputError, match=r"a.csv was imported 2 times before imports had numbers, so it cannot be told"
    ):
        take_back_import(opened, "c", 1)
    assert len(store.answers()) == 2


def test_a_look_keeps_nothing_and_shows_the_first_answers(opened: Opened, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "first,second,odd\n" + "0,1,2\n1,2,3\n" * 4)
    seen = look_at_judgments(opened, path, Options(kind="odd-one-out", person=""))
    assert (seen.campaign, seen.task, seen.answers, len(seen.rows)) == ("a", "odd_one_out", 8, 5)
    assert (seen.rows[0].items, seen.rows[0].answer) == (("0", "1", "2"), "2")
    assert seen.sentence.startswith("8 answers for 'a'. The first row (first, second, odd) was taken as names")
    assert not store_of(opened).exists()
    import_judgments(opened, path, Options(kind="odd-one-out"))
    assert (
        "The same answers were imported from a.csv"
        in look_at_judgments(opened, path, Options(kind="odd-one-out")).sentence
    )


def test_an_export_from_before_somebody_withdrew_is_warned_of(opened: Opened, tmp_path: Path) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    store.add_answers([answer("0"), answer("0", annotator="bo")])
    export_judgments(opened, path, "events")
    with store.connect(write=True) as connection:
        erase_person(connection, "c", "bo")
    said = import_judgments(opened, path, Options(kind="events")).sentence
    assert "1 person withdrew from 'c' here. If the file was made before" in said
    export_judgments(opened, path, "events")
    assert "withdrew" not in import_judgments(opened, path, Options(kind="events")).sentence


def test_rules_that_differ_from_those_in_the_file_stay_and_it_is_said(opened: Opened, tmp_path: Path) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    store.add_answers([answer("0")])
    export_judgments(opened, path, "events")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["answer"]["rules"]["late"] = True
    write(path, "\n".join(map(json.dumps, lines)))
    said = import_judgments(opened, path, Options(kind="events")).sentence
    assert said.endswith("The campaign 'c' keeps its own rules of which answers count.")
    assert rules_of(store, "c") == Rules()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules": {"passed": "most"}}, "e.jsonl, campaign 'c', rules, passed: expected what the export writes"),
        ({"study": {"fields": [{"key": "1", "label": "?"}]}}, "campaign 'c', study: Question 1 about the person"),
        ({"study": {"gold": [{"items": ["0"], "answer": "0"}]}}, "campaign 'c', study: Gold question 1"),
        ({"conditions": ["one"]}, "Conditions: expected two or more"),
        ({"block": "20"}, "campaign 'c', block: expected what the export writes, got '20'"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_is_kept(
    opened: Opened, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    store.add_answers([answer("0")])
    export_judgments(opened, path, "events")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["answer"] |= change
    write(path, "\n".join(map(json.dumps, lines)))
    (store.place.folder / "judgments.sqlite").unlink()
    with pytest.raises(InputError, match=message):
        import_judgments(opened, path, Options(kind="events"))
    assert not store.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "guess"}, "row 3: kind: expected one of answer, skip, none"),
        ({"marks": [1]}, r"row 3: Expected marks as \{name: number\}, got \[1\]"),
        ({"confidence": "high"}, "row 3: expected JSON where the export writes it"),
        ({"task": "odd_one_out", "answer": "0"}, r"'c': expected one task, got triplet and odd_one_out \(trial 1\)"),
        ({"items": 7}, "row 3: expected JSON where the export writes it"),
    ],
)
def test_rows_that_cannot_be_are_named(opened: Opened, tmp_path: Path, change: dict[str, Any], message: str) -> None:
    store, path = store_of(opened), tmp_path / "e.jsonl"
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    store.add_answers([answer("0"), answer("1")])
    export_judgments(opened, path, "events")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[2] |= change
    write(path, "\n".join(map(json.dumps, lines)))
    with pytest.raises(InputError, match=message):
        import_judgments(opened, path, Options(kind="events"))

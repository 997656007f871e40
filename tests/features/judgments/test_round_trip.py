"""Every export, imported into an empty store and exported again, is the same file."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.base import permission
from explorer.base.errors import Refused
from explorer.base.permission import Actor, Role
from explorer.features.judgments.campaigns import campaign, create_campaign
from explorer.features.judgments.counted import rules_of, set_rules
from explorer.features.judgments.exchange.event_files import COLUMNS, JSON, event_bytes, read_events
from explorer.features.judgments.exchange.event_lines import event_lines
from explorer.features.judgments.exclusion import Rules
from explorer.features.judgments.service import Options, export_data, export_judgments, import_judgments
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.erasing import erase_person
from explorer.features.judgments.store.people import Person, insert_person
from explorer.features.judgments.store.responses import add_event
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared

ASKED = Settings(
    task="pair_rating",
    instruction="=Look, “and” say\nwhat you see",
    scale=(0.0, 9.0),
    sampler="list",
    models=("a", "b"),
    repeat_share=0.25,
    resume="restart",
    max_age_hours=12.0,
    code="secret code",
    seed=2**31,
    show="texts",
    conditions=("by “colour”", "by shape"),
    order="listed",
    block=20,
    confidence=True,
    none_of_these=True,
    study=Study(
        words={"de": {"welcome": "Grüß Gott, 'na'", "scale_low": "=0"}, "en": {"scale_low": "+not alike"}},
        practice=(KnownQuestion(items=("0", "1"), explain="Look again."),),
        gold=(KnownQuestion(items=("1", "2"), answer=3.0),),
        fields=(
            Field(key="age", label="How old are you?", kind="number", low=18.0),
            Field(key="hand", label="Hand", kind="choice", options=("left", "right"), when="before"),
        ),
        ask_name=False,
        completion="C0DE",
        parameters=("batch",),
    ),
)
RULES = Rules(late=True, fast_ms=300.0, passed=0.5, people=("'=cy",))
NASTY = ("ann", "'=cy", "=1+1", "007", "null", "true", " -x ", 'q"uo\\te', "a\u2028b\nc", "ö,;\t")


def event(trial: str, annotator: str = "ann", kind: str = "answer", **values: Any) -> tuple[str, Answer]:
    base = {"campaign": "c", "task": "pair_rating", "items": ("0", "1"), "answer": 3.0, "sampler": "list"}
    base |= {} if kind in ("answer", "skip", "none") else {"items": (), "answer": None, "sampler": ""}
    return kind, Answer(trial=trial, annotator=annotator, created="2026-11-29T10:00:00.000+00:00", **{**base, **values})


HAPPENED = [
    event("start.1", kind="start"),
    event("step.consent", kind="step", answer={"agreed": True, "language": "de"}),
    event("step.before", kind="step", answer={"hand": "left"}),
    event("step.after", kind="step", answer={"age": 33.0}),
    event("0.0", rt_ms=912.5, confidence=0.75, condition="by shape", marks={"hidden_ms": 12.5, "reloaded": 1}),
    event("1.0", rt_ms=120.0),
    event("1.0", kind="undo"),
    event("1.1", rt_ms=1e-07, answer=1.1),
    event("2.0", kind="skip", answer=None),
    event("3.0", kind="none", answer=None),
    event("3.1", kind="skip", answer=None),
    event("3.1", kind="undo"),
    event("4.0", items=("0", "0"), answer=9.0, is_check=True, passed=True, sampler="check"),
    event("5.0", repeat_of="0.0", sampler="repeat", late="over"),
    *(event("0.0", annotator=name) for name in NASTY[1:]),
    event("restart.1", annotator="=1+1", kind="restart"),
    event("6.0", annotator="=1+1"),
    event("0.0", annotator=""),
    event("0.0", annotator="left"),
]


@pytest.fixture
def asked(text_workspace: Workspace) -> tuple[Opened, Store]:
    """A study in which everything happened that can happen, and a second campaign that was never answered."""
    store = judgment_store(text_workspace)
    create_campaign(store, "c", ASKED, ["0", "1", "2"])
    create_campaign(store, "nobody came", replace(ASKED, task="triplet", study=Study()), ["0", "1", "2"])
    set_rules(store, "c", RULES)
    with store.connect(write=True) as connection:
        for place, key in enumerate(("ann", "'=cy", "left")):
            extra = {"PROLIFIC_PID": f"=p{place % 2}", "batch": "7"}
            one = Person(
                campaign="c", key=key, name="Ann", arm="by shape", language="de", extra=extra, created=f"{place}"
            )
            insert_person(connection, one)
        for kind, answer in HAPPENED:
            assert add_event(connection, kind, answer, "token")
        erase_person(connection, "c", "left")
    return open_shared(text_workspace.path), store


def without_file(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of an export but for the name of the file that they came from, which is what an import adds."""
    return [{name: value for name, value in line.items() if name not in NOT_EXPORTED} for line in lines]


NOT_EXPORTED = ("imported", "seq", "token", "import_number")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_events_with_all_that_belongs_to_them(asked: tuple[Opened, Store], tmp_path: Path, ending: str) -> None:
    opened, store = asked
    path, before = tmp_path / f"e.{ending}", without_file(event_lines(store, None))
    people = export_data(opened, "people", ending)[0]
    assert export_judgments(opened, path, "events") == f"{len(HAPPENED) - 1} events written to {path}"
    assert b"secret code" not in path.read_bytes() and b"C0DE" not in path.read_bytes()
    files = []
    for _ in range(2):
        (store.place.folder / "judgments.sqlite").unlink()
        import_judgments(opened, path, Options(kind="events"))
        assert without_file(event_lines(store, None)) == before
        assert export_data(opened, "people", ending)[0] == people
        export_judgments(opened, path, "events")
        files.append(path.read_bytes())
    assert files[0] == files[1]
    expected = replace(
        ASKED, sampler="import", sampled="list", source=path.name, code="", study=replace(ASKED.study, completion="")
    )
    assert campaign(store, "c").settings == expected and rules_of(store, "c") == RULES
    assert import_judgments(opened, path, Options(kind="events")).new == 0
    assert without_file(event_lines(store, None)) == before


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)
CELLS = st.tuples(TEXTS, TEXTS, st.floats(allow_nan=False, allow_infinity=False), st.none() | st.floats(0, 1))


@given(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from(["csv", "jsonl", "parquet"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_cell_comes_back(
    tmp_path: Path, cells: list[tuple[str, str, float, float | None]], ending: str
) -> None:
    lines = [
        {
            **dict.fromkeys(("repeat_of", "created", "imported", "late", "name", "left_out"), text),
            **{"campaign": text, "annotator": text, "condition": text, "trial": f"x{text}", "sampler": f"s{text}"},
            **{
                "task": "pair_rating",
                "kind": "answer",
                "answer": json.dumps(value),
                "rt_ms": value,
                "confidence": sure,
            },
            **{"items": json.dumps([other, "0"], ensure_ascii=False), "marks": "{}", "extra": "{}"},
            **{"is_check": sure is None, "passed": None if sure is None else sure > 0.5},
        }
        for text, other, value, sure in cells
    ]
    path = tmp_path / f"e.{ending}"
    path.write_bytes(event_bytes(lines, ending))
    found = read_events(path).answers
    told = [
        (one.campaign, one.annotator, one.condition, one.trial, one.sampler, one.repeat_of, one.late) for one in found
    ]
    assert told == [(text, text, text, f"x{text}", f"s{text}", text, text) for text, *_ in cells]
    assert [(one.items[0], one.answer, one.rt_ms, one.confidence) for one in found] == [
        (other, value, value, sure) for _, other, value, sure in cells
    ]
    assert [(one.is_check, one.passed) for one in found] == [(one["is_check"], one["passed"]) for one in lines]


@pytest.mark.parametrize(
    ("kind", "ending", "options"),
    [
        ("odd-one-out", "npy", {"kind": "odd-one-out"}),
        ("odd-one-out", "csv", {"kind": "odd-one-out"}),
        ("odd-one-out-second", "npy", {"kind": "odd-one-out", "odd": "second"}),
        ("odd-one-out-second", "csv", {"kind": "odd-one-out", "odd": "second"}),
        ("triplets", "npy", {"kind": "triplets"}),
        ("triplets", "csv", {"kind": "triplets"}),
    ],
)
def test_arrays(text_workspace: Workspace, tmp_path: Path, kind: str, ending: str, options: dict[str, Any]) -> None:
    opened, store, path = open_shared(text_workspace.path), judgment_store(text_workspace), tmp_path / f"a.{ending}"
    rows = [("0", "1", "2"), ("2", "0", "1"), ("5", "4", "3"), ("0", "1", "2")]
    odd = options["kind"] == "odd-one-out"
    task = {"task": "odd_one_out" if odd else "triplet", "campaign": "c"}
    store.add_answers(
        [
            event(str(place), f"p{place}", items=row, answer=row[1] if odd else row, **task)[1]
            for place, row in enumerate(rows)
        ]
    )
    export_judgments(opened, path, kind)
    before = path.read_bytes()
    (store.place.folder / "judgments.sqlite").unlink()
    assert import_judgments(opened, path, Options(**options)).new == 4
    assert export_data(opened, kind, ending)[0] == before


@pytest.mark.parametrize("ending", ["npz", "csv"])
@pytest.mark.parametrize("task", ["pair_rating", "arrangement"])
def test_dissimilarities(text_workspace: Workspace, tmp_path: Path, ending: str, task: str) -> None:
    opened, store, path = open_shared(text_workspace.path), judgment_store(text_workspace), tmp_path / f"d.{ending}"
    rng = np.random.default_rng(0)
    pairs = [("4", "1"), ("1", "2"), ("2", "4"), ("1", "4")]
    answers = []
    for who in (f"p{n}" for n in range(11)):
        for place, items in enumerate(pairs if task == "pair_rating" else [("1", "2", "4"), ("2", "4", "5")]):
            said = float(rng.integers(1, 8)) if task == "pair_rating" else rng.random((3, 2)).tolist()
            answers.append(event(str(place), who, items=items, answer=said, task=task)[1])
    store.add_answers(answers)
    export_judgments(opened, path, "dissimilarities")
    before = path.read_bytes()
    (store.place.folder / "judgments.sqlite").unlink()
    import_judgments(opened, path, Options(kind="matrix"))
    assert export_data(opened, "dissimilarities", ending)[0] == before


def test_a_viewer_learns_what_was_said_and_not_by_whom(
    asked: tuple[Opened, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, store = asked
    everything = len(event_lines(store, None))
    monkeypatch.setattr(permission, "_source", lambda: Actor(Role.VIEWER, "somebody"))
    data, said = export_data(opened, "events", "jsonl")
    assert said == f"{len(HAPPENED) - 1 - 3} events" and len(data.split(b"\n")) == everything - 3 - 3 + 1
    for secret in (b"PROLIFIC_PID", b'"Ann"', b'"age":33', b'"hand":"left"', b"agreed"):
        assert secret not in data
    with pytest.raises(Refused, match="run campaigns"):
        export_data(opened, "people", "csv")


def test_people_are_a_table_for_an_analysis(asked: tuple[Opened, Store]) -> None:
    opened, _ = asked
    data, sentence = export_data(opened, "people", "parquet", "c")
    found = {row["person"]: row for row in pq.read_table(io.BytesIO(data)).to_pylist()}
    assert sentence == f"{len(found)} people" and len(found) == len(NASTY) + 1
    ann = found["ann"]
    assert (ann["name"], ann["condition"], ann["language"], ann["link_PROLIFIC_PID"]) == (
        "Ann",
        "by shape",
        "de",
        "=p0",
    )
    assert (ann["answers"], ann["skipped"], ann["none"], ann["checks"], ann["checks_passed"]) == (2, 1, 1, 1, 1)
    assert (ann["repeats"], ann["repeats_same"], ann["answers_left_out"], ann["left_out"]) == (1, 1, 1, "")
    assert (ann["field_age"], ann["field_hand"], ann["consented"][:10]) == (33.0, "left", "2026-11-29")
    assert ann["median_rt_ms"] == pytest.approx(912.5 / 2)
    assert (found["'=cy"]["left_out"], found["'=cy"]["name"]) == ("by hand", "Ann (2)")
    gone = next(row for key, row in found.items() if key.startswith("withdrawn-"))
    assert gone["withdrawn"] and gone["answers"] == 0 and gone["name"] == "" and gone["link_PROLIFIC_PID"] is None


@pytest.mark.parametrize("columns", [15, len(COLUMNS)])
@pytest.mark.parametrize("ending", ["csv", "saved by another program.csv", "jsonl", "parquet"])
def test_older_exports_and_csv_that_was_saved_again_are_read(tmp_path: Path, columns: int, ending: str) -> None:
    lines = [
        {
            **dict.fromkeys(COLUMNS, ""),
            **{"campaign": "c", "task": "pair_rating", "annotator": "=ann", "trial": "007", "kind": "answer"},
            **{"items": '["=0","1"]', "answer": "-0.25", "marks": '{"reloaded":1}', "extra": "{}", "sampler": "list"},
            **{"rt_ms": 912.0, "is_check": True, "passed": False, "confidence": 0.5},
        }
    ]
    path = tmp_path / f"e.{ending}"
    kept = COLUMNS[:columns]
    if path.suffix == ".csv":
        data = event_bytes(lines, "csv").decode("utf-8-sig")
        rows = [row[:columns] for row in csv.reader(io.StringIO(data))]
        quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows) + "\n"
        again = io.StringIO()
        csv.writer(again, delimiter=";").writerows(rows)
        path.write_text(again.getvalue() if " " in ending else f"\ufeff{quoted}", encoding="utf-8")
    elif path.suffix == ".jsonl":
        values = {name: json.loads(str(value)) if name in JSON else value for name, value in lines[0].items()}
        path.write_text(json.dumps({name: values[name] for name in kept}) + "\n", encoding="utf-8")
    else:
        pq.write_table(pq.read_table(io.BytesIO(event_bytes(lines, "parquet"))).select(kept), path)
    (found,) = read_events(path).answers
    assert (found.annotator, found.trial, found.items, found.answer) == ("=ann", "007", ("=0", "1"), -0.25)
    assert (found.rt_ms, found.is_check, found.passed) == (912.0, True, False)
    assert (dict(found.marks), found.confidence) == (({}, None) if columns == 15 else ({"reloaded": 1}, 0.5))

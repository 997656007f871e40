"""`explorer judgments` as people type it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.commands.judgments import app
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.store.people import Person, insert_person
from explorer.workspace.folder import Workspace


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_life_of_a_campaign(text_workspace: Workspace) -> None:
    ws = str(text_workspace.path)
    assert run("campaign", "list", ws) == "No campaigns yet.\n"
    run(
        "campaign",
        "create",
        ws,
        "hues",
        "--task",
        "triplet",
        "--condition",
        "by colour",
        "--questions",
        "5",
        "--resume",
        "restart",
        "--code",
        "x1",
        "--checks",
        "0.1",
    )
    made = campaign(judgment_store(text_workspace), "hues").settings
    assert (made.condition, made.questions, made.resume, made.code, made.check_share) == (
        "by colour",
        5,
        "restart",
        "x1",
        0.1,
    )
    assert "hues: triplet by colour, open. No answers yet." in run("campaign", "list", ws)
    assert "is closed" in run("campaign", "close", ws, "hues")
    assert "closed" in run("campaign", "list", ws)
    assert "is open" in run("campaign", "open", ws, "hues")


def test_a_study_is_made_shown_changed_copied_and_archived(text_workspace: Workspace, tmp_path: Path) -> None:
    ws, study, settings = str(text_workspace.path), tmp_path / "study.json", tmp_path / "settings.json"
    study.write_text('{"words": {"en": {"welcome": "Hello"}}, "completion": "C0DE"}', encoding="utf-8")
    words = ("--condition", "colour", "--condition", "shape", "--block", "5", "--confidence", "--study", str(study))
    run("campaign", "create", ws, "hues", "--task", "triplet", "--questions", "4", *words)
    made = campaign(judgment_store(text_workspace), "hues").settings
    assert (made.conditions, made.condition, made.per_person, made.block) == (("colour", "shape"), "", 50, 5)
    assert made.confidence and made.study.text("welcome") == "Hello"
    said = run("campaign", "show", ws, "hues")
    assert "Conditions: each person one of: colour; shape\n" in said and "At the end: C0DE\n" in said
    settings.write_text(run("campaign", "show", ws, "hues", "--json").replace('"block": 5', '"block": 2'))
    run("campaign", "change", ws, "hues", str(settings))
    assert campaign(judgment_store(text_workspace), "hues").settings.block == 2
    run("campaign", "copy", ws, "hues", "again")
    assert campaign(judgment_store(text_workspace), "again").settings.block == 2
    assert "in the archive" in run("campaign", "archive", ws, "again")
    listed, everything = run("campaign", "list", ws), run("campaign", "list", ws, "--archived")
    assert "again" not in listed and "again: triplet colour / shape, closed, archived." in everything
    with pytest.raises(InputError, match="is in the archive"):
        run("campaign", "open", ws, "again")
    assert "back in the list, closed" in run("campaign", "archive", ws, "again", "--back")
    assert "again" in run("campaign", "list", ws)


def test_people_are_listed_and_deleted(text_workspace: Workspace) -> None:
    ws, store = str(text_workspace.path), judgment_store(text_workspace)
    run("campaign", "create", ws, "hues", "--task", "triplet")
    assert run("campaign", "people", ws, "hues") == "Nobody came yet.\n"
    with store.connect(write=True) as connection:
        insert_person(connection, Person(campaign="hues", key="k1", name="Ann", created="2026-01-01T00:00:00+00:00"))
    assert run("campaign", "people", ws, "hues") == "k1 (Ann): 0 answers.\n"
    assert "Deleted: 0 events." in run("campaign", "withdraw", ws, "hues", "k1", "--yes")
    assert "deleted on" in run("campaign", "people", ws, "hues") and "Ann" not in run("campaign", "people", ws, "hues")
    with pytest.raises(InputError, match="nobody with the key 'k1'"):
        run("campaign", "withdraw", ws, "hues", "k1", "--yes")


def test_a_list_of_questions_and_a_bad_scale(text_workspace: Workspace, tmp_path: Path) -> None:
    path, ws = tmp_path / "list.csv", str(text_workspace.path)
    path.write_text("0,1\n2,3\n", encoding="utf-8")
    words = ("campaign", "create", ws, "pairs", "--task", "pair_rating", "--sampler", "list", "--list", str(path))
    with pytest.raises(InputError, match="expected two numbers such as 1,7; got 'low'"):
        run(*words, "--scale", "low")
    assert run(*words, "--scale", "0,5").endswith("then the page Annotate.\n")
    path.write_text("left,right\n0,1\n", encoding="utf-8")
    said = run(*(word.replace("pairs", "more") for word in words))
    assert "The first row (left, right) was taken as names of the columns" in said
    with pytest.raises(InputError, match="line 1: there is no item with the id 'left'"):
        run(*(word.replace("pairs", "third") for word in words), "--header", "no")
    assert campaign(judgment_store(text_workspace), "pairs").settings.scale == (0, 5)


def test_import_and_export(text_workspace: Workspace, tmp_path: Path) -> None:
    path, ws = tmp_path / "odd.csv", str(text_workspace.path)
    path.write_text("1,2,3,3,ann\n4,5,6,1,bo\n", encoding="utf-8")
    said = run("import", ws, str(path), "-f", "odd-one-out", "--base", "1", "--odd", "column:4", "--person", "5")
    assert said.startswith("2 answers added to 'odd'. Numbers count the items from 1") and "4, 5, 6 → 3, 4, 5" in said
    for kind, name in (("odd-one-out", "a.npy"), ("odd-one-out-second", "b.csv"), ("events", "c.parquet")):
        assert "written to" in run("export", ws, str(tmp_path / name), "-f", kind, "--campaign", "odd")
        assert (tmp_path / name).stat().st_size > 0
    with pytest.raises(InputError, match="no campaign called 'x'"):
        run("export", ws, str(tmp_path / "d.csv"), "--campaign", "x")


def test_a_look_an_import_and_the_way_back(text_workspace: Workspace, tmp_path: Path) -> None:
    path, ws, store = tmp_path / "odd.csv", str(text_workspace.path), judgment_store(text_workspace)
    path.write_text("0,1,2,ann\n3,4,5,bo\n", encoding="utf-8")
    words = ("import", ws, str(path), "-f", "odd-one-out", "--person", "4")
    said = run(*words, "--dry-run")
    assert said == 'Nothing was kept.\n2 answers for \'odd\'.\nann: 0, 1, 2 → "2"\nbo: 3, 4, 5 → "5"\n'
    assert not store.exists()
    run(*words)
    assert run("imports", ws, "odd").startswith("1\tFrom odd.csv on 20")
    said = run("imports", ws, "odd", "--take-back", "1")
    assert said.startswith("2 events were deleted.") and "Taken back on 20" in said and store.answers() == []


def test_rules_on_the_command_line(text_workspace: Workspace, tmp_path: Path) -> None:
    path, ws = tmp_path / "odd.csv", str(text_workspace.path)
    path.write_text("0,1,2,ann\n3,4,5,bo\n", encoding="utf-8")
    run("import", ws, str(path), "-f", "odd-one-out", "--person", "4")
    assert run("rules", ws, "odd").endswith("people: \nAll answers count.\n")
    said = run("rules", ws, "odd", "--fast", "300", "--late", "--no-once", "--leave-out", "bo")
    assert "late: True\nfast_ms: 300.0\n" in said and "once: False\npeople: bo\n" in said
    assert said.endswith("1 answer left out by the rules of the campaign: 1 of people left out by hand.\n")
    said = run("export", ws, str(tmp_path / "a.npy"), "-f", "odd-one-out")
    assert said.startswith("1 answers written to") and "1 of people left out by hand." in said
    assert "people: \n" in run("rules", ws, "odd", "--take-in", "bo")
    with pytest.raises(InputError, match="Rules, passed: expected a share from 0 to 1, got 2"):
        run("rules", ws, "odd", "--passed", "2")

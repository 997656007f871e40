"""What each role may change, tried on every function that changes something of people's making."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from explorer.app.access.keys import new_keys
from explorer.app.home.quota import check_room
from explorer.base import permission
from explorer.base.errors import LimitError, Refused
from explorer.base.permission import MAY, Actor, Role, actor, ask, current_user
from explorer.features.diagnose.fixes.service import apply as apply_fix
from explorer.features.judgments.asking.people import withdraw, withdraw_own
from explorer.features.judgments.asking.way import begin
from explorer.features.judgments.service import (
    Options,
    Rules,
    archive,
    change_campaign,
    import_judgments,
    look_at_judgments,
    make_campaign,
    set_open,
    set_rules_for,
    take_back_import,
)
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import judgment_store
from explorer.io.audit import audit_file, note, read_log
from explorer.workspace.added_columns import column_store
from explorer.workspace.folder import Workspace
from explorer.workspace.item_hubs import correct_hubs, leave_hubs
from explorer.workspace.jobs import cancel, start
from explorer.workspace.label_store import label_store
from explorer.workspace.managing import duplicate_workspace, rename_workspace
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.saved import SavedView, delete_view, save_view
from explorer.workspace.tags import tag_store
from explorer.workspace.tours import Tour, stop_of
from explorer.workspace.tours_store import add_stop, change_stops, delete_tour, make_tour, undo_change
from explorer.workspace.trash import delete_workspace, empty_trash, restore_workspace
from explorer.workspace.triple_store import Triple, triple_store

SETTINGS = Settings(task="odd_one_out", questions=2)
STOP = stop_of("Explore", {"ws": ["pictures"]}, "Look.")
VIEW = SavedView("one", "2026-01-01", {}, [])


@pytest.fixture
def opened(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    monkeypatch.setenv("EXPLORER_HOME", str(image_workspace.path.parents[1]))
    monkeypatch.setattr(permission, "_source", current_user)
    one = open_shared(image_workspace.path)
    make_campaign(one, "hues", SETTINGS, list(one.dataset.ids))
    yield one


WRITES: dict[str, tuple[str, Callable[[Opened], object]]] = {
    "start work": ("run work", lambda one: start(one.path, ["info"], "Look")),
    "cancel work": ("run work", lambda one: cancel(None)),  # type: ignore[arg-type]
    "apply a fix": ("run work", lambda one: apply_fix(one, "pocket", "centre")),
    "correct hubs": ("run work", lambda one: correct_hubs(one.workspace, "pocket")),
    "leave hubs": ("run work", lambda one: leave_hubs(one.workspace, "pocket")),
    "rename": ("manage data", lambda one: rename_workspace(one.workspace, "other")),
    "duplicate": ("manage data", lambda one: duplicate_workspace(one.workspace, "other")),
    "delete": ("manage data", lambda one: delete_workspace(one.workspace)),
    "bring back": ("manage data", lambda one: restore_workspace(one.path.parent, "other")),
    "empty the trash": ("manage data", lambda one: empty_trash(one.path.parent)),
    "tag": ("tag", lambda one: tag_store(one.workspace).put("good", list(one.dataset.ids[:1]))),
    "untag": ("tag", lambda one: tag_store(one.workspace).take("good", list(one.dataset.ids[:1]))),
    "rename a tag": ("tag", lambda one: tag_store(one.workspace).rename("good", "better")),
    "delete a tag": ("tag", lambda one: tag_store(one.workspace).delete("good")),
    "collect triples": ("collect triples", lambda one: triple_store(one.workspace).add([Triple("red", "a", "b")])),
    "take triples back": ("collect triples", lambda one: triple_store(one.workspace).undo(1)),
    "label": ("label", lambda one: label_store(one.workspace).give("kind", "Ann", {"a": "cat"})),
    "undo a label": ("label", lambda one: label_store(one.workspace).undo("kind", "Ann")),
    "accept guesses": ("label", lambda one: column_store(one.workspace).add("kind", {"a": "cat"}, {})),
    "take a column away": ("label", lambda one: column_store(one.workspace).remove("kind")),
    "save a view": ("save views", lambda one: save_view(one.workspace, VIEW)),
    "delete a view": ("save views", lambda one: delete_view(one.workspace, "one")),
    "add to a tour": ("save views", lambda one: add_stop("talk", STOP)),
    "make a tour": ("save views", lambda one: make_tour(Tour("other", (STOP,)))),
    "change a tour": ("save views", lambda one: change_stops(Tour("talk"), lambda stops: stops)),
    "take a change of a tour back": ("save views", lambda one: undo_change("talk")),
    "delete a tour": ("save views", lambda one: delete_tour("talk")),
    "make a campaign": ("run campaigns", lambda one: make_campaign(one, "new", SETTINGS, list(one.dataset.ids))),
    "change a campaign": ("run campaigns", lambda one: change_campaign(one, "hues", SETTINGS, list(one.dataset.ids))),
    "archive a campaign": ("run campaigns", lambda one: archive(one, "hues")),
    "close a campaign": ("run campaigns", lambda one: set_open(one, "hues", False)),
    "import answers": ("run campaigns", lambda one: import_judgments(one, Path("a.csv"), Options(kind="events"))),
    "look at answers": ("run campaigns", lambda one: look_at_judgments(one, Path("a.csv"), Options(kind="events"))),
    "take back an import": ("run campaigns", lambda one: take_back_import(one, "hues", 1)),
    "decide which answers count": ("run campaigns", lambda one: set_rules_for(one, "hues", Rules(late=True))),
    "answer": ("answer", lambda one: begin(judgment_store(one.workspace), "hues", "Ann")),
    "delete a person's answers": ("run campaigns", lambda one: withdraw(judgment_store(one.workspace), "hues", "Ann")),
    "withdraw": ("answer", lambda one: withdraw_own(judgment_store(one.workspace), "hues", "Ann")),
    "upload": ("upload", lambda one: check_room("uploads", 1)),
    "make keys": ("manage keys", lambda one: new_keys()),
}


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.VIEWER, Role.ANNOTATOR, Role.NOBODY])
def test_nothing_is_written_by_a_role_that_may_not(opened: Opened, role: Role) -> None:
    before = files(opened)
    ask(lambda: Actor(role, "somebody"))
    for action, write in WRITES.values():
        if role not in MAY[action]:
            with pytest.raises(Refused, match=f"As {role} you cannot do this"):
                write(opened)
    if role is not Role.ANNOTATOR:
        assert files(opened) == before


def files(opened: Opened) -> dict[Path, bytes]:
    places = [path for path in opened.path.parents[1].rglob("*") if path.is_file() and "sqlite" not in path.name]
    return {path: path.read_bytes() for path in places}


def test_every_action_is_tried_above_or_a_matter_of_pages() -> None:
    assert set(MAY) - {action for action, _ in WRITES.values()} == {"look", "upload a query"}
    assert all(roles >= {Role.COMMAND} for roles in MAY.values())
    assert not any(Role.NOBODY in roles for roles in MAY.values())
    assert {action for action, roles in MAY.items() if Role.ANNOTATOR in roles} == {"answer"}
    assert {action for action, roles in MAY.items() if Role.VIEWER in roles} == {"look", "upload a query"}


def test_the_log_says_who_did_what_and_only_grows(opened: Opened) -> None:
    ask(lambda: Actor(Role.ORGANISER, "ann@example.org"))
    set_open(opened, "hues", False)
    delete_workspace(opened.workspace)
    back = restore_workspace(opened.path.parent, "pictures")
    rename_workspace(back, "discs")
    ask(current_user)
    empty_trash(opened.path.parent)
    mine = [(one.did, one.on) for one in read_log() if one.name == "ann@example.org"]
    assert mine == [
        ("close the campaign", "hues of pictures"),
        ("delete", "pictures"),
        ("bring back", "pictures"),
        ("rename", "pictures to discs"),
    ]
    assert [one.role for one in read_log() if one.did == "make the campaign"] == ["command"]
    assert oct(audit_file().stat().st_mode & 0o777) == "0o600"
    before = audit_file().read_bytes()
    note("delete", 'x\n{"at": "forged"}')
    assert audit_file().read_bytes().startswith(before) and len(list(read_log())) == before.count(b"\n") + 1


def test_a_line_that_was_cut_short_is_passed_over_and_a_full_disk_stops_nobody(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    audit_file().write_text('{"at": "2026-01-01T00:00:00", "role": "co\n', encoding="utf-8")
    note("delete", "a")
    assert [one.did for one in read_log()] == ["delete"]

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    note("delete", "b")
    assert "cannot be written" in caplog.text


def test_work_acts_in_the_name_of_whoever_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permission, "_source", current_user)
    monkeypatch.setenv("EXPLORER_ACTOR", str(Actor(Role.ORGANISER, "ann@example.org")))
    assert actor() == Actor(Role.ORGANISER, "ann@example.org")
    monkeypatch.delenv("EXPLORER_ACTOR")
    assert actor().role is Role.COMMAND


def test_uploads_have_a_place_of_limited_size(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = opened.path.parents[1] / "uploads" / "a"
    folder.mkdir(parents=True)
    (folder / "b.csv").write_bytes(b"x" * 600)
    monkeypatch.setenv("EXPLORER_UPLOADS_GB", "0.000001")
    check_room("uploads", 400)
    with pytest.raises(LimitError, match="EXPLORER_UPLOADS_GB"):
        check_room("uploads", 401)


def test_imported_answers_stay_marked_even_in_a_campaign_that_runs_here(opened: Opened, tmp_path: Path) -> None:
    items = list(opened.dataset.ids[:3])
    line = {"campaign": "hues", "task": "odd_one_out", "annotator": "Ann", "trial": "0.0", "items": items}
    forged = {**line, "answer": items[0], "kind": "answer", "sampler": "random", "imported": ""}
    (tmp_path / "made up.jsonl").write_text(json.dumps(forged) + "\n", encoding="utf-8")
    import_judgments(opened, tmp_path / "made up.jsonl", Options(kind="events"))
    assert [one.imported for one in judgment_store(opened.workspace).answers()] == ["made up.jsonl"]
    assert [event["imported"] for event in judgment_store(opened.workspace).events()] == ["made up.jsonl"]

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from explorer.base.errors import InputError, NotThere, WorkspaceError
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.embedding import embed
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace, list_workspaces
from explorer.workspace.jobs import cancel, read_job, start
from explorer.workspace.managing import duplicate_workspace, rename_workspace
from explorer.workspace.renamed import renamed_to
from explorer.workspace.saved import SavedView, load_views, save_view
from explorer.workspace.trash import delete_workspace, empty_trash, restore_workspace
from explorer.workspace.trashed import DAY, KEPT_DAYS, TRASH, list_trash


@pytest.fixture
def ws(text_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace `texts`, with a view and a judgment."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    save_view(text_workspace, SavedView("mine", ids=["0"]))
    judgment_store(text_workspace).add_answers([answer("one")])
    return text_workspace


def answer(trial: str) -> Answer:
    return Answer(
        campaign="c", task="triplet", annotator="p", trial=trial, items=("0", "1", "2"), answer=("0", "1", "2")
    )


def names(root: Path) -> list[tuple[str, str]]:
    return [(one.path.name, one.name) for one in list_workspaces(root)]


def test_a_renamed_workspace_has_one_name_everywhere_and_the_old_one_leads_to_it(ws: Workspace) -> None:
    root = ws.path.parent
    new = rename_workspace(rename_workspace(ws, "notes"), "letters")
    assert names(root) == [("letters", "letters")]
    assert [view.name for view in load_views(new)] == ["mine"]
    assert renamed_to(root, "texts") == renamed_to(root, "notes") == "letters"
    with pytest.raises(NotThere, match="no workspace named 'texts'. It is called 'letters' now"):
        workspace_folder("texts")
    assert rename_workspace(new, "texts").name == "texts"
    assert renamed_to(root, "letters") == "texts"
    assert renamed_to(root, "texts") == ""


def test_names_that_cannot_be_are_refused(ws: Workspace) -> None:
    other = duplicate_workspace(ws, "other")
    for wrong, words in (("other", "already"), ("a/b", "Expected a name"), ("..", "Expected a name"), ("", "Expected")):
        with pytest.raises(InputError, match=words):
            rename_workspace(ws, wrong)
        with pytest.raises(InputError, match=words):
            duplicate_workspace(other, wrong)
    assert [folder for folder, _ in names(ws.path.parent)] == ["other", "texts"]


def test_a_duplicate_has_everything_and_is_independent(ws: Workspace) -> None:
    embed(ws, "sentence:all-MiniLM-L6-v2")
    (ws.path / "jobs" / "old").mkdir(parents=True)
    two = duplicate_workspace(ws, "two")
    assert names(ws.path.parent) == [("texts", "texts"), ("two", "two")]
    assert two.dataset().table.equals(ws.dataset().table)
    assert two.encoders() == ws.encoders() != []
    assert [view.name for view in load_views(two)] == ["mine"]
    assert not (two.path / "jobs").exists()
    judgment_store(two).add_answers([answer("two")])
    assert [len(judgment_store(one).answers()) for one in (ws, two)] == [1, 2]


def test_judgments_are_copied_as_they_are_now_even_while_someone_writes(ws: Workspace) -> None:
    with closing(sqlite3.connect(ws.judgments)) as writer:
        assert writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        judgment_store(ws).add_answers([answer("in the log")])
        assert ws.judgments.with_name("judgments.sqlite-wal").stat().st_size > 0  # not yet in the file itself
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE unfinished (number)")
        two = duplicate_workspace(ws, "two")
        writer.execute("ROLLBACK")
    assert [one.trial for one in judgment_store(two).answers()] == ["one", "in the log"]
    with closing(sqlite3.connect(two.judgments)) as copy:
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'unfinished'").fetchone() == (0,)


def test_a_deleted_workspace_comes_back_as_it_was(ws: Workspace) -> None:
    root = ws.path.parent
    gone = delete_workspace(ws)
    assert names(root) == [] and [one.name for one in list_trash(root)] == ["texts"]
    assert 29 <= gone.days_left <= 30
    with pytest.raises(NotThere, match="It was deleted; bring it back"):
        workspace_folder("texts")
    back = restore_workspace(root, gone.id)
    assert names(root) == [("texts", "texts")] and list_trash(root) == []
    assert len(judgment_store(back).answers()) == 1
    with pytest.raises(NotThere, match="no deleted workspace 'texts'"):
        restore_workspace(root, "texts")


def test_coming_back_never_takes_the_place_of_another(ws: Workspace) -> None:
    root = ws.path.parent
    duplicate_workspace(ws, "copy")
    for _ in range(2):  # twice within a second, under one name
        delete_workspace(Workspace.open(root / "texts"))
        duplicate_workspace(Workspace.open(root / "copy"), "texts")
    assert [one.name for one in list_trash(root)] == ["texts", "texts"]
    assert restore_workspace(root, "texts").name == "texts-2"
    assert sorted(names(root)) == [("copy", "copy"), ("texts", "texts"), ("texts-2", "texts-2")]


def test_the_trash_keeps_what_is_young(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    root = ws.path.parent
    delete_workspace(ws)
    assert empty_trash(root, KEPT_DAYS) == []
    later = time.time() + 31 * DAY
    monkeypatch.setattr("explorer.workspace.trash.time.time", lambda: later)
    assert [one.name for one in empty_trash(root, KEPT_DAYS)] == ["texts"]
    assert os.listdir(root / TRASH) == []


def test_running_work_stops_all_three_with_a_message(ws: Workspace, tmp_path: Path) -> None:
    job = start(tmp_path, ["demo", "digits"], "Make it", makes="texts")  # a job of the home that makes this one
    try:
        for change in (
            lambda: rename_workspace(ws, "b"),
            lambda: delete_workspace(ws),
            lambda: duplicate_workspace(ws, "b"),
        ):
            with pytest.raises(WorkspaceError, match="“Make it” is running in texts. Wait until it"):
                change()
        with ws.lock(), pytest.raises(WorkspaceError, match="is running in"):
            delete_workspace(ws)
    finally:
        cancel(job)
        while read_job(job.folder).state == "running":
            time.sleep(0.05)
    with ws.lock(), pytest.raises(WorkspaceError, match="Another process is writing"):
        delete_workspace(ws)
    assert names(ws.path.parent) == [("texts", "texts")]

import json
import threading

import pytest

from explorer.base.errors import InputError, WorkspaceError
from explorer.workspace import saved
from explorer.workspace.folder import Workspace
from explorer.workspace.repairing import repair
from explorer.workspace.saved import SavedView, delete_view, load_views, save_view


def test_views_are_kept_in_order(text_workspace: Workspace) -> None:
    ws = text_workspace
    assert load_views(ws) == []
    red, blue = SavedView("red", query={"q": "red"}, ids=["0"]), SavedView("blau ü", ids=["2", "3"])
    save_view(ws, red)
    save_view(ws, blue)
    assert load_views(Workspace.open(ws.path)) == [red, blue]
    changed = SavedView("red", query={"q": "dark red"})
    save_view(ws, changed)
    assert load_views(ws) == [changed, blue]
    delete_view(ws, "red")
    assert load_views(ws) == [blue]


def test_views_belong_to_a_page_those_of_before_to_explore(text_workspace: Workspace) -> None:
    ws = text_workspace
    save_view(ws, SavedView("two", query={"a": ["x"]}, page="Compare"))
    with pytest.raises(InputError, match="a view called 'two' of the page Compare. Choose another name"):
        save_view(ws, SavedView("two"))
    assert [view.page for view in load_views(ws)] == ["Compare"]
    old = {"name": "old", "created": "2026-01-01", "query": {}, "ids": ["0"]}
    (ws.path / "views.json").write_text(json.dumps({"schema": 1, "views": [old]}), encoding="utf-8")
    assert load_views(ws) == [SavedView("old", "2026-01-01", {}, ["0"], "Explore")]


def test_wrong_names(text_workspace: Workspace) -> None:
    with pytest.raises(InputError, match="Expected a name for the view"):
        save_view(text_workspace, SavedView(" "))
    save_view(text_workspace, SavedView("a"))
    with pytest.raises(InputError, match="There is no view called 'b'; there are: a"):
        delete_view(text_workspace, "b")


def test_damage_is_named_never_overwritten_and_can_be_mended(text_workspace: Workspace) -> None:
    ws = text_workspace
    save_view(ws, SavedView("a"))
    save_view(ws, SavedView("b"))
    (ws.path / "views.json").write_text("{")
    for action in (lambda: load_views(ws), lambda: save_view(ws, SavedView("c"))):
        with pytest.raises(WorkspaceError, match=r"views\.json is damaged.*explorer repair texts"):
            action()
    assert (ws.path / "views.json").read_text() == "{"
    assert repair(ws.path) == ["The views are as they were before the last change: 1 view."]
    assert [view.name for view in load_views(ws)] == ["a"]


def test_the_last_states_are_kept_and_a_newer_file_is_left_alone(
    text_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "KEPT_STATES", 2)
    for name in "abcd":
        save_view(text_workspace, SavedView(name))
    kept = [[view.name for view in saved.read_views(path)] for path in saved.earlier_views(text_workspace)]
    assert kept == [["a", "b", "c"], ["a", "b"]]
    path = text_workspace.path / "views.json"
    path.write_text(path.read_text().replace('"schema": 2', '"schema": 7'))
    before = path.read_text()
    for action in (lambda: load_views(text_workspace), lambda: save_view(text_workspace, SavedView("e"))):
        with pytest.raises(WorkspaceError, match="schema version 7, this program reads 2: upgrade"):
            action()
    assert path.read_text() == before


def test_saving_at_the_same_time_loses_nothing(text_workspace: Workspace) -> None:
    threads = [threading.Thread(target=save_view, args=(text_workspace, SavedView(str(n)))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {view.name for view in load_views(text_workspace)} == set(map(str, range(8)))


def test_a_running_job_does_not_stop_saving(text_workspace: Workspace) -> None:
    with text_workspace.lock():
        save_view(text_workspace, SavedView("a"))
    assert len(load_views(text_workspace)) == 1

"""The pages as a viewer and nobody see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.access import session
from explorer.app.access.passes import Visitor
from explorer.app.access.who import Guard
from explorer.base.permission import Role
from explorer.base.shipped import PAGES
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from explorer.workspace.saved import SavedView, save_view
from explorer.workspace.tags import tag_store
from tests.pages.visits import APP, TIMEOUT, make_discs, texts, visit

ALL = ["Home", *sorted(path.stem for path in PAGES.glob("[0-9]*.py"))]
DERIVED = ("thumbnails", "cache", "audit.jsonl", "sqlite", "judgments", "neighbours", "solids")


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Twelve discs with a view, a tag and two campaigns; nothing of it is changed here."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(home))
        made = make_discs(
            home / "workspaces" / "discs", tmp_path_factory.mktemp("files"), 12, lambda _: 20, lambda one: {"year": one}
        )
        opened = open_shared(made.path)
        for name in ("hues", "shapes"):
            make_campaign(opened, name, Settings(task="triplet", code="sesame"), choose_items(opened))
        save_view(made, SavedView("mine", "2026-01-01", {}, []))
        tag_store(made).put("good", list(opened.dataset.ids[:2]))
        yield made


def as_(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    """From now on the pages are drawn for this visitor."""
    known = Guard(by_keys=True, keys=None, mails=None)
    monkeypatch.setattr(Guard, "visitor_with", lambda *_: Visitor(role))
    monkeypatch.setattr(session, "guard", lambda: known)


@contextmanager
def page_of(name: str) -> Iterator[AppTest]:
    """A page, the home page too, not yet run."""
    if name != "Home":
        with visit(name, "discs") as test:
            yield test
        return
    test = AppTest.from_file(APP, default_timeout=TIMEOUT)
    test.query_params["ws"] = "discs"
    yield test
    assert [str(error.value) for error in test.exception] == []


def files(root: Path) -> dict[str, int]:
    found = [path for path in root.rglob("*") if path.is_file()]
    return {str(path): path.stat().st_mtime_ns for path in found if not any(one in str(path) for one in DERIVED)}


@pytest.mark.parametrize("page", ALL)
def test_a_viewer_sees_every_page_and_no_button_writes(
    ws: Workspace, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(monkeypatch, Role.VIEWER)
    before, tags = files(ws.path.parents[1]), tag_store(ws).version()
    with page_of(page) as test:
        test.run()
        assert "You look as a viewer" in texts(test)
        for key in [one.key for one in test.button if one.key]:
            if any(one.key == key and not one.disabled for one in test.button):
                test.button(key=key).click().run()
    assert files(ws.path.parents[1]) == before and tag_store(ws).version() == tags


def test_a_viewer_finds_no_way_to_change_data(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(monkeypatch, Role.VIEWER)
    with page_of("Home") as test:
        test.query_params["tab"] = "add"
        test.run()
        assert [one.label for one in test.tabs] == ["What is in it", "Models", "Skipped", "All data", "Tours"]
        keys = {one.key for one in test.button}
        assert not keys & {"prepare", "manage.delete", "manage.rename", "add_model", "bring_go"}
    with page_of("6_Annotate") as test:
        test.session_state["more_hues"] = True
        keys = {one.key for one in test.run().button}
        assert not {"new_go", "import_go"} & keys
        assert not [key for key in keys if key and key.endswith("_hues")], "nothing changes a campaign"
        assert "One link" not in texts(test) and "sesame" not in texts(test) and "is asked for" in texts(test)
    with page_of("1_Explore") as test:
        test.query_params["tool"] = "views"
        keys = {one.key for one in test.run().button}
        assert "explore.view.mine.open" in keys and not {"explore.view.mine.delete", "explore.save_view.button"} & keys


@pytest.mark.parametrize("page", ALL)
def test_nobody_sees_nothing(ws: Workspace, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(monkeypatch, Role.NOBODY)
    with page_of(page) as test:
        test.query_params["campaign"] = "hues"
        assert texts(test.run()).startswith("This browser has no key")
        assert not test.sidebar.children and not test.button and not test.get("bidi_component")

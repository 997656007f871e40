"""The page Annotate as Streamlit runs it; the questions themselves are tested in a real browser."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.base.progress import Silent
from explorer.features.judgments.asking.tickets import read_ticket
from explorer.features.judgments.campaigns import campaigns, set_open
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from tests.pages.visits import count_reads, texts, visit


@pytest.fixture
def ws(tmp_path: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Twelve pictures under the colour histogram."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = import_source(image_folder, tmp_path / "workspaces" / "discs")
    prepare(made, "histogram", method="pca", progress=Silent())
    return made


@pytest.fixture
def page(ws: Workspace) -> Iterator[AppTest]:
    """The page, not yet run."""
    with visit("6_Annotate", "discs") as test:
        yield test


def add(ws: Workspace, name: str = "hues", **values: Any) -> Store:
    opened = open_shared(ws.path)
    make_campaign(opened, name, Settings(**{"task": "triplet"} | values), choose_items(opened))
    return judgment_store(ws)


def component_data(page: AppTest) -> dict[str, Any]:
    """What the questions' script is given."""
    for node in page.main:
        proto = getattr(node, "proto", None)
        if type(proto).__name__ == "BidiComponent" or getattr(proto, "component_name", "").endswith(
            "explorer_annotate"
        ):
            found: dict[str, Any] = json.loads(getattr(proto, "json", "{}"))
            return found
    raise AssertionError("there are no questions on the page")


def test_a_campaign_is_made_on_the_page(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("by hue")
    page.selectbox(key="new_task").set_value("pair_rating").run()
    page.text_input(key="new_condition").set_value("by colour")
    page.slider(key="new_scale").set_value((1, 5))
    page.number_input(key="new_questions").set_value(20)
    page.selectbox(key="new_resume").set_value("block")
    page.button(key="new_go").click().run()
    made = campaigns(judgment_store(ws))[0]
    assert made.name == "by hue" and made.settings.resume == "block" and made.settings.scale == (1, 5)
    assert made.settings.questions == 20 and made.settings.condition == "by colour"
    assert "The campaign by hue is open" in texts(page) and "No answers yet." in texts(page)


def test_answers_are_imported_by_number_and_it_is_said_how(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.selectbox(key="import_kind").set_value("triplets").run()
    page.selectbox(key="import_header").set_value("an answer")
    page.file_uploader(key="import_file").upload("t.csv", b"0,2,10\n", "text/csv").run()
    page.button(key="import_go").click().run()
    assert [Path(item).stem for item in judgment_store(ws).answers("t")[0].items] == ["00", "02", "10"]
    assert "Numbers are those in the names of the items" in page.success[0].value
    page.selectbox(key="import_header").set_value("the names of the columns").run()
    page.button(key="import_go").click().run()
    assert "expected at least one answer, got none" in page.error[0].value


def test_what_cannot_be_asked_is_said(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("<b>")
    page.button(key="new_go").click().run()
    assert "Expected a campaign name" in page.error[0].value and not judgment_store(ws).exists()
    page.text_input(key="new_name").set_value("few")
    page.selectbox(key="new_column").set_value("year").run()
    page.multiselect(key="new_values_year").set_value(page.multiselect(key="new_values_year").options[:1]).run()
    page.button(key="new_go").click().run()
    assert "only 1 were chosen" in page.error[0].value


def test_a_name_is_asked_for_and_markup_is_refused(page: AppTest, ws: Workspace) -> None:
    store = add(ws, condition="by colour")
    page.query_params["campaign"] = "hues"
    page.run()
    assert "Which of the two is more like the reference" in page.subheader[0].value
    page.query_params["person"] = "<img src=x onerror=alert(1)>"
    page.run()
    assert "Expected a name of 1 to 60 letters" in page.error[0].value
    with pytest.raises(AssertionError, match="no questions on the page"):
        component_data(page)
    page.query_params["person"] = "Ann"
    page.run()
    assert not page.error and "You answer as **Ann**." in texts(page)
    assert [one["kind"] for one in store.events()] == ["start"]


def test_the_ticket_is_for_this_person_and_campaign(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    page.query_params["campaign"] = "hues"
    page.query_params["person"] = "Ann"
    page.run()
    data = component_data(page)
    found, person = read_ticket(store, data["ticket"])
    assert (found.name, person, data["task"], data["url"]) == ("hues", "Ann", "triplet", "/judgments/discs")


def test_an_invitation_code(page: AppTest, ws: Workspace) -> None:
    add(ws, code="sesame")
    page.query_params["campaign"] = "hues"
    page.query_params["person"] = "Ann"
    page.run()
    assert "You answer as" not in texts(page)
    page.text_input(key="code_given").set_value("wrong").run()
    assert "not the invitation code" in page.warning[0].value
    page.text_input(key="code_given").set_value("sesame").run()
    assert "You answer as **Ann**" in texts(page)


def test_where_people_log_in_there_is_no_name_to_choose(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    page.secrets["auth"] = {"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "x"}
    page.query_params["campaign"] = "hues"
    page.query_params["person"] = "Somebody else"
    page.run()
    assert page.button(key="log_in").label == "Log in" and "You answer as" not in texts(page)
    assert store.events() == []


def test_closed_unknown_and_blocked(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    page.query_params["campaign"] = "hues"
    page.query_params["person"] = "Ann"
    set_open(store, "hues", False)
    page.run()
    assert "takes no more answers" in page.error[0].value
    page.query_params["campaign"] = "nope"
    page.run()
    assert "There is no campaign called 'nope'" in page.error[0].value
    page.button(key="back").click().run()
    assert "hues" in texts(page) and not page.error


def test_closing_on_the_page(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    page.run()
    page.button(key="close_hues").click().run()
    assert campaigns(store)[0].closed
    page.button(key="close_hues").click().run()
    assert not campaigns(store)[0].closed


def test_an_image_folder_that_is_gone_is_no_traceback(page: AppTest, ws: Workspace, image_folder: Path) -> None:
    add(ws)
    shutil.rmtree(image_folder)
    page.query_params["campaign"] = "hues"
    page.query_params["person"] = "Ann"
    page.run()
    assert component_data(page)["campaign"] == "hues"


@pytest.mark.parametrize("params", [{}, {"campaign": "hues"}, {"campaign": "hues", "person": "Ann"}])
def test_a_run_opens_the_workspace_once_and_reads_the_address_once(
    page: AppTest, ws: Workspace, monkeypatch: pytest.MonkeyPatch, params: dict[str, str]
) -> None:
    add(ws)
    for name, value in params.items():
        page.query_params[name] = value
    page.run()
    counts = count_reads(monkeypatch)
    page.run()
    assert counts == {"opens": 1, "addresses": 1}

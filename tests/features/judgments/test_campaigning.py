"""Campaigns made from a workspace, and the server's side of an annotator's page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.access.bodies import LARGEST_BODY
from explorer.app.server.routes import routes
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.judgments.asking.annotating import answer_page
from explorer.features.judgments.asking.listed import parse_list
from explorer.features.judgments.asking.refilling import needs_refill, refill
from explorer.features.judgments.asking.tickets import ticket
from explorer.features.judgments.asking.way import begin, respond
from explorer.features.judgments.campaigns import campaign, set_open
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Campaign, Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.campaigns import pool_items
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from explorer.workspace.saved import SavedView, save_view
from tests.features.judgments.someone import add_people


def items(ws: Workspace, view: str = "", filters: str = "") -> list[str]:
    return choose_items(open_shared(ws.path), view, filters)


def make(
    ws: Workspace, name: str, settings: Settings, ids: Sequence[str], listed: Sequence[Sequence[str]] = ()
) -> Campaign:
    made = make_campaign(open_shared(ws.path), name, settings, ids, listed=listed)
    add_people(judgment_store(ws), name, "ann")
    return made


def pool(store: Store, name: str) -> list[list[str]]:
    with store.connect() as connection:
        return pool_items(connection, name)


def samplers(store: Store, name: str) -> list[str]:
    with store.connect() as connection:
        return [row[0] for row in connection.execute("SELECT sampler FROM pool WHERE campaign = ?", [name])]


@pytest.mark.parametrize("task", ["odd_one_out", "triplet", "pair_rating", "tags", "arrangement"])
def test_every_task_at_random(image_workspace: Workspace, task: str) -> None:
    ids = items(image_workspace)
    make(image_workspace, "c", Settings(task=task, questions=10), ids)
    store = judgment_store(image_workspace)
    found = pool(store, "c")
    assert len(found) == 10 and all(len(set(items)) == Settings(task=task).size for items in found)
    reply = respond(store, "c", "ann")
    assert {item for one in reply.questions for item in one.items} <= set(ids)


def test_items_of_a_view_and_a_filter(text_workspace: Workspace) -> None:
    save_view(text_workspace, SavedView("mine", ids=["0", "1", "2", "3"]))
    assert items(text_workspace, "mine") == ["0", "1", "2", "3"]
    assert items(text_workspace, "mine", "parity:values:odd") == ["1", "3"] or items(
        text_workspace, "mine", "parity:values:odd"
    ) == ["0", "2"]
    with pytest.raises(InputError, match="shows 3 different items; only 2 were chosen"):
        make(text_workspace, "c", Settings(task="triplet"), items(text_workspace, "mine", "parity:values:odd"))
    assert not judgment_store(text_workspace).exists()


def test_a_fixed_list(text_workspace: Workspace) -> None:
    ids = items(text_workspace)
    listed = parse_list("0, 1, 2\n\n3\t4\t5\n")
    make(text_workspace, "c", Settings(task="triplet", sampler="list"), ids, listed)
    assert pool(judgment_store(text_workspace), "c") == [["0", "1", "2"], ["3", "4", "5"]]
    for text, message in (
        ("0,1", "line 1: expected 3 ids, got 2"),
        ("0,1,2\n0,1,9", "line 2: there is no item with the id '9'"),
        ("0,1,1", "line 1: expected different items"),
        ("", "got none"),
    ):
        with pytest.raises(InputError, match=message):
            make(text_workspace, "d", Settings(task="triplet", sampler="list"), ids, parse_list(text))


def test_active_questions_come_in_batches_with_a_random_part(image_workspace: Workspace) -> None:
    ids = items(image_workspace)
    made = make(image_workspace, "c", Settings(task="triplet", questions=80, sampler="active"), ids)
    store = judgment_store(image_workspace)
    assert samplers(store, "c") == ["random"] * 40 and not needs_refill(store, made)
    reply = respond(store, "c", "ann")
    while reply.questions:
        one = reply.questions[0]
        reply = respond(store, "c", "ann", [{"trial": one.trial, "answer": list(one.items)}])
    assert needs_refill(store, made)
    assert refill(store, "c") == 40
    assert samplers(store, "c")[40:].count("random") == 6 and samplers(store, "c").count("active") == 34
    assert refill(store, "c") == 0 and not needs_refill(store, made)
    assert respond(store, "c", "ann").questions


def test_where_models_disagree(image_workspace: Workspace) -> None:
    prepare(image_workspace, "histogram", method="pca", progress=Silent())
    ids = items(image_workspace)
    settings = Settings(task="odd_one_out", questions=20, sampler="disagreement", models=("histogram", "histogram"))
    make(image_workspace, "c", settings, ids)
    found = samplers(judgment_store(image_workspace), "c")
    assert (found.count("random"), found.count("disagreement")) == (3, 17)


def page(store: Store, workspace: Workspace, name: str = "c", **body: Any) -> tuple[int, dict[str, Any]]:
    text = ticket(campaign(store, name), "ann")
    return answer_page(workspace, workspace.dataset(), {"ticket": text, "responses": []} | body)


def test_the_page_gets_questions_with_what_a_card_needs(image_workspace: Workspace) -> None:
    make(image_workspace, "c", Settings(task="odd_one_out", questions=10), items(image_workspace))
    store = judgment_store(image_workspace)
    status, reply = page(store, image_workspace, wanted=2)
    assert status == 200 and len(reply["questions"]) == 2 and reply["total"] == 10
    dataset = image_workspace.dataset()
    for item in reply["questions"][0]["items"]:
        assert dataset.ids[item["row"]] == item["id"] and item["image"] and not item["missing"]
    trial = reply["questions"][0]["trial"]
    answer = reply["questions"][0]["items"][0]["id"]
    status, reply = page(store, image_workspace, responses=[{"trial": trial, "answer": answer}, "nonsense"])
    assert reply["answered"] == 1 and len(reply["acknowledged"]) == 1


@pytest.mark.parametrize(
    ("show", "image", "text"), [("both", True, True), ("images", True, False), ("texts", False, True)]
)
def test_what_people_see_of_items_with_both(image_workspace: Workspace, show: str, image: bool, text: bool) -> None:
    make(image_workspace, "c", Settings(task="tags", questions=12, show=show), items(image_workspace))
    questions = page(judgment_store(image_workspace), image_workspace, wanted=10)[1]["questions"]
    dataset = image_workspace.dataset()
    texts = dict(zip(dataset.ids, dataset.column("text"), strict=True))
    both = [one["items"][0] for one in questions if texts[one["items"][0]["id"]]]
    assert both and all((item["image"], bool(item["text"])) == (image, text) for item in both)


def test_a_picture_that_vanished_and_an_item_that_vanished(image_workspace: Workspace) -> None:
    ids = items(image_workspace)[:3]
    make(image_workspace, "c", Settings(task="odd_one_out", questions=1), ids)
    image_workspace.image_path(0).unlink()
    shown = page(judgment_store(image_workspace), image_workspace)[1]["questions"][0]["items"]
    assert {item["id"]: item["missing"] for item in shown} == {ids[0]: True, ids[1]: False, ids[2]: False}
    dataset = image_workspace.dataset()
    fewer = type(dataset)(dataset.table.slice(2))
    text = ticket(campaign(judgment_store(image_workspace), "c"), "ann")
    shown = answer_page(image_workspace, fewer, {"ticket": text})[1]["questions"][0]["items"]
    assert {item["id"]: item["missing"] for item in shown} == {ids[0]: True, ids[1]: True, ids[2]: False}


def test_requests_that_cannot_be_answered(image_workspace: Workspace) -> None:
    make(image_workspace, "c", Settings(task="odd_one_out"), items(image_workspace))
    store = judgment_store(image_workspace)
    assert answer_page(image_workspace, image_workspace.dataset(), [1])[0] == 400
    assert answer_page(image_workspace, image_workspace.dataset(), {"ticket": "x"})[1]["message"].startswith(
        "This page"
    )
    assert page(store, image_workspace, responses="x")[0] == 400
    set_open(store, "c", False)
    status, reply = page(store, image_workspace)
    assert (status, reply["state"], reply["questions"]) == (200, "closed", [])


def test_over_http(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = make(image_workspace, "c", Settings(task="odd_one_out"), items(image_workspace))
    begin(judgment_store(image_workspace), "c", "ann")
    client = TestClient(Starlette(routes=routes()))
    body = {"ticket": ticket(made, "ann"), "wanted": 1}
    good = client.post("/judgments/pictures", json=body)
    assert good.status_code == 200 and len(good.json()["questions"]) == 1
    assert client.post("/judgments/nothing", json=body).status_code == 404
    assert client.post("/judgments/pictures", content="{").status_code == 415
    typed = {"Content-Type": "application/json"}
    assert client.post("/judgments/pictures", content="{", headers=typed).status_code == 400
    assert client.post("/judgments/pictures", content="x" * (LARGEST_BODY + 1), headers=typed).status_code == 413
    assert client.get("/judgments/pictures").status_code == 405

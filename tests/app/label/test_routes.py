"""The route for labels that are given by keyboard: who may, what is refused, what comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.access.passes import Visitor
from explorer.app.access.who import Guard
from explorer.app.label.routes import label_route
from explorer.base.permission import Role
from explorer.features.label.service import labels_of, store_of
from explorer.workspace.opened import open_shared
from tests.features.label.conftest import IDS, SPEC, workspace_of

ASK = {"labelling": "kind", "labeller": "Ann", "model": SPEC, "order": "margin", "kind": "look"}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    import numpy as np

    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    (tmp_path / "workspaces").mkdir()
    workspace_of(tmp_path / "workspaces" / "heaps", IDS, np.ones(len(IDS), dtype=bool))
    with TestClient(Starlette(routes=[label_route()])) as client:
        yield client


def test_a_label_goes_in_and_the_next_item_comes_out(client: TestClient, tmp_path: Path) -> None:
    body = ASK | {"kind": "give", "items": ["a0"], "label": "left", "shown": ["b0"], "wanted": 3}
    answer = client.post("/labels/heaps", json=body).json()
    assert answer["names"] == [["left", 1]] and answer["changed"] == {"a0": "left"}
    assert answer["last"] == "“left” given to 1 item, by hand"
    cards = [card["id"] for card in answer["cards"]]
    assert len(cards) == 3 and not {"a0", "b0"} & set(cards)
    assert client.post("/labels/heaps", json=body).json()["changed"] == {}, "sent twice, kept once"
    assert len(labels_of(open_shared(tmp_path / "workspaces" / "heaps"), "kind")) == 1
    assert client.post("/labels/heaps", json=ASK | {"kind": "undo"}).json()["changed"] == {"a0": None}


@pytest.mark.parametrize(
    ("place", "change", "status", "words"),
    [
        ("heaps", {"kind": "give", "items": ["zz"], "label": "x"}, 400, "no item with the id 'zz'"),
        ("heaps", {"kind": "undo"}, 400, "no such change"),
        ("heaps", {"order": 5}, 400, "order: expected a text"),
        ("none", {}, 400, "none"),
    ],
)
def test_what_cannot_be_done_is_said(
    client: TestClient, place: str, change: dict[str, object], status: int, words: str
) -> None:
    answer = client.post(f"/labels/{place}", json=ASK | change)
    assert answer.status_code == status and words in answer.json()["message"]


def test_only_json_and_only_organisers(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.post("/labels/heaps", content="{}").status_code == 415
    assert client.get("/labels/heaps").status_code == 405
    monkeypatch.setattr(Guard, "visitor", lambda *_: Visitor(Role.VIEWER))
    answer = client.post("/labels/heaps", json=ASK | {"kind": "give", "items": ["a0"], "label": "left"})
    assert answer.status_code == 403 and "As viewer you cannot do this" in answer.json()["message"]
    assert store_of(open_shared(tmp_path / "workspaces" / "heaps")).version() == 0

"""Anonymous captions of a workspace: by the rules, and by a chat endpoint of the test's own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.relational.anonymise_column import anonymise_column
from explorer.features.relational.caption_columns import anonymous_columns, caption_columns, texts_of
from explorer.features.relational.chat_captions import LOG, ChatWriter, Endpoint, configured
from explorer.workspace.folder import Workspace, create_workspace

CAPTIONS = ["two dogs chasing a cat", "a zorgle on top of a car", "", "two dogs chasing a cat"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    ids = [f"i{n}" for n in range(len(CAPTIONS))]
    columns = {"id": ids, "path": [""] * 4, "text": ["x"] * 4, "hash": ids, "says": CAPTIONS, "label": ["a"] * 4}
    return create_workspace(
        tmp_path / "ws", "ws", Dataset(pa.table(columns)), image_root=None, source="test", kind="table"
    )


def test_two_columns_are_written_and_the_rest_stays(workspace: Workspace) -> None:
    before = workspace.dataset()
    assert caption_columns(before) == ["says"]
    report = anonymise_column(workspace, "says")
    after = Workspace.open(workspace.path).dataset()
    assert after.ids_hash == before.ids_hash
    assert texts_of(after, "anonymous_caption") == [
        "{Animals} chasing {Other Animal}",
        "A zorgle on top of {Vehicle}".replace("A", "a", 1),
        "",
        "{Animals} chasing {Other Animal}",
    ]
    assert texts_of(after, "leftovers") == ["", "zorgle", "", ""]
    assert (report.items, report.empty, report.clean) == (3, 1, 2)
    assert "zorgle (1)" in report.sentence
    assert anonymous_columns(after) == ["anonymous_caption"]
    anonymise_column(Workspace.open(workspace.path), "says")
    assert Workspace.open(workspace.path).dataset().table.column_names.count("leftovers") == 1


def test_wrong_columns(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="one of text, says, label; got 'caption'"):
        anonymise_column(workspace, "caption")


class Chat(BaseHTTPRequestHandler):
    """Answers from `replies`, one a request; notes what was asked."""

    replies: list[tuple[int, str]] = []
    asked: list[dict[str, object]] = []

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers.get("Authorization", "")
        self.asked.append({"path": self.path, "key": key, "body": json.loads(body)})
        status, text = self.replies.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def chat() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Chat.replies, Chat.asked = [], []
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def said(text: str) -> tuple[int, str]:
    return 200, json.dumps({"choices": [{"message": {"content": text}}]})


def test_answers_are_logged_and_replayed(chat: str, tmp_path: Path) -> None:
    endpoint = Endpoint(url=chat, model="small", key="secret", pause_s=0.01)
    Chat.replies = [(503, "busy"), said('"{Animals} chasing a cat"\n'), said("{Thing} on {Vehicle}")]
    found = ChatWriter(endpoint, tmp_path / LOG)(CAPTIONS[:2], Silent())
    assert [one.text for one in found] == ["{Animals} chasing a cat", "{Thing} on {Vehicle}"]
    assert found[0].leftovers == ("cat",)
    assert Chat.asked[0]["path"] == "/v1/chat/completions"
    assert Chat.asked[0]["key"] == "Bearer secret"
    log = (tmp_path / LOG).read_text()
    assert "two dogs chasing a cat" in log and "secret" not in log
    again = ChatWriter(endpoint, tmp_path / LOG)
    assert [one.text for one in again(CAPTIONS[:2], Silent())] == [one.text for one in found]
    assert again.calls == 0 and len(Chat.asked) == 3


def test_a_cut_line_of_the_log_is_asked_again(chat: str, tmp_path: Path) -> None:
    Chat.replies = [said("{A} on {B}"), said("{A} on {B}")]
    ChatWriter(Endpoint(url=chat, model="small"), tmp_path / LOG).answer("a cat on a car")
    path = tmp_path / LOG
    path.write_text(path.read_text()[:-20])
    ChatWriter(Endpoint(url=chat, model="small"), path).answer("a cat on a car")
    assert len(Chat.asked) == 2


@pytest.mark.parametrize(
    ("reply", "message"),
    [((401, "no"), "HTTP 401"), ((200, "<html>"), "no chat completion"), (said(""), "expected one short caption")],
)
def test_bad_answers(chat: str, tmp_path: Path, reply: tuple[int, str], message: str) -> None:
    Chat.replies = [reply]
    with pytest.raises(ModelError, match=message):
        ChatWriter(Endpoint(url=chat, model="small", retries=0), tmp_path / LOG).answer("a cat")
    assert len(Chat.asked) == 1


def test_nobody_there(tmp_path: Path) -> None:
    endpoint = Endpoint(url="http://127.0.0.1:9", model="small", retries=1, pause_s=0.01, timeout_s=2)
    with pytest.raises(ModelError, match="after 2 tries.*the same command goes on"):
        ChatWriter(endpoint, tmp_path / LOG).answer("a cat")


def test_it_is_off_unless_the_owner_names_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPLORER_CHAT_URL", raising=False)
    assert configured() is None
    monkeypatch.setenv("EXPLORER_CHAT_URL", "http://localhost:1/v1/")
    with pytest.raises(InputError, match="EXPLORER_CHAT_MODEL: expected the name of a model"):
        configured()
    monkeypatch.setenv("EXPLORER_CHAT_MODEL", "small")
    found = configured()
    assert found is not None and found.url == "http://localhost:1/v1"
    with pytest.raises(InputError, match="expected an address such as"):
        Endpoint(url="file:///etc/passwd", model="small")

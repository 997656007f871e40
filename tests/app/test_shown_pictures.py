from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.server import routes as server_routes
from explorer.app.server.routes import routes
from explorer.app.server.shown_pictures import SECONDS, ShownPictures
from explorer.io.thumbnails import thumbnail
from explorer.workspace.folder import Workspace


def key(name: str) -> tuple[str, str, str, str]:
    return "root", name, "64", "1"


def test_a_picture_is_looked_up_anew_after_a_while() -> None:
    shown = ShownPictures()
    shown.keep(key("a"), b"picture", now=10)
    assert shown.get(key("a"), now=10 + SECONDS) == b"picture"
    assert shown.get(key("a"), now=11 + SECONDS) == b"" and shown.get(key("a"), now=10) == b""


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    shown = ShownPictures(most=10)
    for name in "ab":
        shown.keep(key(name), name.encode() * 4)
    assert shown.get(key("a")) == b"aaaa"
    shown.keep(key("c"), b"cccc")
    assert [shown.get(key(name)) for name in "abc"] == [b"aaaa", b"", b"cccc"]
    shown.keep(key("d"), b"d" * 11)
    assert not any(shown.get(key(name)) for name in "abcd")
    shown.keep(key("a"), b"a" * 10)
    shown.keep(key("a"), b"a" * 9)
    assert shown.get(key("a")) == b"a" * 9


def test_only_addresses_that_name_a_version_are_remembered(
    image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked, made = list[tuple[int, int]](), thumbnail

    def counted(workspace: Workspace, row: int, size: int) -> bytes | None:
        asked.append((row, size))
        return made(workspace, row, size)

    monkeypatch.setattr(server_routes, "thumbnail", counted)
    monkeypatch.setenv("EXPLORER_HOME", str(image_workspace.path.parents[1]))
    client = TestClient(Starlette(routes=routes()))
    addresses = ["0?size=64&v=1", "0?size=64&v=1&t=somebody", "0?size=128&v=1", "1?size=64&v=1", "0?size=64&v=2"]
    answers = [client.get(f"/thumbs/pictures/{address}") for address in addresses]
    assert asked == [(0, 64), (0, 128), (1, 64), (0, 64)]
    again = [client.get(f"/thumbs/pictures/{address}") for address in addresses]
    assert len(asked) == 4 and [one.content for one in again] == [one.content for one in answers]
    assert [one.headers for one in again] == [one.headers for one in answers]
    for _ in range(2):
        assert client.get("/thumbs/pictures/0?size=64").status_code == 200
        assert client.get("/thumbs/pictures/99?size=64&v=1").status_code == 404
    assert len(asked) == 6
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "another"))
    assert client.get("/thumbs/pictures/0?size=64&v=1").status_code == 404

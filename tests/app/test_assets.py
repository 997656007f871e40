"""Streamlit's own scripts, as the front serves them."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.server.assets import FOLDER, asset_route

CLIENT = TestClient(Starlette(routes=[asset_route()]))
SCRIPTS = sorted((FOLDER / "js").glob("index.*.js"))


def test_a_script_comes_whole_and_is_kept_for_good() -> None:
    (script, *_) = SCRIPTS
    for coding in ("gzip", "identity"):
        answer = CLIENT.get(f"/static/js/{script.name}", headers={"accept-encoding": coding})
        assert answer.content == script.read_bytes() and answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers.get("content-encoding", "identity") == coding
        assert "immutable" in answer.headers["cache-control"]


def test_fonts_are_not_packed_again() -> None:
    font = next(FOLDER.rglob("*.woff2"))
    answer = CLIENT.get(f"/static/{font.relative_to(FOLDER)}")
    assert answer.content == font.read_bytes() and "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["", "js", "js/none.js", "..%2f..%2f__init__.py", "%2fetc%2fhostname", "js/a%00.js"])
def test_nothing_else_is_there(path: str) -> None:
    answer = CLIENT.get(f"/static/{path}")
    assert answer.status_code == 404 and "cache-control" not in answer.headers

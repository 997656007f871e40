import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.server import routes as server_routes
from explorer.app.server.routes import routes
from explorer.base.errors import Busy, LimitError
from explorer.search.facets import values_version
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared


@pytest.fixture
def client(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("EXPLORER_HOME", str(image_workspace.path.parents[1]))
    return TestClient(Starlette(routes=routes()))


def test_a_thumbnail_is_a_small_webp_that_may_be_kept_when_versioned(
    client: TestClient, image_workspace: Workspace
) -> None:
    answer = client.get(f"/thumbs/pictures/0?size=64&v={image_workspace.key}")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/thumbs/pictures/0").headers["cache-control"] == "no-cache"
    assert max(Image.open(io.BytesIO(answer.content)).size) <= 64
    assert list((image_workspace.path / "thumbnails").rglob("*.webp"))


def test_the_image_is_the_file_itself(client: TestClient, image_workspace: Workspace) -> None:
    answer = client.get("/image/pictures/3")
    assert answer.content == image_workspace.image_path(3).read_bytes()


def test_an_item_is_json(client: TestClient, image_workspace: Workspace) -> None:
    row = list(image_workspace.dataset().ids).index("warm/01.jpg")
    item = client.get(f"/item/pictures/{row}").json()
    assert item["id"] == "warm/01.jpg"
    assert (item["row"], item["caption"]) == (row, item["text"]), "beside a picture the text is what names it"
    assert item["text"] == "a green disc"
    assert item["attributes"]["folder"] == "warm"
    assert item["attributes"]["year"] == 1999
    assert not {"hash", "path", "id"} & set(item["attributes"])


def test_the_values_of_a_column_come_with_their_counts_and_only_of_the_state_that_was_asked_for(
    client: TestClient, image_workspace: Workspace
) -> None:
    version = values_version(open_shared(image_workspace.path))
    answer = client.get("/values/pictures", params={"column": "folder", "v": version})
    assert dict(zip(answer.json()["names"], answer.json()["counts"], strict=True)) == {"cold/deep": 6, "warm": 5, "": 1}
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/values/pictures", params={"column": "folder", "v": "old"}).status_code == 404
    assert "Expected one of the columns" in client.get("/values/pictures", params={"column": "id"}).text


def test_the_nearest_of_an_item_come_nearest_first_without_itself(
    client: TestClient, image_workspace: Workspace
) -> None:
    embed(image_workspace, "histogram")
    opened = open_shared(image_workspace.path)
    rows = client.get("/neighbours/pictures/2?model=histogram").json()["rows"]
    near = opened.embeddings("histogram").vectors @ opened.embeddings("histogram").vectors[2]
    assert len(rows) == 11 and 2 not in rows
    assert (np.diff(near[rows]) <= 1e-3).all()
    assert "row from 0 to 11, got 99" in client.get("/neighbours/pictures/99?model=histogram").text
    assert "expected one of histogram" in client.get("/neighbours/pictures/2?model=none").text


def test_a_changed_workspace_is_seen_at_once(client: TestClient, image_workspace: Workspace) -> None:
    assert client.get("/item/pictures/11").status_code == 200
    dataset = image_workspace.dataset()
    image_workspace.replace_dataset(type(dataset)(dataset.table.slice(0, 5)))
    answer = client.get("/item/pictures/11")
    assert (answer.status_code, answer.text) == (404, "Expected a row from 0 to 4, got 11.")


@pytest.mark.parametrize(
    "address",
    [
        "/thumbs/nowhere/0",
        "/thumbs/pictures/99",
        "/image/pictures/-1",
        "/image/../manifest.json",
        "/thumbs/%2e%2e/0",
        "/thumbs/..%2f..%2fetc/0",
        "/item/pictures%2f..%2fpictures/0",
        "/thumbs/pictures/0?size=4000",
        "/image/pictures/first",
        "/thumbs/pictures",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert len(answer.text) < 300


def test_a_vanished_file_is_said(client: TestClient, image_workspace: Workspace, image_folder: Path) -> None:
    image_workspace.image_path(2).unlink()
    answer = client.get("/image/pictures/2")
    assert answer.status_code == 404
    assert "no longer there" in answer.text


def test_many_thumbnails_open_the_workspace_once(
    client: TestClient, image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none of them looks at the files of all vectors, indexes and maps."""
    opens: list[Path] = []
    keys: list[Workspace] = []
    opener = Workspace.open

    def counted(path: Path) -> Workspace:
        opens.append(path)
        return opener(path)

    monkeypatch.setattr(Workspace, "open", counted)
    monkeypatch.setattr(Workspace, "key", property(keys.append))
    assert [client.get(f"/thumbs/pictures/{row}?size=64").status_code for row in range(5)] == [200] * 5
    assert len(opens) == 1 and keys == []


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Busy("a.jpg: too many other files are being read just now."), 503, "too many other files"),
        (LimitError("a.jpg: reading it takes longer than 60 s."), 404, "longer than 60 s"),
        (OSError(28, "No space left on device", "/data/a"), 503, "The disk is full: /data/a"),
    ],
)
def test_what_cannot_be_made_now_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    def fails(*asked: object) -> bytes:
        raise error

    monkeypatch.setattr(server_routes, "thumbnail", fails)
    answer = client.get("/thumbs/pictures/0")
    assert answer.status_code == status
    assert words in answer.text
    assert ("retry-after" in answer.headers) == isinstance(error, Busy)


def test_a_bug_stays_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*asked: object) -> bytes:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(server_routes, "thumbnail", fails)
    with pytest.raises(OSError, match="Bad file descriptor"):
        client.get("/thumbs/pictures/0")


def test_answers_that_lie_too_deep_are_refused(client: TestClient) -> None:
    answer = client.post("/judgments/pictures", content=b"[" * 200_000, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "Expected JSON" in answer.json()["message"]

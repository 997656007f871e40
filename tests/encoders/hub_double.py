"""A small model hub on this computer: the few answers of the real one that clients ask for, with faults on wish."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1_000  # bytes from which a file has a sha256, as with Git LFS


@dataclass
class Hub:
    """repos: files by name, by repository ("name@revision" for one that is not main); commits: of these.

    cut: after how many bytes the next answers break off, one each. damaged: files of which a byte arrives changed.
    ranges: whether it can go on in the middle of a file. asked: what was asked of it: method, path and range.
    """

    repos: dict[str, dict[str, bytes]]
    commits: dict[str, str] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)
    ranges: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""

    def named(self, repo: str, revision: str) -> str:
        """The key of `repos` for a repository at a revision or commit."""
        if revision == "main":
            return repo
        known = [one for one in self.repos if one.partition("@")[0] == repo and self.commit(one) == revision]
        return known[0] if known else f"{repo}@{revision}"

    def commit(self, name: str) -> str:
        """The commit of a key of `repos`."""
        return self.commits.get(name, COMMIT)

    def gets(self) -> list[tuple[str, str]]:
        """Files that were fetched, with the range that was asked for."""
        return [
            (path.rpartition("/")[2], span)
            for method, path, span in self.asked
            if method == "GET" and "/resolve/" in path
        ]


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """The hub at a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802
            _answer(hub, self)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def digest(content: bytes) -> str:
    """The hash that names a content: sha256 for a large one, git's own for a small one."""
    if len(content) >= LARGE:
        return sha256(content).hexdigest()
    return sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _answer(hub: Hub, request: BaseHTTPRequestHandler) -> None:
    path = urlsplit(request.path).path
    hub.asked.append((request.command, path, request.headers.get("Range", "")))
    if found := re.fullmatch(r"/api/(?:models|datasets)/([^/]+/[^/]+)(?:/revision/([^/]+))?", path):
        _list(hub, request, hub.named(found[1], unquote(found[2] or "main")))
    elif found := re.fullmatch(r"(?:/datasets)?/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
        _file(hub, request, hub.named(found[1], found[2]), unquote(found[3]))
    else:
        _send(request, 404, {}, b"")


def _list(hub: Hub, request: BaseHTTPRequestHandler, repo: str) -> None:
    if repo not in hub.repos:
        known = repo.partition("@")[0] in hub.repos
        _send(request, 404, {"X-Error-Code": "RevisionNotFound" if known else "RepoNotFound"}, b"{}")
        return
    siblings = []
    for name, content in hub.repos[repo].items():
        one: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": digest(content)[:40]}
        if len(content) >= LARGE:
            one["lfs"] = {"sha256": digest(content), "size": len(content), "pointerSize": 130}
        siblings.append(one)
    told = {
        "id": repo,
        "sha": hub.commit(repo),
        "siblings": siblings,
        "tags": [],
        "private": False,
        "downloads": 0,
        "likes": 0,
    }
    _send(request, 200, {"Content-Type": "application/json"}, json.dumps(told).encode())


def _file(hub: Hub, request: BaseHTTPRequestHandler, repo: str, name: str) -> None:
    content = hub.repos.get(repo, {}).get(name)
    if content is None:
        _send(request, 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b"")
        return
    headers = {"X-Repo-Commit": hub.commit(repo), "ETag": f'"{digest(content)}"', "Accept-Ranges": "bytes"}
    body = bytes([content[0] ^ 1]) + content[1:] if name in hub.damaged else content
    span = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    if span and hub.ranges:
        start = int(span[1])
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        _send(request, 206, headers, body[start:], hub)
    else:
        _send(request, 200, headers, body, hub)


def _send(
    request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, hub: Hub | None = None
) -> None:
    request.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body))}.items():
        request.send_header(name, value)
    request.end_headers()
    if request.command == "HEAD":
        return
    if hub and hub.cut:
        request.wfile.write(body[: hub.cut.pop(0)])
        request.close_connection = True
    else:
        request.wfile.write(body)

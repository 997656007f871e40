"""A language model that runs in a thread of the tests and answers by a function of the request."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, str | bytes]
Answering = Callable[[dict[str, Any], dict[str, str]], Reply]


def said(text: str, first: dict[str, float] | None = None) -> Reply:
    """A chat completion with this text, and log probabilities of its first token where they are given."""
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": text}}
    if first is not None:
        told = [{"token": token, "logprob": value} for token, value in first.items()]
        choice["logprobs"] = {"content": [{**told[0], "top_logprobs": told}]}
    return 200, json.dumps({"choices": [choice]})


@contextmanager
def scripted(answering: Answering) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of an endpoint, and the requests that it has seen."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(request)
            status, body = answering(request, {"path": self.path, **dict(self.headers)})
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

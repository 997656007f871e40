"""Runs of the Explore page on a collection by a real server: milliseconds of each kind, as JSON on standard output.

A session is a websocket such as a browser has. The time of a run is from the question to the message that the run has
ended, all that is drawn received. Each asks for what was not asked for before. `open` is the first run of a server
that was just started: it loads the model, the vectors, the index and the map. What the browser needs to draw is not in.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.random import Generator, default_rng
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.bench_annotate import serve
from benchmarks.bench_load import cpu_s
from benchmarks.growth_made import MODEL, SHAPES
from explorer.app.server.run import free_port
from explorer.base.settings import home

RUNS, TO_WARM = 25, 3
WAIT_S, LARGEST_PARSED = 600, 50_000
View = dict[str, str]


def first_page(rng: Generator, number: int) -> View:
    """The page as it is opened, by a new session each time."""
    return {}


def text_query(rng: Generator, number: int) -> View:
    words = " ".join(rng.choice(("red", "blue", "night", "water", "snow", "two", "three", "mirrored"), 4))
    return {"q": f"text:1:{words} {number}"}


def filtered(rng: Generator, number: int) -> View:
    return {"f": f"shape:values:{SHAPES[number % 6]};size:range:{rng.uniform(-0.4, 0.2):.4f},"}


def lasso(rng: Generator, number: int) -> View:
    """A square of the middle of the map."""
    low, high = rng.uniform(-4, 0), rng.uniform(2, 8)
    corners = "_".join(f"{value:.4f}" for value in (low, low, high, low, high, high, low, high))
    return {"sel": f"replace:umap:{corners}:{MODEL}"}


KINDS: dict[str, Callable[[Generator, int], View]] = {
    "first page": first_page,
    "text query": text_query,
    "filter": filtered,
    "lasso": lasso,
}


def session(port: int) -> Any:
    address, names = f"ws://127.0.0.1:{port}/_stcore/stream", [Subprotocol("streamlit")]
    return connect(address, subprotocols=names, max_size=None, max_queue=None, legacy=True)


def page_run(socket: Any, ws: str, view: View) -> float:
    """Milliseconds of one run; RuntimeError where the page shows that the program failed."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = BackMsg()
    message.rerun_script.query_string = urlencode({"ws": ws} | view)
    message.rerun_script.page_name = "Explore"
    start = time.perf_counter()
    socket.send(message.SerializeToString())
    while True:
        data = socket.recv(timeout=WAIT_S, decode=False)
        if len(data) > LARGEST_PARSED:
            continue
        reply = ForwardMsg.FromString(data)
        if reply.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(reply.delta.new_element.exception.message)
        if reply.WhichOneof("type") == "script_finished" and reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return (time.perf_counter() - start) * 1000


def measured(port: int, server: int, ws: str, kind: str) -> dict[str, float]:
    """Milliseconds of the median and the 95th percentile, and of the server's processor in the mean."""
    rng, taken = default_rng(1), []
    socket = session(port)
    for number in range(TO_WARM + RUNS):
        if number == TO_WARM:
            before = cpu_s(server)
        if kind == "first page":
            socket.close()
            socket = session(port)
        taken.append(page_run(socket, ws, KINDS[kind](rng, number)))
    spent = cpu_s(server) - before
    socket.close()
    wall = np.array(taken[TO_WARM:])
    return {
        "runs": RUNS,
        "p50_ms": round(float(np.median(wall)), 1),
        "p95_ms": round(float(np.percentile(wall, 95)), 1),
        "cpu_ms": round(1000 * spent / RUNS, 1),
    }


def main(ws: str) -> None:
    port = free_port("127.0.0.1", 8706)
    server = serve(home(), port)
    try:
        with session(port) as socket:
            found: dict[str, Any] = {"open_s": round(page_run(socket, ws, text_query(default_rng(0), -1)) / 1000, 2)}
        for kind in KINDS:
            found[kind] = measured(port, server.pid, ws, kind)
            print(kind, found[kind], file=sys.stderr, flush=True)
    finally:
        server.terminate()
        server.wait(60)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])

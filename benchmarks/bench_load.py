"""Explorers and annotators at once on a real server: how long each waits, and what a page run of Explore costs.

An explorer has a websocket session as a browser has one, on the page Explore; after every answer they think for 1 to
3 s and ask for another item's neighbours. An annotator is one of `bench_annotate`. The time of an explorer is from the
question to the message that the page run has ended, the time of an annotator from the answer to the next question with
its pictures. CPU is that of the server and its processes, divided by the page runs (Linux). Clients and server share
the cores.

`--home` has the collection (`--ws`); nothing in it is changed, the campaign comes beside a copy of it. `--root` serves
the code of another checkout instead of this one, on a home that it can read, to compare two states of the code.
"""

import argparse
import json
import multiprocessing
import os
import platform
import random
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow.parquet as pq

from benchmarks.bench_annotate import ARRIVE_S, CAMPAIGN, NAMELESS, ROOT, SCENES, Person, annotate, serve
from explorer.app.server.run import free_port
from explorer.base.progress import Silent
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.opened import open_shared

RESULT = Path(__file__).parent / "results" / "load.json"
MUST_ANNOTATOR_P95_S = 0.2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Explorer:
    """One session on Explore. seconds: of each page run after the first; size: bytes received in them."""

    name: str
    open_s: float = 0.0
    seconds: list[float] = field(default_factory=list)
    size: int = 0
    error: str = ""


def explore(port: int, ws: str, ids: list[str], one: Explorer, until: threading.Event) -> None:
    """Open the page and ask for neighbours until told to stop."""
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    rng = random.Random(one.name)
    address, names = f"ws://127.0.0.1:{port}/_stcore/stream", [Subprotocol("streamlit")]
    try:
        with connect(address, subprotocols=names, max_size=None, max_queue=None, legacy=True) as socket:
            one.open_s = page_run(socket, {"ws": ws}, one)
            one.size = 0
            while not until.wait(rng.uniform(1, 3)):
                one.seconds.append(page_run(socket, {"ws": ws, "q": f"item:1:{rng.choice(ids)}"}, one))
    except Exception as error:
        one.error = f"{type(error).__name__}: {error}"


def page_run(socket: Any, query: dict[str, str], one: Explorer) -> float:
    """Seconds from asking for the page to the message that its run has ended."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = BackMsg()
    message.rerun_script.query_string = urlencode(query)
    message.rerun_script.page_name = "Explore"
    start = time.perf_counter()
    socket.send(message.SerializeToString())
    while True:
        data = socket.recv(timeout=120, decode=False)
        one.size += len(data)
        if len(data) < 200:
            reply = ForwardMsg.FromString(data)
            ended = reply.WhichOneof("type") == "script_finished"
            if ended and reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - start


def cpu_s(pid: int) -> float:
    """CPU seconds of a process and all below it."""
    own = {int(path.name): stat(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    family: set[int] = {pid}
    before: set[int] = set()
    while family != before:
        before = set(family)
        family |= {child for child, (parent, _) in own.items() if parent in family}
    return sum(own[one][1] for one in family if one in own)


def stat(path: Path) -> tuple[int, float]:
    """Parent and CPU seconds of a process in /proc; (0, 0) when it has just ended."""
    try:
        found = (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0.0
    return int(found[1]), (int(found[11]) + int(found[12])) / TICKS


def make_home(source: Path, ws: str, folder: Path, people: int) -> list[str]:
    """A home with a copy of the collection and a campaign beside it; the ids of the collection."""
    shutil.copytree(source / "workspaces" / ws, folder / "workspaces" / ws)
    if people:
        scenes = create_scenes_demo(folder / "workspaces", Silent(), SCENES)
        settings = Settings(
            task="odd_one_out", questions=200 * people, repeat_share=0.05, check_share=0.05, study=NAMELESS
        )
        opened = open_shared(scenes.path)
        make_campaign(opened, CAMPAIGN, settings, choose_items(opened))
    ids: list[str] = pq.read_table(folder / "workspaces" / ws / "dataset.parquet", columns=["id"])["id"].to_pylist()
    return ids


@dataclass
class Crowd:
    """People of one kind in a process of their own, as they would be on another machine but for the cores."""

    kind: str
    process: Any
    runs: Any
    stop: Any
    queue: Any

    def people(self) -> list[Any]:
        """The people, once they have stopped."""
        self.stop.set()
        found: list[Any] = self.queue.get(timeout=180)
        self.process.join()
        return found


def come(kind: str, count: int, over_s: float, port: int, given: tuple[str, list[str]]) -> Crowd:
    """Let `count` people of a kind arrive within `over_s` seconds."""
    context = multiprocessing.get_context("spawn")
    runs, stop, queue = context.Value("l", 0), context.Event(), context.Queue()
    process = context.Process(target=crowd, args=(kind, count, over_s, port, given, runs, stop, queue))
    process.start()
    return Crowd(kind, process, runs, stop, queue)


def crowd(
    kind: str, count: int, over_s: float, port: int, given: tuple[str, list[str]], runs: Any, stop: Any, queue: Any
) -> None:
    """The process of one kind of people; counts the questions they have asked in `runs`."""
    make, task, more = (Explorer, explore, given) if kind == "explorer" else (Person, annotate, ())
    people: list[Any] = [make(f"{kind} {number}") for number in range(count)]
    work = [threading.Thread(target=task, args=(port, *more, one, stop)) for one in people]
    for thread in work:
        thread.start()
        time.sleep(over_s / count)
    while not stop.wait(0.2):
        runs.value = sum(len(one.seconds) for one in people)
    for thread in work:
        thread.join(120)
    queue.put(people)


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run the load; the numbers of both kinds of people."""
    ids = make_home(given.home, given.ws, folder, given.annotators)
    port = free_port("127.0.0.1", 8686)
    server = serve(folder, port, root=given.root)
    arrive = min(ARRIVE_S, given.seconds / 3)
    counts = {"explorer": given.explorers, "annotator": given.annotators}
    try:
        crowds = [come(kind, count, arrive, port, (given.ws, ids)) for kind, count in counts.items() if count]
        time.sleep(arrive + 3)
        before, runs = cpu_s(server.pid), crowds[0].runs.value
        time.sleep(given.seconds)
        spent, done = cpu_s(server.pid) - before, crowds[0].runs.value - runs
        people = {one.kind: one.people() for one in crowds}
    finally:
        server.terminate()
        server.wait(30)
    found = {"seconds": given.seconds, "page_runs": done, "cpu_s": round(spent, 2)}
    found |= {"cpu_ms_a_run": round(1000 * spent / max(done, 1))} if len(people) == 1 else {}
    for kind, ones in people.items():
        found |= times(kind, ones)
    return found | {"errors": [one.error for ones in people.values() for one in ones if one.error][:5]}


def times(kind: str, people: list[Any]) -> dict[str, Any]:
    """Numbers of one kind of people; none without people."""
    values = [value for one in people for value in one.seconds]
    if not values:
        return {}
    return {
        f"{kind}s": len(people),
        f"{kind}_s_median": round(float(np.median(values)), 3),
        f"{kind}_s_p95": round(float(np.percentile(values, 95)), 3),
        f"{kind}_open_s_median": round(float(np.median([one.open_s for one in people])), 2),
    } | ({"kb_a_run": round(sum(one.size for one in people) / len(values) / 1000)} if kind == "explorer" else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="an EXPLORER_HOME with the collection")
    parser.add_argument("--ws", default="photos")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--explorers", type=int, default=20)
    parser.add_argument("--annotators", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(given, Path(folder))
    result |= {"cores": os.cpu_count(), "python": platform.python_version()}
    reached = not result["errors"] and result.get("annotator_s_p95", 0.0) <= MUST_ANNOTATOR_P95_S
    result["must"] = {"annotator_s_p95": MUST_ANNOTATOR_P95_S, "reached": reached}
    if given.root == ROOT:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()

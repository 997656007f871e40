"""50 people annotate at once for two minutes, on a real server: time a question, nothing lost.

Each person comes in and answers over HTTP as the page's script does: post the answer, get the next questions, load
their pictures. They arrive one after the other within 20 s, and think for 0.5 to 2.5 s between
questions (`--think`); the clock runs from when all are in. The
time of a question is from the answer to the moment when the answer is acknowledged, the next question is there and its
pictures are loaded; in the browser the next question is shown before that, from those loaded ahead. One answer in
twenty is sent twice, and at the end what the server holds is compared with what was acknowledged. Clients and server
share the cores.

    explorer bench annotate --people 200 --seconds 60 --judgments postgresql://ann@localhost/judgments

keeps the answers in PostgreSQL: a schema of its own, removed at the end; its result goes into annotate_postgres.json.
"""

import argparse
import http.client
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from explorer.app.server.run import free_port
from explorer.base.progress import Silent
from explorer.features.judgments.service import choose_items, make_campaign, move_judgments
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.study import Study
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
MUST_P95_S = 1.0
CAMPAIGN, SCENES, ARRIVE_S = "load", 160, 20.0
THINK_S = (0.5, 2.5)
NAMELESS = Study(ask_name=False)


@dataclass
class Person:
    """One annotator and what they saw. key: in the store; acknowledged: trials that the server said are stored."""

    name: str
    key: str = ""
    open_s: float = 0.0
    seconds: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    error: str = ""


def open_page(port: int, person: Person) -> str:
    """The ticket that the page of `person` gets when it is opened."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    body = json.dumps({"campaign": CAMPAIGN, "parameters": {"participant": person.name}})
    connection.request("POST", "/judgments/scenes/join", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    reply = json.loads(answer.read())
    connection.close()
    if answer.status == 503:  # as the page does
        time.sleep(3)
        return open_page(port, person)
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {reply}")
    person.open_s = time.perf_counter() - start
    ticket = str(reply["ticket"])
    person.key = json.loads(urlsafe_b64decode(ticket.split(".")[0]))[1]
    return ticket


class Client:
    """HTTP on one kept connection, with the pictures that were loaded before."""

    def __init__(self, port: int, ticket: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.ticket = ticket
        self.loaded: set[int] = set()

    def ask(self, *request: Any) -> tuple[int, bytes]:
        """Status and body; as a browser does, on a new connection where the server closed the one that lay idle."""
        for left in (True, False):
            try:
                self.connection.request(*request)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (ConnectionError, http.client.BadStatusLine):
                self.connection.close()
                if not left:
                    raise
        raise AssertionError("the last turn returns or raises")

    def post(self, responses: list[dict[str, Any]]) -> dict[str, Any]:
        """What the server says to these responses."""
        body = json.dumps({"ticket": self.ticket, "responses": responses, "wanted": 5})
        status, answer = self.ask("POST", "/judgments/scenes", body, {"Content-Type": "application/json"})
        data = json.loads(answer)
        if status != 200:
            raise RuntimeError(f"{status}: {data}")
        reply: dict[str, Any] = data
        return reply

    def pictures(self, reply: dict[str, Any]) -> None:
        """Load the pictures of the open questions."""
        rows = {item["row"] for one in reply["questions"] for item in one["items"]} - self.loaded
        for row in rows:
            status, _ = self.ask("GET", f"/thumbs/scenes/{row}?size=512&v=1")
            if status != 200:
                raise RuntimeError(f"picture {row}: {status}")
        self.loaded |= rows


def annotate(port: int, person: Person, until: threading.Event, think: tuple[float, float] = THINK_S) -> None:
    """Open the page and answer until told to stop."""
    try:
        client, rng = Client(port, open_page(port, person)), random.Random(person.name)
        reply = client.post([])
        client.pictures(reply)
        while not until.is_set() and reply["questions"]:
            until.wait(rng.uniform(*think))
            question = reply["questions"][0]
            choice = rng.choice(question["items"])["id"]
            response = {"kind": "answer", "trial": question["trial"], "answer": choice, "rt_ms": 900, "token": "bench"}
            start = time.perf_counter()
            reply = client.post([response])
            client.pictures(reply)
            person.seconds.append(time.perf_counter() - start)
            person.acknowledged |= {one["trial"] for one in reply["acknowledged"] if one["status"] == "stored"}
            if rng.random() < 0.05:
                reply = client.post([response])
                assert [one["status"] for one in reply["acknowledged"]] == ["known"]
    except Exception as error:
        person.error = f"{type(error).__name__}: {error}"


def serve(home: Path, port: int, *, root: Path = ROOT) -> subprocess.Popen[bytes]:
    """The app of the code in `root` on `home`, once it answers."""
    command = [sys.executable, "-m", "explorer", "serve", "--port", str(port), "--no-browser"]
    environment = os.environ | {"EXPLORER_HOME": str(home), "PYTHONPATH": str(root)}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise TimeoutError((home / "server.log").read_text())


def measure(
    home: Path, people: int, seconds: float, address: str = "", think: tuple[float, float] = THINK_S
) -> dict[str, Any]:
    """Run the load and compare what was acknowledged with what is kept. address: of a database, "" for a file."""
    os.environ["EXPLORER_HOME"] = str(home)
    ws: Workspace = create_scenes_demo(home / "workspaces", Silent(), SCENES)
    settings = Settings(task="odd_one_out", questions=200 * people, repeat_share=0.05, check_share=0.05, study=NAMELESS)
    opened = open_shared(ws.path)
    make_campaign(opened, CAMPAIGN, settings, choose_items(opened))
    if address:
        move_judgments(opened, address)
    port = free_port("127.0.0.1", 8676)
    server, until = serve(home, port), threading.Event()
    try:
        crowd = [Person(f"person {number}") for number in range(people)]
        threads = [threading.Thread(target=annotate, args=(port, one, until, think)) for one in crowd]
        for thread in threads:
            thread.start()
            time.sleep(ARRIVE_S / people)
        while not all(one.seconds or one.error for one in crowd):
            time.sleep(0.1)
        before = [len(one.seconds) for one in crowd]
        time.sleep(seconds)
        for one, known in zip(crowd, before, strict=True):
            one.seconds = one.seconds[known:]
        until.set()
        for thread in threads:
            thread.join(120)
    finally:
        server.terminate()
        server.wait(30)
    found = summary(ws, crowd, seconds)
    move_judgments(opened, "sqlite")  # leaves nothing in the database
    return found


def summary(ws: Workspace, crowd: list[Person], seconds: float) -> dict[str, Any]:
    """Numbers of a run."""
    kept = [(one.annotator, one.trial) for one in judgment_store(ws).answers(CAMPAIGN)]
    said = {(one.key, trial) for one in crowd for trial in one.acknowledged}
    times = np.array([value for one in crowd for value in one.seconds])
    errors = [one.error for one in crowd if one.error]
    return {
        "people": len(crowd),
        "seconds": seconds,
        "answers": len(kept),
        "answers_a_second": round(len(times) / seconds, 1),
        "question_s_median": round(float(np.median(times)), 3),
        "question_s_p95": round(float(np.percentile(times, 95)), 3),
        "question_s_p99": round(float(np.percentile(times, 99)), 3),
        "question_s_most": round(float(times.max()), 3),
        "page_open_s_median": round(float(np.median([one.open_s for one in crowd])), 2),
        "page_open_s_most": round(max(one.open_s for one in crowd), 2),
        "lost": len(said - set(kept)),
        "doubled": len(kept) - len(set(kept)),
        "not_acknowledged": len(set(kept) - said),
        "errors": errors[:5],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument(
        "--think", type=float, nargs=2, default=list(THINK_S), metavar=("LEAST", "MOST"), help="seconds"
    )
    parser.add_argument("--judgments", default="", metavar="ADDRESS", help="of a PostgreSQL database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        think = (given.think[0], given.think[1])
        result = measure(Path(folder), given.people, given.seconds, given.judgments, think) | {"think_s": given.think}
    whole = not (result["lost"] or result["doubled"] or result["not_acknowledged"] or result["errors"])
    reached = whole and result["question_s_p95"] <= MUST_P95_S
    result |= {"cores": os.cpu_count(), "python": platform.python_version()}
    result["must"] = {"question_s_p95": MUST_P95_S, "lost": 0, "doubled": 0, "reached": reached}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / ("annotate_postgres.json" if given.judgments else "annotate.json")).write_text(
        json.dumps(result, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()

"""Twenty pictures and tables at once, near and above the limits, on a real server: its memory, and whether it answers.

Pictures of up to 196 megapixels are asked for as thumbnails and in full; tables of up to 20 million rows are uploaded
through the form of Home, by sessions as browsers have them. All files are small on disk and harmless: one colour, one
value. Meanwhile other routes are asked one after the other. Memory is the resident one of the server and all processes
below it, above what it was with every worker started (Linux).
"""

import argparse
import http.client
import json
import os
import platform
import struct
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_annotate import serve
from explorer.app.server.run import free_port
from explorer.workspace.importing import import_source

RESULT = Path(__file__).parent / "results" / "hostile.json"
MUST_MB, MUST_S = 1536, 2.0
PAGE = os.sysconf("SC_PAGE_SIZE")
SMALL = 12
SIDES = (14_000, 14_100, 9_000, 12_000)  # 14,100 x 14,100 is 199 megapixels; the limit is 200
KINDS = ((8, 6, 4), (16, 0, 2), (8, 2, 3), (16, 6, 8))  # PNG: bits, kind of colour, bytes a pixel
ROWS = (20_000_000, 4_900_000, 5_100_000, 1_000_000)
LONG_TEXT = "x" * 1000


def write_png(path: Path, width: int, height: int, bits: int, kind: int, size: int) -> None:
    """A PNG of one colour, written row by row."""
    packer, row = zlib.compressobj(1), bytes(1 + width * size)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tEXt", b"Comment\0" + path.name.encode()), (b"IDAT", data), (b"IEND", b"")]
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, data in chunks:
            file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


def make_pictures(folder: Path, count: int) -> None:
    """`count` large pictures, each a little different, and small ones among which to ask meanwhile."""
    folder.mkdir(parents=True)
    for number in range(count):
        side, kind = SIDES[number // len(KINDS) % len(SIDES)], KINDS[number % len(KINDS)]
        write_png(folder / f"large{number:02}.png", side, side, *kind)
    for number in range(SMALL):
        Image.new("RGB", (640, 480), (20 * number, 90, 120)).save(folder / f"small{number:02}.jpg")


def make_tables(folder: Path, count: int) -> list[Path]:
    """Tables of few bytes and many rows, cells or levels."""
    folder.mkdir(parents=True)
    found = []
    for number in range(count):
        path = folder / f"table{number}.parquet"
        if number % 4 == 3:
            path = path.with_suffix(".jsonl")
            path.write_text('{"text": ' + "[" * 90 + "1" + "]" * 90 + "}\n" + f'{{"text": "{LONG_TEXT}"}}\n' * 20_000)
        else:
            rows = ROWS[number % 4] + number
            codes = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), pa.array([LONG_TEXT]))
            pq.write_table(pa.table({"text": codes}), path, compression="zstd")
        found.append(path)
    return found


def resident_mb(pid: int) -> float:
    """Of a process and all below it."""
    parents, pages = {}, {}
    for path in Path("/proc").iterdir():
        try:
            if path.name.isdigit():
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                pages[int(path.name)] = int((path / "statm").read_text().split()[1])
        except OSError:
            continue
    family, before = {pid}, set[int]()
    while family != before:
        before = set(family)
        family |= {child for child, parent in parents.items() if parent in family}
    return sum(pages.get(one, 0) for one in family) * PAGE / 1e6


@dataclass
class Watch:
    """Samples of memory, and the times of other requests, until it is stopped."""

    pid: int
    ask: Callable[[], list[str]]
    most_mb: float = 0.0
    seconds: list[float] = field(default_factory=list)
    slowest: str = ""
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def memory(self) -> None:
        """Look ten times a second."""
        while not self.stop.wait(0.1):
            self.most_mb = max(self.most_mb, resident_mb(self.pid))

    def others(self, port: int) -> None:
        """One request after the other."""
        while not self.stop.is_set():
            for path in self.ask():
                started = time.perf_counter()
                status = get(port, path)[0]
                took = time.perf_counter() - started
                if took > max(self.seconds, default=0.0):
                    self.slowest = path
                self.seconds.append(took)
                if status != 200:
                    self.wrong.append(f"{path}: {status}")
                time.sleep(0.02)


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error).encode()
    finally:
        connection.close()


def upload(port: int, ws: str, path: Path) -> str:
    """What the form of Home says of a file: its messages, or "a form" where it may be imported."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    address, names = f"ws://127.0.0.1:{port}/_stcore/stream", [Subprotocol("streamlit")]
    with connect(address, subprotocols=names, max_size=None, max_queue=None) as socket:
        query = urlencode({"ws": ws, "tab": "add"})
        message = BackMsg()
        message.rerun_script.query_string = query
        socket.send(message.SerializeToString())
        seen = run_of(socket)
        message = BackMsg()
        message.file_urls_request.request_id, message.file_urls_request.session_id = "1", seen["session"]
        message.file_urls_request.file_names.append(path.name)
        socket.send(message.SerializeToString())
        urls = reply_of(socket, "file_urls_response").file_urls_response.file_urls[0]
        put(port, urls.upload_url, path)
        message = BackMsg()
        message.rerun_script.query_string = query
        state = message.rerun_script.widget_states.widgets.add()
        state.id = seen["uploader"]
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = urls.file_id, path.name, path.stat().st_size
        info.file_urls.CopyFrom(urls)
        socket.send(message.SerializeToString())
        seen = run_of(socket)
        return "; ".join(seen["said"]) or ("a form" if seen["form"] else "nothing")


def reply_of(socket: Any, kind: str) -> Any:
    """The next message of a kind."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        reply = ForwardMsg.FromString(socket.recv(timeout=300, decode=False))
        if reply.WhichOneof("type") == kind:
            return reply


def run_of(socket: Any) -> dict[str, Any]:
    """What a page run showed, until it has ended."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    seen: dict[str, Any] = {"session": "", "uploader": "", "said": [], "form": False}
    while True:
        reply = ForwardMsg.FromString(socket.recv(timeout=300, decode=False))
        kind = reply.WhichOneof("type")
        if kind == "new_session":
            seen["session"] = reply.new_session.initialize.session_id
        elif kind == "script_finished":
            if reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return seen
        elif kind == "delta":
            element = reply.delta.new_element
            shown = element.WhichOneof("type")
            if shown == "file_uploader":
                seen["uploader"] = element.file_uploader.id
            elif shown == "alert":
                seen["said"].append(element.alert.body[:160])
            elif shown == "exception":
                seen["said"].append(f"TRACEBACK {element.exception.message[:160]}")
            elif shown == "button" and element.button.label == "Import and prepare":
                seen["form"] = True


def put(port: int, url: str, path: Path) -> None:
    """Upload a file as a browser does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    mark = "boundary-of-a-file"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'.encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Cookie": cookie}
    headers["X-Xsrftoken"] = cookie.partition("=")[2]
    connection.request("PUT", url, head + path.read_bytes() + f"\r\n--{mark}--\r\n".encode(), headers)
    answer = connection.getresponse()
    if answer.status >= 300:
        raise OSError(f"{path.name} was not taken: {answer.status} {answer.read()[:200]!r}")
    connection.close()


def measure(folder: Path, pictures: int, tables: int) -> dict[str, Any]:
    """Numbers of one run."""
    make_pictures(folder / "pictures", pictures)
    files = make_tables(folder / "tables", tables)
    ws = import_source(folder / "pictures", folder / "workspaces" / "large")
    rows = {str(item): row for row, item in enumerate(ws.dataset().ids)}
    large = [row for item, row in rows.items() if item.startswith("large")]
    small = [row for item, row in rows.items() if item.startswith("small")]
    first = folder / "tables" / "small.csv"
    first.write_text("id,text\na,one\nb,two\n")
    port = free_port("127.0.0.1", 8787)
    server = serve(folder, port)
    ends: dict[str, int] = {}
    lock = threading.Lock()

    def note(end: str) -> None:
        with lock:
            ends[end] = ends.get(end, 0) + 1

    def picture(number: int) -> None:
        path = f"/thumbs/large/{large[number]}?size=128" if number % 3 else f"/thumbs/large/{large[number]}?size=512"
        status, body = get(port, path)
        note("a thumbnail" if status == 200 else f"{status} {words(body.decode(errors='replace'))}")

    def table(number: int) -> None:
        try:
            note(words(upload(port, "large", files[number])))
        except OSError as error:
            note(f"{type(error).__name__}: {error}")

    try:
        for row in small[:4]:
            get(port, f"/thumbs/large/{row}?size=128")
        upload(port, "large", first)  # so that every worker is there
        time.sleep(3)
        rest = resident_mb(server.pid)
        asked = iter(range(10**9))

        def ask() -> list[str]:
            row = small[next(asked) % len(small)]
            of_pictures = [f"/{kind}/large/{row}" for kind in ("thumbs", "item", "image")]
            return [*of_pictures, "/_stcore/health", "/"]

        watch = Watch(server.pid, ask)
        watching = [threading.Thread(target=watch.memory), threading.Thread(target=watch.others, args=(port,))]
        work = [threading.Thread(target=picture, args=(one,)) for one in range(pictures)]
        work += [threading.Thread(target=table, args=(one,)) for one in range(tables)]
        started = time.perf_counter()
        for thread in (*watching, *work):
            thread.start()
        for thread in work:
            thread.join()
        took = time.perf_counter() - started
        watch.stop.set()
        for thread in watching:
            thread.join()
        alive = server.poll() is None and get(port, "/_stcore/health")[0] == 200
    finally:
        server.terminate()
        server.wait(30)
    log = (folder / "server.log").read_text(errors="replace")
    times = sorted(watch.seconds)
    return {
        "pictures": pictures,
        "tables": tables,
        "seconds": round(took, 1),
        "rest_mb": round(rest),
        "above_rest_mb": round(watch.most_mb - rest),
        "others": len(times),
        "others_s_median": round(times[len(times) // 2], 3),
        "others_s_most": round(times[-1], 2),
        "slowest": watch.slowest.split("?")[0],
        "others_wrong": watch.wrong[:5],
        "alive": alive,
        "tracebacks": log.count("Traceback"),
        "ends": ends,
    }


def words(text: str) -> str:
    """A message without what differs from file to file."""
    return "".join(one for one in text if not (one.isdigit() or one == "\\"))[:120]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--tables", type=int, default=8)
    given = parser.parse_args()
    if sys.platform != "linux":
        raise SystemExit("This measures memory as Linux tells it.")
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), given.pictures, given.tables)
    fine = result["alive"] and not result["others_wrong"] and not result["tracebacks"]
    reached = fine and result["above_rest_mb"] <= MUST_MB and result["others_s_most"] <= MUST_S
    result |= {"cores": os.cpu_count(), "python": platform.python_version()}
    result["must"] = {"above_rest_mb": MUST_MB, "others_s_most": MUST_S, "reached": reached}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()

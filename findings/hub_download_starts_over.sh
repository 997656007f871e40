#!/usr/bin/env bash
# huggingface_hub 2.4.0 and open_clip_torch 3.3.0: a download that breaks off starts over, and open_clip then takes
# the other file.
#
# Seen: a repository on a small hub of our own holds a model as open_clip_model.safetensors and as
# open_clip_pytorch_model.bin, 5 MB each; the hub answers Range requests. The line breaks off after 3 MB, and at once
# in the tries that follow. hf_hub_download raises, as it should, but the 3 MB are gone: nothing of the file is left in
# the cache, and the next call asks for it from byte 0, without a Range. So a model of 600 MB over a line that breaks
# off now and then may never arrive. open_clip.pretrained.download_pretrained_from_hf takes the failed download for a
# file that is not there, and fetches the .bin in its place without a word.
#
# What to do: fetch large files with something that keeps what came and goes on by Range, and put them into the cache
# with their names there; look at which file was loaded. Models of the short list are fetched so here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "huggingface_hub==2.4.0" "torch==2.13.0" "torchvision==0.28.0" \
    "open_clip_torch==3.3.0"
HF_HOME="$folder/cache" "$folder/venv/bin/python" - <<'PYTHON'
import os
import re
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

CONTENT = bytes(range(256)) * 20_000
WEIGHTS, OTHER = "open_clip_model.safetensors", "open_clip_pytorch_model.bin"
FILES = {WEIGHTS: CONTENT, OTHER: CONTENT[::-1]}
cuts: list[int] = []
asked: list[tuple[str, str]] = []


class Hub(BaseHTTPRequestHandler):
    """Just what a client asks of a hub for one file."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name, span = self.path.rpartition("/")[2], self.headers.get("Range", "")
        content = FILES.get(name)
        if self.command == "GET" and content:
            asked.append((name, span))
        found = re.fullmatch(r"bytes=(\d+)-", span)
        start = int(found[1]) if found else 0
        body = (content or b"")[start:]
        self.send_response(404 if content is None else 206 if found else 200)
        if content is None:
            self.send_header("X-Error-Code", "EntryNotFound")
        else:
            self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
        if found:
            self.send_header("Content-Range", f"bytes {start}-{len(content or b'') - 1}/{len(content or b'')}")
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            short = bool(content and cuts)
            self.wfile.write(body[: cuts.pop(0)] if short else body)
            self.close_connection = short

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:  # torch and torchvision of different builds; not what is looked at here
    import sys

    operators = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
from huggingface_hub import constants, hf_hub_download
from open_clip.pretrained import download_pretrained_from_hf

print("huggingface_hub", version("huggingface_hub"), "and open_clip_torch", version("open_clip_torch"))
cuts[:] = [3_000_000] + [0] * 30
try:
    hf_hub_download("some/model", WEIGHTS)
    raise SystemExit("changed: the download did not fail")
except Exception as error:
    print("a line that breaks off after 3,000,000 bytes:", type(error).__name__)
held = [path.stat().st_size for path in Path(constants.HF_HUB_CACHE).rglob("blobs/*")]
print("bytes of the file that are left in the cache:", sum(held))
cuts.clear(), asked.clear()
hf_hub_download("some/model", WEIGHTS)
print("the next call asks for", asked[0])
assert sum(held) == 0 and asked[0] == (WEIGHTS, ""), "changed: what came is kept"

for path in Path(constants.HF_HUB_CACHE).rglob("blobs/*"):
    path.unlink()
cuts[:], asked[:] = [3_000_000] + [0] * 5, []
taken = Path(download_pretrained_from_hf("some/model")).name
print("open_clip takes", taken, "after asking for", sorted({name for name, _ in asked}))
assert taken == OTHER, "changed: open_clip says that the download failed"
PYTHON

#!/usr/bin/env bash
# milvus-lite 3.2.2 with pymilvus 3.0.2: M and efConstruction of an HNSW index are ignored without a word.
#
# Seen: two collections with the same 2,000 vectors, asked for with M 4, efConstruction 8 and with M 64, efConstruction
# 400. Their graphs are files of the same size, as for the defaults M 16, efConstruction 200. pymilvus 3 sends every
# setting of an index as a key of its own (`params={...}` is laid out flat, IndexParam in milvus_client/index.py);
# milvus-lite reads them from one key `params` that holds JSON (adapter/grpc/translators/index.py), which is no longer
# sent, and passes over all others. describe_index then shows no settings at all. Through milvus-lite's own
# Collection.create_index they count.
#
# What to do: nothing that depends on M or efConstruction can be tried on milvus-lite through pymilvus; what it is
# tuned to there says nothing about a server. This program lets the embedded engine compare all vectors, and asks for a
# graph on servers alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pymilvus==3.0.2" "milvus-lite==3.2.2"
FOLDER="$folder" "$folder/venv/bin/python" - <<'PYTHON'
import json
import os
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pymilvus import DataType, MilvusClient

ROWS = np.random.default_rng(7).standard_normal((2000, 16)).astype(np.float32)
data = Path(os.environ["FOLDER"]) / "data.db"
client = MilvusClient(str(data))
print("milvus-lite", version("milvus-lite"), "pymilvus", version("pymilvus"))


def graph(M: int, ef: int) -> tuple[dict, int]:
    name = f"M_{M}"
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=16)
    index = client.prepare_index_params()
    index.add_index("vector", index_type="HNSW", metric_type="IP", params={"M": M, "efConstruction": ef})
    client.create_collection(name, schema=schema, index_params=index)
    client.insert(name, [{"id": n, "vector": row} for n, row in enumerate(ROWS)])
    client.flush(name)
    manifest = json.loads((data / "collections" / name / "manifest.json").read_text())
    for _ in range(120):
        if found := list((data / "collections" / name).rglob("*.hnsw.idx")):
            return manifest["index_specs"]["vector"]["build_params"], found[0].stat().st_size
        time.sleep(0.5)
    raise SystemExit("the graph was not made within a minute")


for M, ef in ((4, 8), (64, 400)):
    settings, size = graph(M, ef)
    print(f"asked for M {M}, efConstruction {ef}: kept {settings}, {size:,} bytes")
    assert settings == {}, "the settings are kept now: this finding is over"
    assert size == globals().setdefault("first", size), "the graphs differ now: this finding is over"
client.close()
PYTHON

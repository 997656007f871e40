#!/usr/bin/env bash
# pymilvus 3.0.2: importing it reads a .env above its own folder into the environment; an error it raises is its own
# cause; a refused token is told as a server that is away.
#
# Seen, with milvus-lite 3.2.2 served on loopback:
# 1. `import pymilvus` calls load_dotenv(), which looks for a file .env not where the program was started but above the
#    library's own folder. With a virtual environment inside of a project that is the project's .env: all of it lands in
#    os.environ, and in every process that is started from then on, from any working folder.
# 2. Its retries end in `raise e from e`: error.__cause__ is the error itself. Whoever follows causes to the first one
#    never comes to an end.
# 3. A server that answers UNAUTHENTICATED is told as "illegal connection params or server unavailable", code 2
#    (CONNECT_FAILED), as one that is not there. Only the gRPC error in __cause__ knows.
#
# What to do: set PYTHON_DOTENV_DISABLED=1 for the time of the import; remember which errors were seen when following
# causes; ask the gRPC error for its code. The engine `milvus` of this program does all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/project/.venv"
"$folder/project/.venv/bin/pip" install --quiet --disable-pip-version-check "pymilvus==3.0.2" "milvus-lite==3.2.2"
echo "SECRET_OF_THE_PROJECT=42" >"$folder/project/.env"
cd /
FOLDER="$folder" "$folder/project/.venv/bin/python" - <<'PYTHON'
import os
from concurrent import futures
from importlib.metadata import version

before = os.environ.get("SECRET_OF_THE_PROJECT")
import pymilvus

after = os.environ.get("SECRET_OF_THE_PROJECT")
print(f"pymilvus {version('pymilvus')}, started in {os.getcwd()}: SECRET_OF_THE_PROJECT was {before}, is {after}")
assert (before, after) == (None, "42"), "the import leaves the environment alone now: this part is over"

import logging

import grpc
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen import milvus_pb2_grpc


class Guard(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")
        )


def serve(*interceptors):
    server = grpc.server(futures.ThreadPoolExecutor(4), interceptors=interceptors)
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(database), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"http://127.0.0.1:{port}"


def failure(work):
    try:
        work()
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


logging.disable()  # it writes a traceback of its own for every failed call
database = MilvusLite(os.environ["FOLDER"] + "/data")
server, uri = serve()
client = pymilvus.MilvusClient(uri)
error = failure(lambda: client.search("nothing", data=[[0.0]], limit=1, timeout=5))
print(f"search in a collection that is not there: {type(error).__name__}, its own cause: {error.__cause__ is error}")
assert error.__cause__ is error, "causes come to an end now: this part is over"

guarded, guarded_uri = serve(Guard())
refused = failure(lambda: pymilvus.MilvusClient(guarded_uri, token="root:wrong", timeout=5))
away = failure(lambda: pymilvus.MilvusClient("http://127.0.0.1:9", token="root:wrong", timeout=5))
words = [str(error.message).replace(guarded_uri[7:], "HOST").replace("127.0.0.1:9", "HOST") for error in (refused, away)]
print(f"refused: {words[0]}\naway:    {words[1]}")
assert words[0] == words[1], "a refused token is told apart now: this part is over"
for one in (server, guarded):
    one.stop(0).wait()
database.close()
PYTHON

"""A small Milvus server for tests: milvus-lite on a port of this machine, with access control, that can be stopped."""

import base64
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc

from explorer.index.milvus_client import library

TOKEN = "root:Milvus"


class Guard(grpc.ServerInterceptor):  # type: ignore[misc]  # it has no types
    """Refuses whoever does not bring the token, as a server with access control does."""

    def __init__(self, token: str) -> None:
        self.calls = 0
        self._expected = base64.b64encode(token.encode()).decode()

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        self.calls += 1
        if dict(details.invocation_metadata).get("authorization") == self._expected:
            return continuation(details)
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")
        )


class Server:
    """Listens on loopback; the same port and data after `stop` and `start`."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self.folder, self.guard, self.port = folder, Guard(token), 0
        self.start()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        library()
        from milvus_lite.adapter.grpc.servicer import MilvusServicer
        from milvus_lite.db import MilvusLite
        from pymilvus.grpc_gen import milvus_pb2_grpc

        self._database = MilvusLite(str(self.folder))
        self._server = grpc.server(futures.ThreadPoolExecutor(4), interceptors=[self.guard])
        milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(self._database), self._server)
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(grace=0).wait()
        self._database.close()

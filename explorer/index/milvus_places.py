"""Where the vectors of an index by Milvus lie: in a file of this program, or on a server."""

import hashlib
import json
import os
import secrets
import shutil
import socket
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from explorer.base.errors import ExplorerError
from explorer.index.graph_contract import HnswSettings
from explorer.index.milvus_client import CONNECT, HOUR, LITE, Collection, Patience, library, told
from explorer.index.milvus_files import pack, private_folder, unpack
from explorer.index.milvus_servers import Unreachable, require_named, token

EMBEDDED = "The embedded Milvus"
NAME = "explorer"
QUIET = {"grpc.keepalive_time_ms": 2**31 - 1}  # pymilvus pings every 10 s, on which milvus-lite hangs up in a long call
STARTED = 120.0  # seconds that a busy machine may take to answer itself
LONGEST = 100  # characters of the path of a socket that every system takes


class Place(Protocol):
    """See `EmbeddedPlace` and `ServerPlace`."""

    shared: bool

    def open(self, dim: int, settings: HnswSettings) -> Collection:
        """Return the collection; a new one is made at the first call."""
        ...

    def save(self, path: Path, labels: int) -> None:
        """Write what opens it again, in another process too; labels: all that were given are below this one."""
        ...


class EmbeddedPlace:
    """A database of this process alone, by milvus-lite, in a private folder that goes with the process.

    It is asked through a Unix socket in that folder: nothing listens on the network, and no other user of this machine
    can ask it. What is kept is a copy in one file, so that any number of processes can open it.
    """

    shared = False

    def __init__(self, file: Path | None = None) -> None:
        library()
        self._folder = private_folder()
        self._running: dict[str, Any] = {}
        self._is_new = file is None
        weakref.finalize(self, _leave, self._folder, self._running)
        if file is not None:
            unpack(file, self._folder / NAME)

    def open(self, dim: int, settings: HnswSettings) -> Collection:
        """Start it."""
        client = self._client()
        collection = Collection(client, NAME, EMBEDDED, scans=True, patience=Patience(HOUR, HOUR))
        if self._is_new:
            collection.create(dim, settings)
            self._is_new = False
        else:
            collection.load(dim)
        return collection

    def save(self, path: Path, labels: int) -> None:
        """Stop it, which writes all that is in memory, and copy it; the next call of `open` starts it again."""
        _stop(self._running)
        pack(self._folder / NAME, path, labels)

    def _client(self) -> Any:
        from milvus_lite.adapter.grpc.server import start_server_in_thread

        socket_path = self._folder / "socket"
        if len(str(socket_path)) > LONGEST:
            raise Unreachable(f"{socket_path.parent} is too long a name for a socket: set TMPDIR to a shorter folder.")
        _stop(self._running)
        try:
            started = start_server_in_thread(str(self._folder / NAME), host=f"unix:{socket_path}", port=0)
        except (OSError, RuntimeError) as error:
            raise Unreachable(f"{EMBEDDED} cannot be started in {self._folder}: {error}.") from error
        self._running.update(server=started[0], database=started[1])
        with told(EMBEDDED):
            self._running["client"] = library().MilvusClient(
                f"unix:{socket_path}:0", timeout=STARTED, dedicated=True, grpc_options=QUIET
            )
        return self._running["client"]


class ServerPlace:
    """A collection of its own on a server. collection: its name, "" for a new one; owner: whose, see `owner_of`."""

    shared = True

    def __init__(self, uri: str, collection: str = "", owner: str = "") -> None:
        library()
        self.uri, self._is_new = uri, not collection
        self.collection = collection or f"{prefix_of(owner)}{secrets.token_hex(4)}"

    def open(self, dim: int, settings: HnswSettings) -> Collection:
        """Call the server; Unreachable when nobody named it here, it does not answer or refuses us."""
        client, scans = connected(self.uri)
        collection = Collection(client, self.collection, where_of(self.uri), scans, Patience())
        if self._is_new:
            collection.create(dim, settings)
            self._is_new = False
        else:
            collection.load(dim)
        return collection

    def save(self, path: Path, labels: int) -> None:
        """Write where it is, without any token."""
        path.write_text(json.dumps({"uri": self.uri, "collection": self.collection, "labels": labels}) + "\n")


def connected(uri: str) -> tuple[Any, bool]:
    """A client of the server, and whether it compares all vectors, having no graph that can be relied on."""
    require_named(uri)
    with told(where_of(uri)):
        client = library().MilvusClient(uri, token=token(), timeout=CONNECT, dedicated=True)
        return client, LITE in str(client.get_server_version(timeout=CONNECT)).lower()


def where_of(uri: str) -> str:
    """A server as people read it."""
    return f"The Milvus server {uri}"


def owner_of(folder: Path) -> str:
    """A name for the index in a folder of this machine, for the collections that are made for it."""
    whose = f"{socket.gethostname()} {os.path.realpath(folder)}"
    return hashlib.blake2b(whose.encode(), digest_size=6).hexdigest()


def prefix_of(owner: str) -> str:
    """How the names of its collections begin."""
    return f"explorer_{owner}_"


def drop_collections(uri: str, owner: str, keep: str = "") -> None:
    """Drop the collections that were made for this owner, but one; what cannot be dropped now is by the next call."""
    with suppress(ExplorerError):
        client, _ = connected(uri)
        with told(where_of(uri)):
            for name in client.list_collections(timeout=CONNECT):
                if name.startswith(prefix_of(owner)) and name != keep:
                    client.drop_collection(name, timeout=CONNECT)
            client.close()


def _stop(running: dict[str, Any]) -> None:
    if "client" in running:
        with suppress(Exception):
            running.pop("client").close()
    if "server" in running:
        running.pop("server").stop(grace=2).wait()
    if "database" in running:
        running.pop("database").close()


def _leave(folder: Path, running: dict[str, Any]) -> None:
    _stop(running)
    shutil.rmtree(folder, ignore_errors=True)

"""Which Milvus servers may be asked: those that somebody named on this machine, with a token from the environment."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from explorer.base.errors import InputError, WorkspaceError
from explorer.io import named_servers

TOKEN = "EXPLORER_MILVUS_TOKEN"
FILE = "milvus.json"
SCHEMES = ("http", "https", "tcp")


class Unreachable(WorkspaceError):
    """A Milvus server does not answer, or not us. Nothing is lost: search is exact until it does."""


def check_uri(uri: str) -> str:
    """Return the address of a server, such as http://db.example.org:19530 or https://db.example.org/database.

    Raises InputError for anything else. One with a name or a password in it is refused, and not repeated: what is part
    of an address ends in manifests and logs.
    """
    try:
        parts = urlsplit(uri.strip())
        port, host = parts.port, parts.hostname
    except ValueError:
        port, host, parts = None, None, urlsplit("")
    if parts.username or parts.password or "@" in parts.netloc:
        raise InputError(
            f"Address of Milvus: expected one without a name or a password in it; put NAME:PASSWORD into {TOKEN}."
        )
    if parts.scheme not in SCHEMES or not host or parts.query or parts.fragment:
        raise InputError(f"Address of Milvus: expected one such as http://localhost:19530, got {uri!r}.")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def token() -> str:
    """What a server with access control asks for: NAME:PASSWORD or a key; "" without one."""
    return os.environ.get(TOKEN, "")


def name_server(uri: str) -> None:
    """Remember that a person of this machine named the server: its indexes are used from now on."""
    named_servers.name_server(FILE, uri)


def require_named(uri: str) -> None:
    """Raise Unreachable for a server that nobody named here: a workspace from elsewhere must not make us call one."""
    if uri not in named_servers.named_servers(FILE):
        raise Unreachable(
            f"This index lies on the Milvus server {uri}, which nobody has named on this machine. If it is yours, name "
            f"it once: explorer index NAME --engine milvus --uri {uri}"
        )


@dataclass(frozen=True)
class Kept:
    """What the file of an index on a server holds. labels: all that were given are below this one."""

    uri: str
    collection: str
    labels: int


def read_place(path: Path) -> Kept | None:
    """What the file of an index on a server holds; None for the file of an embedded one. ValueError when damaged."""
    with path.open("rb") as file:
        if file.read(1) != b"{":
            return None
    values = json.loads(path.read_text(encoding="utf-8"))
    return Kept(check_uri(str(values["uri"])), str(values["collection"]), int(values["labels"]))

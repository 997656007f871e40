"""Servers that a person of this machine named: only those are called, whatever a workspace from elsewhere says."""

from explorer.base.errors import WorkspaceError
from explorer.base.settings import home
from explorer.io.atomic import read_json, write_json


def name_server(file: str, address: str) -> None:
    """Remember in `file`, in the home of the program, that a person of this machine named the server."""
    known = named_servers(file)
    if address not in known:
        write_json(home() / file, {"servers": sorted({*known, address})})


def named_servers(file: str) -> set[str]:
    """The servers that were named on this machine."""
    try:
        return set(map(str, read_json(home() / file)["servers"]))
    except (WorkspaceError, KeyError, TypeError):
        return set()

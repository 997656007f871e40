"""Where things lie on this machine: the folder of workspaces, the data root, names of workspaces."""

import os
import re
from pathlib import Path

from explorer.base.errors import InputError

HOME, DATA_ROOT, OPEN_FIRST = "EXPLORER_HOME", "EXPLORER_DATA_ROOT", "EXPLORER_WORKSPACE"
ADDRESS, HOSTS, KEYS, ACTOR = "EXPLORER_ADDRESS", "EXPLORER_HOSTS", "EXPLORER_KEYS", "EXPLORER_ACTOR"
UPLOADS_GB = "EXPLORER_UPLOADS_GB"
NAME = re.compile(r"[\w][\w .()-]{0,79}")


def home() -> Path:
    """Folder of everything that is kept: EXPLORER_HOME, or ~/.similarity-explorer."""
    return Path(os.environ.get(HOME) or Path.home() / ".similarity-explorer").expanduser().resolve()


def workspaces_root() -> Path:
    """Folder with one folder a workspace."""
    return home() / "workspaces"


def data_root() -> Path | None:
    """Folder below which a browser user may name paths; None when the server was started without one."""
    value = os.environ.get(DATA_ROOT)
    return Path(value).expanduser().resolve() if value else None


def open_first() -> str:
    """Name of the workspace to show when the address names none; "" for the first by name."""
    return os.environ.get(OPEN_FIRST, "")


def uploads_limit() -> int:
    """Bytes that all uploads together may take, from EXPLORER_UPLOADS_GB; 50 GB without. InputError for no number."""
    text = os.environ.get(UPLOADS_GB, "") or "50"
    try:
        return int(float(text) * 1e9)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{UPLOADS_GB}: expected a number of gigabytes, got {text!r}.") from error


def served_hosts() -> tuple[str, list[str]]:
    """The address that the server listens on, and other names that it answers to."""
    return os.environ.get(ADDRESS, "127.0.0.1"), os.environ.get(HOSTS, "").split()


def keys_wanted() -> bool:
    """Whether the server was started so that people need a key."""
    return os.environ.get(KEYS, "") == "1"


def check_name(name: str) -> str:
    """Return `name` when it can name a workspace; InputError otherwise."""
    if not NAME.fullmatch(name) or name != name.strip() or ".." in name:
        raise InputError(
            f"Expected a name of 1 to 80 letters, digits, spaces, dots or dashes, starting with a letter; got {name!r}."
        )
    return name


def below_data_root(text: str) -> Path:
    """The path that a browser user typed, absolute or relative to the data root; InputError when it lies outside."""
    root = data_root()
    if root is None:
        raise InputError(
            "This server was started without a data root. Start it with: explorer serve --data-root FOLDER"
        )
    outside = InputError(f"Expected a path below the data root {root}; got {text!r}.")
    try:
        path = (root / Path(text.strip()).expanduser()).resolve()
        inside = path.is_relative_to(root)
        there = inside and path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL byte, nobody's home, a loop of links
        raise outside from error
    if not inside:
        raise outside
    if not there:
        raise InputError(f"There is no file or folder {path}. Paths start at the data root {root}.")
    return path

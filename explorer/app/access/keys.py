"""The keys of a server that others may reach: made once, kept in EXPLORER_HOME for its owner alone."""

import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

from explorer.base.errors import WorkspaceError
from explorer.base.permission import Role, require
from explorer.base.settings import home
from explorer.io.atomic import atomic_write
from explorer.io.audit import note

FILE, BYTES = "keys.json", 24


@dataclass(frozen=True, repr=False)
class Keys:
    """organiser, viewer: what a link has to carry. secret: signs the cookies."""

    organiser: str
    viewer: str
    secret: str

    def role_of(self, key: str) -> Role:
        """The role that a key gives; NOBODY for none of them. Takes as long for a wrong key as for a right one."""
        given = key.encode()
        organiser = hmac.compare_digest(self.organiser.encode(), given)
        viewer = hmac.compare_digest(self.viewer.encode(), given)
        return Role.ORGANISER if organiser else Role.VIEWER if viewer else Role.NOBODY


def keys_file() -> Path:
    """Where the keys are kept."""
    return home() / FILE


def read_keys() -> Keys | None:
    """The keys as they are now; None before the first were made. WorkspaceError when the file is damaged."""
    path = keys_file()
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, state.st_mtime_ns, state.st_ino)


def the_keys() -> Keys:
    """The keys; they are made when there are none."""
    return read_keys() or new_keys()


def new_keys() -> Keys:
    """Make other keys, so that every link and cookie of before stops working."""
    require("manage keys")
    made = Keys(*(secrets.token_urlsafe(BYTES) for _ in fields(Keys)))
    with atomic_write(keys_file()) as temporary:
        private = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # nobody else reads it, not even now
        with os.fdopen(private, "w", encoding="utf-8") as file:
            json.dump({"schema": 1, **asdict(made)}, file)
    note("make", "keys")
    return made


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, inode: int) -> Keys:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        values = [found[field.name] for field in fields(Keys)]
    except (ValueError, TypeError, KeyError) as error:
        raise WorkspaceError(f"{path} is damaged. Make other keys with: explorer keys --new") from error
    if found.get("schema") != 1 or not all(isinstance(value, str) and len(value) >= BYTES for value in values):
        raise WorkspaceError(f"{path} is damaged or of a newer version. Make other keys with: explorer keys --new")
    return Keys(*values)

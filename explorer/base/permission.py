"""Who may do what: the roles, and the one table of what each may change.

Whoever changes something of people's making calls `require` first. Who that is comes from where the program runs: the
pages say who looks at them (`ask`), a job says who started it, and a command is run by a user of this computer.
"""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from explorer.base.errors import Refused
from explorer.base.settings import ACTOR


class Role(StrEnum):
    """What somebody is here. COMMAND: whoever can run commands on this computer; the server's own work as well."""

    ORGANISER = "organiser"
    VIEWER = "viewer"
    ANNOTATOR = "annotator"
    NOBODY = "nobody"
    COMMAND = "command"


_ORGANISERS = frozenset({Role.ORGANISER, Role.COMMAND})
MAY: dict[str, frozenset[Role]] = {
    "look": _ORGANISERS | {Role.VIEWER},
    "upload a query": _ORGANISERS | {Role.VIEWER},
    "answer": _ORGANISERS | {Role.ANNOTATOR},
    "upload": _ORGANISERS,
    "run work": _ORGANISERS,
    "manage data": _ORGANISERS,
    "tag": _ORGANISERS,
    "label": _ORGANISERS,
    "collect triples": _ORGANISERS,
    "save views": _ORGANISERS,
    "run campaigns": _ORGANISERS,
    "manage keys": frozenset({Role.COMMAND}),
}
"""By what is done, the roles that may."""


@dataclass(frozen=True)
class Actor:
    """Who acts. name: a mail address, the address that somebody comes from, or a user of this computer."""

    role: Role
    name: str

    def __str__(self) -> str:
        return f"{self.role} {self.name}".strip()


def current_user() -> Actor:
    """Who runs this program: who started it from a page, else the user of this computer."""
    started = os.environ.get(ACTOR, "")
    if started:
        role, _, name = started.partition(" ")
        return Actor(Role(role) if role in set(Role) else Role.COMMAND, name)
    try:
        return Actor(Role.COMMAND, getpass.getuser())
    except (KeyError, OSError):
        return Actor(Role.COMMAND, str(os.getuid()))


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_source: Callable[[], Actor] = current_user


def ask(source: Callable[[], Actor]) -> None:
    """From now on `source` tells who acts."""
    global _source
    _source = source


def actor() -> Actor:
    """Who acts now."""
    return _acting.get() or _source()


@contextmanager
def acting(one: Actor) -> Iterator[None]:
    """Within the block, `one` acts, whatever the source says."""
    token = _acting.set(one)
    try:
        yield
    finally:
        _acting.reset(token)


def may(action: str) -> bool:
    """Whether whoever acts now may do this; one of MAY."""
    return actor().role in MAY[action]


def require(action: str) -> None:
    """Refused when whoever acts now may not do this; one of MAY."""
    if not may(action):
        raise Refused(f"As {actor().role} you cannot do this ({action}). Ask an organiser of this server.")

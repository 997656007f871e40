"""The audit log: who did what to what, one JSON line each, only ever added to; `explorer audit` prints it."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explorer.base.permission import actor
from explorer.base.settings import home

FILE = "audit.jsonl"
LONGEST = 500


@dataclass(frozen=True)
class Entry:
    """One line of the log. at: ISO 8601, UTC. role, name: who. did: such as "delete". on: such as a workspace."""

    at: str
    role: str
    name: str
    did: str
    on: str

    def __str__(self) -> str:
        line = f"{self.at[:19].replace('T', ' ')}  {self.role} {self.name}: {self.did} {self.on}"
        return "".join(sign if sign.isprintable() else "?" for sign in line)


def audit_file() -> Path:
    """Where the log is kept."""
    return home() / FILE


def note(did: str, on: str) -> None:
    """Add to the log that whoever acts now did this; a log that cannot be written stops nobody, but is warned of."""
    who = actor()
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"at": now, "role": who.role, "name": who.name, "did": did, "on": on[:LONGEST]}
    data = (json.dumps(line, ensure_ascii=True) + "\n").encode()
    try:
        audit_file().parent.mkdir(parents=True, exist_ok=True)
        log = os.open(audit_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(log, data)  # one call, so that lines of several processes never mix
        finally:
            os.close(log)
    except OSError as error:
        logging.getLogger(__name__).warning("The audit log %s cannot be written: %s", audit_file(), error)


def read_log() -> Iterator[Entry]:
    """All that was noted, in order; a line that was cut short by a full disk is passed over."""
    try:
        with audit_file().open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    yield Entry(**json.loads(line))
                except (ValueError, TypeError):
                    continue
    except FileNotFoundError:
        return

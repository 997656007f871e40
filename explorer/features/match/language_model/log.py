"""What a language model was asked and what it answered: a line of JSON each, to be replayed."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from explorer.base.errors import InputError
from explorer.io.json_text import json_value

Payload = Mapping[str, Any]


def key_of(request: Payload) -> str:
    """By which a request is found again: all of it, in one order."""
    return json.dumps(request, sort_keys=True, ensure_ascii=False)


class Log:
    """The lines of a file. A line that a stop has cut at the end is passed over; InputError for any other odd one."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock, self._whole = path, Lock(), False
        self._known = {key_of(request): answer for request, answer in _read(path)} if path.is_file() else {}

    def __len__(self) -> int:
        return len(self._known)

    def requests(self) -> list[Payload]:
        """What was asked, each request once."""
        return [json.loads(key) for key in self._known]

    def answer(self, request: Payload) -> Payload | None:
        """What was answered to exactly this request; None when it was not asked yet."""
        return self._known.get(key_of(request))

    def add(self, request: Payload, answer: Payload) -> None:
        """Note an answer; the line is written at once."""
        line = json.dumps({"request": request, "answer": answer}, ensure_ascii=False) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self._whole:
                _mend(self.path)
                self._whole = True
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(line)
            self._known[key_of(request)] = answer


def _mend(path: Path) -> None:
    """Take away what a stop has left of a last line, so that the next one begins a line of its own."""
    if path.is_file() and (data := path.read_bytes()) and not data.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(data.rfind(b"\n") + 1)


def _read(path: Path) -> list[tuple[Payload, Payload]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path.name}: expected a log of a language model, got a file that cannot be read.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        pair = _pair(line)
        if pair is not None:
            found.append(pair)
        elif number < len(lines):  # only what a stop has cut has no end of line
            raise InputError(
                f"{path.name}, line {number}: expected a JSON object with “request” and “answer”, got {line[:60]!r}."
            )
    return found


def _pair(line: str) -> tuple[Payload, Payload] | None:
    try:
        value = json_value(line)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    request, answer = value.get("request"), value.get("answer")
    return (request, answer) if isinstance(request, dict) and isinstance(answer, dict) else None

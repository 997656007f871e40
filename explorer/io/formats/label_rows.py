"""What reading a label file gives before it is a table, and the plain values in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.io.boxes import Values
from explorer.io.text import counted

BASIC = str | int | float  # yes and no are whole numbers in Python
LONGEST_SHOWN = 80


@dataclass
class LabelRows:
    """rows: one an image, with `file_name`; notes: sentences on what was left out."""

    rows: list[Values]
    notes: list[str] = field(default_factory=list)


@dataclass
class Odd:
    """Entries of a file that cannot be used as they are: how many, and the first of them."""

    count: int = 0
    first: str = ""

    def add(self, entry: str, found: str) -> None:
        """Count one. entry: such as "annotations[12]"; found: what is wrong with it."""
        self.count += 1
        self.first = self.first or f"{entry}: {found}"

    def note(self, noun: str, what: str) -> list[str]:
        """A note such as "3 annotations WHAT; the first is annotations[12]: ...", [] without any."""
        return [f"{counted(self.count, noun)} {what}; the first is {self.first}."] if self.count else []


def objects(values: object) -> list[Values]:
    """The objects of a list, [] of anything else."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def plain_values(values: Mapping[str, Any], leave_out: tuple[str, ...] = ()) -> Values:
    """The values that can be attributes: texts, numbers, yes and no, and lists of these."""
    return {str(name): value for name, value in values.items() if name not in leave_out and is_plain(value)}


def is_plain(value: object) -> bool:
    """Whether it is a text, a number, yes or no, or a list of these."""
    return isinstance(value, BASIC) or (isinstance(value, list) and all(isinstance(one, BASIC) for one in value))


def hashable(value: object) -> object:
    """A value that can be the key of a dict."""
    return value if isinstance(value, str | int | float | None) else json.dumps(value)


def quoted(value: object) -> str:
    """A value of a file as a message shows it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."

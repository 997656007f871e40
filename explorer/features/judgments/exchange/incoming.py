"""Judgments of other programs and studies: what is made of them. Every error names the file and the row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.values import Answer
from explorer.io.spreadsheet import read_text

FORMATS = ("events", "odd-one-out", "triplets", "votes", "matrix")

COUNTED = "If the file counts the items, say from where: --base 0 or --base 1."


@dataclass(frozen=True)
class Naming:
    """How a file names items: by id, by number counted from `base` in the order of `ids`, or as `numbered` says.

    rule: how the numbers were understood, of `numbering.NUMBERS`; "" when the file holds ids.
    """

    ids: tuple[str, ...]
    base: int | None = None
    rule: str = ""
    numbered: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.ids)

    def __call__(self, cell: object, where: str) -> str:
        """The id that `cell` stands for; InputError with `where` when there is no such item."""
        text = str(cell).strip()
        if self.base is not None:
            return self._counted(text, self.base, where)
        if self.rule == "names":
            return self._named(text, where)
        found = self.find(text)
        if found is None:
            hint = "" if whole_number(text) is None else f" {COUNTED}"
            raise InputError(f"{where}: there is no item with the id {text!r} in this data set.{hint}")
        return found

    def _named(self, text: str, where: str) -> str:
        number = whole_number(text)
        if number is None:
            raise InputError(f"{where}: expected the number of an item, got {text!r}.")
        if number not in self.numbered:
            raise InputError(
                f"{where}: expected one item with the number {text!r} in its name, got none or more. {COUNTED}"
            )
        return self.numbered[number]

    def find(self, text: str) -> str | None:
        """The id that is written as `text`, None when there is no such item."""
        return next((one for one in (read_text(text), read_text(text).strip(), text) if one in self._known), None)

    def _counted(self, text: str, base: int, where: str) -> str:
        last, number = base + len(self.ids) - 1, whole_number(text)
        if number is None or not base <= number <= last:
            raise InputError(f"{where}: expected the number of an item from {base} to {last}, got {text!r}.")
        return self.ids[number - base]


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What an import makes: the answers, the scale of ratings (lowest, highest), and remarks for the user.

    numbering: JSON with the rule, the base and the item of each number of a file that numbers its items; "" otherwise.

    Of our own export: kinds: of event_files.HAPPENED, one for each of `answers`, which are then all that happened; []
    where all are answers. settings: by name of a campaign {"task", "sampler", "created", "answer": values}, as
    `travelling` writes them. people: {"campaign", "key", "created", "extra", "answer": values}, in order.
    """

    answers: list[Answer]
    scale: tuple[float, float] | None = None
    remarks: list[str] = field(default_factory=list)
    numbering: str = ""
    kinds: list[str] = field(default_factory=list)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)


def check_different(items: Sequence[str], where: str) -> None:
    """InputError unless the three items of a question differ."""
    if len(set(items)) < len(items):
        raise InputError(f"{where}: expected three different items, got {', '.join(items)}.")


def whole_number(text: str) -> int | None:
    """The whole number that is written there, None when there is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None

"""A fixed list of questions, such as those of an earlier study."""

from collections.abc import Collection, Sequence
from pathlib import Path

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.tables import read_rows
from explorer.features.judgments.method import Ask, Method
from explorer.features.judgments.settings import PoolQuestion
from explorer.features.judgments.values import TASKS


def read_list(path: Path, ids: Collection[str], header: str = "auto") -> tuple[list[list[str]], str]:
    """Questions from a table with the ids of one question a row, and what was guessed about its header, "" for nothing.

    ids: of all items, which tell a header from a row; header: "auto", "yes" or "no".
    """
    table = read_rows(path, ids, header)
    return [[str(cell).strip() for cell in row] for row in table.rows], table.remark


def parse_list(text: str) -> list[list[str]]:
    """Questions as typed: one a line, ids separated by commas or tabs."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [[part.strip() for part in line.replace("\t", ",").split(",") if part.strip()] for line in lines]


def as_listed(ask: Ask) -> list[PoolQuestion]:
    """The given questions, in order; InputError names the line that cannot be asked."""
    if not ask.listed:
        raise InputError("Expected a list of questions, one a line with the ids of its items; got none.")
    known = set(ask.ids)
    for number, items in enumerate(ask.listed, 1):
        _check_line(number, items, ask.settings.size, known)
    return [PoolQuestion(tuple(items), "list") for items in ask.listed]


def _check_line(number: int, items: Sequence[str], size: int, known: set[str]) -> None:
    if len(items) != size:
        raise InputError(f"The list, line {number}: expected {size} ids, got {len(items)}.")
    if len(set(items)) < len(items):
        raise InputError(f"The list, line {number}: expected different items, got {', '.join(items)}.")
    unknown = [item for item in items if item not in known]
    if unknown:
        raise InputError(f"The list, line {number}: there is no item with the id {unknown[0]!r} in this selection.")


LIST = Method(
    name="list",
    label="A fixed list",
    formula="the questions as they are listed, in order",
    needs=("list",),
    tasks=TASKS,
    begin=as_listed,
)

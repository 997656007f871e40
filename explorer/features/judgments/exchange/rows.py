"""Judgments from tables with three items a row, as THINGS, SPoSE and VICE keep them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.incoming import Incoming, Naming, check_different, whole_number
from explorer.features.judgments.settings import IMPORTED
from explorer.features.judgments.values import Answer, check_answer


@dataclass(frozen=True)
class Layout:
    """Where things stand in a table. items: three columns; columns are counted from 0.

    odd: column with the position of the odd one (1 to 3) when `odd_in` is "column"; else "third" or "second" item.
    person: column with the name of the person, None when there is none.
    """

    items: tuple[int, int, int] = (0, 1, 2)
    odd_in: str = "third"
    odd: int = -1
    person: int | None = None


@dataclass(frozen=True)
class Sheet:
    """Rows of a file. layout: where things stand in a row. file: its name; first: number of the first row there."""

    rows: Iterable[Sequence[object]]
    layout: Layout
    file: str
    first: int = 1


@dataclass(frozen=True)
class Entry:
    """One row: its number in the file, where that is in words, and the ids of its items, which all differ."""

    row: Sequence[object]
    number: int
    where: str
    items: tuple[str, ...]


def odd_one_out(sheet: Sheet, name: Naming, campaign: str) -> Incoming:
    """Answers from rows of three items, of which one is the odd one."""
    found = []
    for entry in _entries(sheet, name):
        odd = entry.items[_odd_place(entry, sheet.layout)]
        found.append(_answer(sheet, entry, campaign=campaign, task="odd_one_out", answer=odd))
    return Incoming(answers=found)


def triplets(sheet: Sheet, name: Naming, campaign: str) -> Incoming:
    """Answers from rows [reference, nearer, farther]."""
    return Incoming(
        answers=[
            _answer(sheet, entry, campaign=campaign, task="triplet", answer=list(entry.items))
            for entry in _entries(sheet, name)
        ]
    )


def _entries(sheet: Sheet, name: Naming) -> Iterator[Entry]:
    for number, row in enumerate(sheet.rows, sheet.first):
        where = f"{sheet.file}, row {number}"
        items = tuple(name(_cell(row, column, where), where) for column in sheet.layout.items)
        check_different(items, where)
        yield Entry(row, number, where, items)


def _answer(sheet: Sheet, entry: Entry, *, campaign: str, task: str, answer: str | list[str]) -> Answer:
    column = sheet.layout.person
    return Answer(
        campaign=campaign,
        task=task,
        annotator="" if column is None else str(_cell(entry.row, column, entry.where)).strip(),
        trial=f"{sheet.file}:{entry.number}",
        items=entry.items,
        answer=check_answer(task, entry.items, answer),
        sampler=IMPORTED,
    )


def _odd_place(entry: Entry, layout: Layout) -> int:
    if layout.odd_in != "column":
        return {"third": 2, "second": 1}[layout.odd_in]
    cell = _cell(entry.row, layout.odd, entry.where)
    number = whole_number(str(cell).strip())
    if number is None or not 1 <= number <= 3:
        raise InputError(f"{entry.where}: expected the position of the odd one, 1, 2 or 3; got {cell!r}.")
    return number - 1


def _cell(row: Sequence[object], column: int, where: str) -> object:
    if column >= len(row):
        raise InputError(f"{where}: expected at least {column + 1} columns, got {len(row)}.")
    return row[column]

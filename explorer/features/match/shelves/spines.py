"""What is compared: the line of a spine, and all that a catalogue says of a book in one line. Pure."""

import re
from collections.abc import Sequence

from explorer.base.arrays import check_choice
from explorer.features.match.method import Task
from explorer.features.match.side import Side

ALSO = ("title", "subtitle", "author", "authors", "creator", "writer", "editor", "publisher")
SHELVED = ("tag", "call number", "call_number", "shelfmark", "signature", "class")
"""Usual names of columns whose words stand on the spine of a book, and on the label that a library puts there."""
NOTHING = "no other column"


def catalogue_columns(side: Side, named: str) -> tuple[str, ...]:
    """Columns of a catalogue that are joined into one line, the compared one first.

    named: their names with commas between, "" for those of the usual names; "no other column" for the compared one
    alone. InputError for one that is not there.
    """
    names = side.table.column_names
    if named == NOTHING:
        more: Sequence[str] = ()
    elif named.strip():
        more = [one.strip() for one in named.split(",") if one.strip()]
        for name in more:
            check_choice(name, names, f"Columns of {side.name}")
    else:
        more = [name for name in names if name.casefold().strip() in (*ALSO, *SHELVED)]
    return tuple(dict.fromkeys([*([side.text] if side.text else []), *more]))


def lines_of(side: Side, columns: Sequence[str]) -> list[str]:
    """(n,) the columns of each row in one line, spaces squeezed, capitals kept; "" where nothing is."""
    parts = [side.strings(name) for name in columns]
    return [" ".join(" ".join(row).split()) for row in zip(*parts, strict=True)] if parts else [""] * len(side)


def both_lines(task: Task) -> tuple[list[str], list[str]]:
    """(n,) lines of the left side and (m,) of the right one, in small letters."""
    spines = lines_of(task.left, [task.left.text] if task.left.text else [])
    books = spines if task.same else lines_of(task.right, catalogue_columns(task.right, str(task.options["columns"])))
    return [one.casefold() for one in spines], [one.casefold() for one in books]


def words_alone(line: str) -> str:
    """The words and numbers of a line, without punctuation."""
    return " ".join(re.findall(r"\w+", line))

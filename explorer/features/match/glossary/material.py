"""The columns and terms of a task: names in words, tables, siblings, values, descriptions."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.base.errors import InputError
from explorer.features.match.glossary.wording import Vocabulary, in_words
from explorer.features.match.method import Option, Task
from explorer.features.match.side import Side
from explorer.features.match.sides import SIBLINGS, TABLE, VALUES

USUAL = {
    "table": (TABLE, "table_name"),
    "siblings": (SIBLINGS, "table_columns"),
    "values": (VALUES, "sample_values"),
    "description": ("description", "desc", "definition"),
    "written": ("written", "column_description"),
}
"""Columns that are taken where none is chosen."""
MOST_SIBLINGS, MOST_VALUES, MOST_LETTERS = 30, 8, 60
_BETWEEN = re.compile(r"\s*[|;,]\s*")
_HINT = "Left out, it is the one called {}, where there is one."
COLUMN_OPTIONS = (
    Option(
        name="table",
        label="Name of the table",
        default="",
        columns="left",
        help="Column with the name of the table that a column stands in. " + _HINT.format("table or table_name"),
    ),
    Option(
        name="siblings",
        label="Columns beside it",
        default="",
        columns="left",
        help="Column with the names of the other columns. " + _HINT.format("siblings or table_columns"),
    ),
    Option(
        name="values",
        label="Some values",
        default="",
        columns="left",
        help="Column with a few values of each column. " + _HINT.format("values or sample_values"),
    ),
    Option(
        name="description",
        label="Description of a term",
        default="",
        columns="right",
        help="Column with the meanings of the terms. " + _HINT.format("description, desc or definition"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table. name: as it is written. words: in words. table: its table in words, "" for none.
    siblings, values: of the same table and of its own, at most 30 and 8. written: a description by people, "" for none.
    """

    name: str
    words: str
    table: str = ""
    siblings: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    written: str = ""

    @property
    def in_table(self) -> str:
        """Table and column in words."""
        return f"{self.table} {self.words}".strip()


@dataclass(frozen=True)
class Term:
    """A term of a glossary. label: as it is written. words: in words. meaning: its description, "" for none or for
    one that only says the label again.
    """

    label: str
    words: str
    meaning: str = ""

    @property
    def whole(self) -> str:
        """Label and description."""
        return f"{self.label}: {self.meaning}" if self.meaning else self.label


@dataclass(frozen=True)
class Material:
    """The columns, n, and the terms, m."""

    columns: tuple[Column, ...]
    terms: tuple[Term, ...]


def material_of(task: Task) -> Material:
    """Columns of the left side, terms of the right side; InputError where their names are missing."""
    labels = _named(task.right, "terms")
    meanings = _strings(task, "description", task.right)
    vocabulary = Vocabulary([*labels, *meanings])
    terms = tuple(
        Term(label, in_words(label, vocabulary), "" if meaning.strip().casefold() == label.casefold() else meaning)
        for label, meaning in zip(labels, meanings, strict=True)
    )
    return Material(_columns(task, vocabulary), terms)


def _columns(task: Task, vocabulary: Vocabulary) -> tuple[Column, ...]:
    names = _named(task.left, "columns")
    tables, written = (_strings(task, option, task.left) for option in ("table", "written"))
    siblings, values = (_lists(task, option, task.left) for option in ("siblings", "values"))
    return tuple(
        Column(
            name=name,
            words=in_words(name, vocabulary),
            table=in_words(tables[row], vocabulary),
            siblings=tuple(one for one in siblings[row] if one != name)[:MOST_SIBLINGS],
            values=tuple(one[:MOST_LETTERS] for one in values[row][:MOST_VALUES]),
            written=written[row].strip(),
        )
        for row, name in enumerate(names)
    )


def _named(side: Side, what: str) -> tuple[str, ...]:
    if not side.text:
        raise InputError(f"{side.name}: choose the column that holds the names of the {what}.")
    return side.texts


def chosen_column(task: Task, option: str, side: Side) -> str:
    """The column that an option names, else the first usual one that is there, else ""."""
    there = side.table.column_names
    return str(task.options.get(option, "")) or next((one for one in USUAL[option] if one in there), "")


def _strings(task: Task, option: str, side: Side) -> Sequence[str]:
    column = chosen_column(task, option, side)
    return side.strings(column) if column else ("",) * len(side)


def _lists(task: Task, option: str, side: Side) -> Sequence[tuple[str, ...]]:
    """A column of lists; strings are taken as JSON, or apart at |, ; and commas."""
    column = chosen_column(task, option, side)
    if not column:
        return ((),) * len(side)
    side.strings(column)  # says what is there where it is not
    return tuple(_items(one) for one in side.table.column(column).to_pylist())


def _items(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = None
        if not isinstance(value, list):
            return tuple(one for one in _BETWEEN.split(text) if one)
    if isinstance(value, list):
        return tuple(str(one) for one in value if one is not None and str(one).strip())
    return () if value is None else (str(value),)

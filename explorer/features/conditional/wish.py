"""A wish in words that a column knows: "in blue" where a column has the value blue."""

import re

from explorer.base.errors import ExplorerError
from explorer.base.memory import remembered
from explorer.features.conditional.aspect_values import column_values, plain
from explorer.features.conditional.conditions import Condition
from explorer.workspace.opened import Opened

SHORTEST = 3
DENIALS = {"no", "not", "without", "never", "less"}
REPEATED = 0.1
"""Share of the items with a value that must share theirs with another one, for a column to be offered."""


@remembered(1)
def usable_columns(opened: Opened) -> tuple[str, ...]:
    """Columns with at least two values that a tenth of their items or more share with another one."""
    return tuple(name for name in opened.dataset.attributes if _usable(opened, name))


def _usable(opened: Opened, column: str) -> bool:
    try:
        values = column_values(opened.dataset, column)
    except ExplorerError:
        return False
    missing = opened.dataset.table.column(column).null_count
    return bool(values.shared >= REPEATED * max(1, len(opened.dataset) - missing))


def wish_of_column(opened: Opened, condition: Condition) -> Condition | None:
    """The same wish as a value of a column: of the values that its words name, the longest; None when none is named.

    Of columns with the same value the one that the condition names comes first. Words that deny are left as they are.
    """
    if not condition.change or condition.kind == "column":
        return None
    words = f" {_words(condition.value or condition.name)} "
    if DENIALS & set(words.split()):
        return None
    named = _words(condition.name)
    found = [
        (len(value), f" {_words(column)} " in f" {named} ", -place, column, name)
        for place, column in enumerate(usable_columns(opened))
        for value, name in _named_values(opened, column)
        if f" {value} " in words
    ]
    if not found:
        return None
    *_, column, name = max(found)
    return Condition("column", column, change=True, value=name)


@remembered(16)
def _named_values(opened: Opened, column: str) -> tuple[tuple[str, str], ...]:
    """The values of a column in plain words, and as they are; short ones and numbers are left out."""
    pairs = ((_words(name), name) for name in column_values(opened.dataset, column).names)
    return tuple((words, name) for words, name in pairs if len(words) >= SHORTEST and not words[0].isdigit())


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", plain(text).lower()))

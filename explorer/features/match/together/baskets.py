"""Baskets: things that were bought, read or used together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows, check_choice
from explorer.base.errors import InputError
from explorer.heads.skipgram import count_pairs
from explorer.io.table_file import TableFile
from explorer.io.tables import read_table
from explorer.io.text import counted

BASKET, ITEM = ("basket", "order", "session", "transaction", "cart", "invoice"), ("item", "product", "id", "sku")
"""Words in names of columns by which they are guessed."""
NUMBER = ("id", "no", "nr", "number", "key", "code")
"""Ends of the names of columns that tell things apart."""
LARGEST = 60
"""Things of one basket whose pairs are formed; of a larger basket the first ones."""


@dataclass(frozen=True, kw_only=True)
class Baskets:
    """Baskets of things of a list. items: (n,) ids, all of the list. where: (t,) basket of each entry, in order,
    things: (t,) its row in `items`; a thing stands once in a basket. notes: sentences on what was passed over.
    """

    items: tuple[str, ...]
    where: Rows
    things: Rows
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(np.unique(self.where))

    @property
    def several(self) -> int:
        """How many baskets hold at least two things."""
        return int((np.unique(self.where, return_counts=True)[1] > 1).sum())

    @property
    def bought(self) -> NDArray[np.int64]:
        """(n,) how many baskets each thing is in."""
        return np.bincount(self.things, minlength=len(self.items))

    def take(self, baskets: Rows) -> "Baskets":
        """Some of the baskets."""
        kept = np.isin(self.where, baskets)
        return Baskets(items=self.items, where=self.where[kept], things=self.things[kept], notes=self.notes)

    def pairs(self) -> Rows:
        """(p, 2) all ordered pairs of different things of one basket."""
        starts = np.flatnonzero(np.r_[True, np.diff(self.where) != 0]) if len(self.where) else np.array([], int)
        parts = [one[:LARGEST] for one in np.split(self.things, starts[1:])]
        found = [np.stack(np.nonzero(~np.eye(len(one), dtype=bool)), 1) for one in parts]
        rows = [one[places] for one, places in zip(parts, found, strict=True) if len(places)]
        return np.concatenate(rows) if rows else np.zeros((0, 2), np.int64)


def read_baskets(path: Path, items: Sequence[str], basket: str = "", item: str = "") -> Baskets:
    """A table with a row for each thing of each basket, for the things with the ids `items`.

    basket, item: its columns, guessed when "", see `basket_columns`. Things that are none of `items`, and rows without
    a basket, are passed over with a note. InputError for unknown columns and when no basket holds two known things.
    """
    file = read_table(path)
    names = basket_columns(file, path.name, items, basket, item)
    baskets, things = (file.strings(name).to_pylist() for name in names)
    return baskets_of(baskets, things, items, path.name)


def baskets_of(baskets: Sequence[str], things: Sequence[str], items: Sequence[str], name: str = "baskets") -> Baskets:
    """As `read_baskets`, from two columns in memory."""
    known = {one: row for row, one in enumerate(items)}
    rows = np.array([known.get(one.strip(), -1) for one in things], np.int64)
    named = np.array([bool(one.strip()) for one in baskets], bool)
    kept = (rows >= 0) & named
    _, where = np.unique(np.array(baskets, dtype=object).astype(str), return_inverse=True)
    entries = np.unique(np.stack([where[kept], rows[kept]], axis=1), axis=0)
    found = Baskets(
        items=tuple(items), where=entries[:, 0], things=entries[:, 1], notes=_notes(rows, named, things, name)
    )
    if not len(entries) or np.bincount(entries[:, 0]).max() < 2:
        raise InputError(
            f"{name}: expected baskets with at least two things of this collection, by their ids such as "
            f"{items[0]!r:.60}; none has. {' '.join(found.notes)}".strip()
        )
    return found


def basket_columns(
    file: TableFile, name: str, items: Sequence[str], basket: str = "", item: str = ""
) -> tuple[str, str]:
    """The columns of baskets and of things of a table; those that are "" are guessed.

    The things: where most values are among `items`, else a column called so. The baskets: a column called so, the
    number of one before its date. InputError for unknown columns, a table of one column, and one column for both.
    """
    columns = file.table.column_names
    for named, what in ((basket, "column of baskets"), (item, "column of things")):
        if named:
            check_choice(named, columns, f"{name}, {what}")
    if len(columns) < 2:
        raise InputError(f"{name}: expected two columns, the basket and a thing in it; got {', '.join(columns)}.")
    second = item or _holding(file, [one for one in columns if one != basket], items)
    rest = [one for one in columns if one != second]
    first = basket or min(rest, key=_strange)
    second = second or next((one for one in columns if one != first and _likely(one, ITEM)), "")
    second = second or next(one for one in columns if one != first)
    if first == second:
        raise InputError(f"{name}: expected different columns for baskets and things, got {first!r:.60} for both.")
    return first, second


def _holding(file: TableFile, columns: Sequence[str], items: Sequence[str]) -> str:
    """The column that most often holds one of `items`, "" where none does."""
    known = set(items)
    counts = {name: sum(one.strip() in known for one in file.strings(name).to_pylist()) for name in columns}
    best = max(counts, key=lambda name: counts[name], default="")
    return best if best and counts[best] else ""


def _strange(name: str) -> int:
    """How little a name is that of a column of baskets: 0 for "order_id", 1 for "order_date", 2 for "colour"."""
    if not _likely(name, BASKET):
        return 2
    whole = name.casefold().strip()
    return 0 if whole in BASKET or whole.endswith(NUMBER) else 1


def _likely(name: str, words: Sequence[str]) -> bool:
    return any(word in name.casefold() for word in words)


def _notes(rows: Rows, named: NDArray[np.bool_], things: Sequence[str], name: str) -> tuple[str, ...]:
    unknown = [things[int(place)] for place in np.flatnonzero((rows < 0) & named)]
    told = []
    if unknown:
        kinds = counted(len(set(unknown)), "thing")
        told.append(f"{name}: {kinds} not in this collection, passed over, such as {unknown[0]!r:.60}.")
    if not named.all():
        told.append(f"{name}: {counted(int((~named).sum()), 'row')} without a basket, passed over.")
    return tuple(told)


def counted_pairs(baskets: Baskets) -> tuple[Rows, NDArray[np.float64]]:
    """(p, 2) ordered pairs of things, each once, and (p,) in how many baskets they stood together."""
    return count_pairs(baskets.pairs(), len(baskets.items))

"""Which column is what: what the user said, what the last import took, and guesses that the data bear out."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.io.columns import NOT_SAID, Columns, check_columns, guess_columns, holds_web_pictures
from explorer.io.paths import LED_OUTSIDE
from explorer.io.table_file import TableFile
from explorer.io.text import counted
from explorer.io.vector_guess import remark_on_lists
from explorer.io.vectors import npy_beside

PARTS = ("id", "image", "text")
SAMPLE = 1000


@dataclass(frozen=True)
class Roles:
    """columns: what is what; said: the part of it that the user named, which is an error when it does not hold.

    kept_id: the id column is that of the last import, so the items are known by it.
    """

    columns: Columns
    said: Columns
    notes: tuple[str, ...] = ()
    kept_id: bool = False


def settle(file: TableFile, path: Path | None, said: Columns, before: Columns | None, what: str) -> Roles:
    """Put together what the user said, the columns of the last import that are still there, and guesses.

    path: the table's file, beside which .npy files are looked for. Raises InputError for a column that was named and
    is not there.
    """
    _check_named(said, file.table, what)
    beside, closed = npy_beside(path) if path else ([], [])
    beside = [*beside, *file.beside]
    here = _still_there(said, before, file.table.column_names, beside)
    guess = guess_columns(file.table, given=replace(here, vectors=said.vectors))
    if not said.vectors and here.vectors != ("",):
        guess = replace(guess, vectors=tuple(dict.fromkeys((*here.vectors, *guess.vectors, *beside))))
    elif not said.vectors:
        guess = replace(guess, vectors=())
    columns, notes = guess, _renamed(before, said, guess, file.table.column_names) if before else []
    if columns.id and said.id is None and here.id is None and (reason := _why_no_id(file, columns.id)):
        notes.append(f"{columns.id}: {reason}, so it is no id.")
        columns = replace(columns, id=None)
    notes += [f"{name}: passed over, {LED_OUTSIDE}." for name in closed]
    return Roles(columns, said, (*notes, *_remarks(file.table, columns)), kept_id=bool(here.id) and not said.id)


def remembered(roles: Roles, before: Columns | None) -> Columns:
    """The columns for the next import to begin with: "" where the user said, now or earlier, that there is none."""
    earlier = before or NOT_SAID
    none = {
        part: ""
        for part in PARTS
        if getattr(roles.columns, part) is None and "" in (getattr(roles.said, part), getattr(earlier, part))
    }
    no_vectors = not roles.columns.vectors and "" in (*roles.said.vectors, *earlier.vectors)
    return replace(roles.columns, **none, vectors=("",) if no_vectors else roles.columns.vectors)


def ids_wanting(values: pa.ChunkedArray) -> pa.Array:
    """(n,) True where an id is missing or stands in an earlier row already."""
    flat = values.combine_chunks()
    first = pa.table({"id": flat, "row": pa.array(range(len(flat)))}).group_by("id").aggregate([("row", "min")])
    kept = pc.is_in(pa.array(range(len(flat))), value_set=first.column("row_min").combine_chunks())
    return pc.or_(pc.invert(kept), pc.equal(flat, ""))


def _check_named(said: Columns, table: pa.Table, what: str) -> None:
    named = Columns(
        said.id or None, said.image or None, said.text or None, tuple(name for name in said.vectors if name)
    )
    if named != NOT_SAID:
        first = table.column_names[0]
        check_columns(named if named.image or named.text or named.vectors else replace(named, text=first), table, what)


def _still_there(said: Columns, before: Columns | None, names: list[str], beside: list[str]) -> Columns:
    """What the user said, and of the last import what this table has; an id that was not needed stays so."""
    if before is None:
        return said
    parts = {}
    for part in PARTS:
        earlier = getattr(before, part)
        known = earlier if earlier in names else None
        parts[part] = getattr(said, part) if getattr(said, part) is not None else known
        if getattr(said, part) is None and earlier == "":
            parts[part] = ""
    if said.id is None and before.id is None:
        parts["id"] = ""
    vectors = said.vectors or tuple(name for name in before.vectors if name in {"", *names, *beside})
    return Columns(parts["id"], parts["image"], parts["text"], vectors)


def _renamed(before: Columns, said: Columns, now: Columns, names: list[str]) -> list[str]:
    notes = []
    for part in PARTS:
        earlier, new = getattr(before, part), getattr(now, part)
        if earlier and earlier not in names and getattr(said, part) is None:
            instead = f"{new!r} is the {part} now" if new else f"there is no {part} now"
            notes.append(f"The column {earlier!r} of the last import is gone: {instead}. Choose with --{part} COLUMN.")
    return notes


def _why_no_id(file: TableFile, name: str) -> str:
    ids = file.strings(name)
    empty = pc.sum(pc.equal(ids, "")).as_py()
    if empty:
        return f"it is empty in {counted(empty, 'row')}"
    repeated = len(ids) - pc.count_distinct(ids).as_py()
    return f"{counted(repeated, 'value')} of it repeat others" if repeated else ""


def _remarks(table: pa.Table, columns: Columns) -> list[str]:
    notes = []
    for name in table.column_names:
        if name in (columns.id, columns.image, columns.text, *columns.vectors):
            continue
        head = table.column(name).slice(0, SAMPLE)
        if columns.image is None and holds_web_pictures(head):
            notes.append(f"{name}: web addresses of pictures, which are not fetched. Download them to have pictures.")
        elif remark := remark_on_lists(head, name):
            notes.append(remark)
    return notes

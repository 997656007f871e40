"""What is read of a table: its caption, its header and its cells, and each of them as one text."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.base.errors import InputError
from explorer.features.match.side import CAPTION, CELLS, HEADER, Side

Row = tuple[str, ...]
PARTS = (CAPTION, HEADER, CELLS)


@dataclass(frozen=True)
class Content:
    """n tables. captions: (n,), "" for none. headers: (n,) names of columns, () for none. cells: (n,) rows below it."""

    captions: tuple[str, ...]
    headers: tuple[Row, ...]
    cells: tuple[tuple[Row, ...], ...]

    def __len__(self) -> int:
        return len(self.captions)

    def texts(self, part: str) -> list[str]:
        """(n,) caption, header or cells as one text each, "" where there is nothing."""
        if part == CAPTION:
            return list(self.captions)
        if part == HEADER:
            return [" ".join(header).strip() for header in self.headers]
        return [" ".join(cell for row in rows for cell in row).strip() for rows in self.cells]

    def grid(self, place: int) -> tuple[Row, ...]:
        """All rows of a table, the header first where there is one."""
        header = self.headers[place]
        return (header, *self.cells[place]) if header else self.cells[place]

    def __add__(self, other: "Content") -> "Content":
        return Content(self.captions + other.captions, self.headers + other.headers, self.cells + other.cells)


def content_of(side: Side) -> Content:
    """The tables of a side; what is missing is empty. InputError where the side is no list of tables."""
    columns = side.table.column_names
    if HEADER not in columns and CELLS not in columns:
        raise InputError(
            f"{side.name}: expected a folder of tables, or a file with the columns {CAPTION}, {HEADER} and {CELLS} "
            f"(lists); got the columns {', '.join(columns)}."
        )
    held = {name: side.table.column(name).to_pylist() if name in columns else [None] * len(side) for name in PARTS}
    return Content(
        tuple("" if one is None else str(one) for one in held[CAPTION]),
        tuple(_row(one, side, place) for place, one in enumerate(held[HEADER])),
        tuple(_rows(one, side, place) for place, one in enumerate(held[CELLS])),
    )


def without_header(content: Content, name: str) -> list[str]:
    """A sentence that names the tables that have no header, [] where all have one."""
    places = [place for place, header in enumerate(content.headers) if not any(cell.strip() for cell in header)]
    if not places:
        return []
    first = content.captions[places[0]] or f"table {places[0] + 1}"
    return [f"{name}: {len(places)} of {len(content)} tables have no header, the first is {first}."]


def _row(value: object, side: Side, place: int) -> Row:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(f"{side.name}, {side.ids[place]}: expected a list of cells, got {value!r:.60}.")
    return tuple("" if one is None else str(one) for one in value)


def _rows(value: object, side: Side, place: int) -> tuple[Row, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(f"{side.name}, {side.ids[place]}: expected a list of rows, got {value!r:.60}.")
    return tuple(_row(one, side, place) for one in value)

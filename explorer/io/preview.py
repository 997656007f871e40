"""What a source holds, to be shown before it is imported."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from explorer.io.arrow_kinds import is_bytes
from explorer.io.boxes import holds_boxes
from explorer.io.columns import Columns
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import run
from explorer.io.sources import guess_source, kind_of

SHOWN_ROWS, LONGEST_SHOWN = 5, 120


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A look at a source.

    guess: what each column is for; names: of all columns, () for plain folders and archives; rows: how many;
    head: the first rows as texts; notes: on what was mended, left out or guessed; boxes: whether it has boxes that can
    be items, or may have.
    """

    guess: Columns
    names: tuple[str, ...]
    rows: int
    head: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    boxes: bool


def preview(source: Path) -> Preview:
    """Look into a folder, zip or table, in a worker where such are open.

    Raises InputError as an import does, LimitError when it takes more memory or time than a look may take.
    """
    found = run(_looked_at, Packet({"path": str(source)}), source.name, heavy=True).values
    return Preview(
        guess=Columns.from_dict(found["guess"]),
        names=tuple(found["names"]),
        rows=int(found["rows"]),
        head=tuple(map(tuple, found["head"])),
        notes=tuple(found["notes"]),
        boxes=bool(found["boxes"]),
    )


def head_of(table: pa.Table) -> list[list[str]]:
    """The first rows as texts, whatever is in them."""
    columns = [[_shown(value) for value in column] for column in table.slice(0, SHOWN_ROWS).columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _looked_at(request: Packet) -> Packet:
    path = Path(request.values["path"])
    guess, table, notes = guess_source(path)
    boxes = kind_of(path) == "zip"
    if table is None:
        table = pa.table({})
    elif kind_of(path) in ("folder", "table"):
        boxes = any(map(holds_boxes, table.schema))
    held = {"boxes": boxes, "names": table.column_names, "rows": table.num_rows, "head": head_of(table)}
    return Packet({"guess": guess.to_dict(), "notes": notes, **held})


def _shown(value: pa.Scalar) -> str:
    if is_bytes(value.type):
        return "(bytes)" if value.is_valid else ""
    try:
        plain = value.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return "(cannot be shown)"
    if isinstance(plain, dict):
        plain = {name: "(bytes)" if isinstance(one, bytes) else one for name, one in plain.items()}
    return "" if plain is None else str(plain)[:LONGEST_SHOWN]

"""Whether the first row of a table is its header, told by the cells alone."""

import re
from pathlib import Path

from explorer.io.images import is_image_name

Rows = list[list[str]]
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?")
DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
LIST = re.compile(r"\[[^\[\]]*\]")
SENTENCE = 5  # words from which on a cell is more than a name


def headless(rows: Rows, folder: Path) -> str:
    """Why the first row holds data like the others, "" when it is a header (or nothing speaks against it).

    rows: the first row and those below; folder: where image paths start.
    """
    first = [cell.strip() for cell in rows[0]] if rows else []
    present = next((cell for cell in first if _is_there(cell, folder)), "")
    if present:
        return f"{present!r} in its first line is an image that is there"
    if len(rows) < 3 or not any(first):
        return ""
    below = [_column(rows, place) for place in range(len(first))]
    kinds = [_common_kind(cells) for cells in below]
    typed = [place for place, kind in enumerate(kinds) if kind]
    if typed:
        alike = all(_kind(first[place]) == kinds[place] for place in typed)
        numbers = [(first[place], below[place]) for place in typed if kinds[place] == "number"]
        return "its first line is like the others" if alike and not _name_like(numbers) else ""
    repeated = next((cell for cell, cells in zip(first, below, strict=True) if _is_category(cell, cells)), "")
    if repeated and len(first) > 1:
        return f"{repeated!r} of its first line stands below again"
    return "its first line is a sentence like the others" if _is_sentence(first, below) else ""


def is_decisive(rows: Rows) -> bool:
    """True when the first row is a header for sure: different names, and a column below that holds no names."""
    first = [cell.strip() for cell in rows[0]]
    if len(rows) < 2 or len(set(first)) < len(first) or any(_kind(cell) for cell in first):
        return False
    return any(_common_kind(_column(rows, place)) for place in range(len(first)))


def _column(rows: Rows, place: int) -> list[str]:
    cells = (row[place].strip() for row in rows[1:] if place < len(row))
    return [cell for cell in cells if cell]


def _kind(cell: str) -> str:
    if NUMBER.fullmatch(cell):
        return "number"
    if cell.lower() in ("true", "false"):
        return "yes/no"
    if DATE.fullmatch(cell):
        return "date"
    if "://" in cell:
        return "address"
    if is_image_name(cell):
        return "image"
    return "list" if LIST.fullmatch(cell) else ""


def _common_kind(cells: list[str]) -> str:
    """The kind of all cells; "" for texts, for mixtures and for none."""
    kinds = {_kind(cell) for cell in cells}
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _is_there(cell: str, folder: Path) -> bool:
    plain = is_image_name(cell) and not cell.startswith(("/", "~")) and ".." not in Path(cell).parts
    try:
        return plain and (folder / cell.replace("\\", "/")).is_file()
    except (OSError, ValueError):
        return False


def _name_like(numbers: list[tuple[str, list[str]]]) -> bool:
    """Numbers that serve as names: years above columns of other numbers, or 0, 1, 2 ... as pandas writes them."""
    values = [value for value, _ in numbers]
    if not values or not all(value.isdigit() for value in values):
        return False
    if all(_is_year(value) and not all(map(_is_year, cells)) for value, cells in numbers):
        return True
    whole = [int(value) for value in values]
    counting = len(whole) > 1 and whole == list(range(whole[0], whole[0] + len(whole))) and whole[0] in (0, 1)
    return counting and not all(cells[:1] == [value] for value, cells in numbers)


def _is_year(cell: str) -> bool:
    return cell.isdigit() and 1800 <= int(cell[:5]) <= 2100 and len(cell) == 4


def _is_category(cell: str, cells: list[str]) -> bool:
    return cells.count(cell) > 1 and len(set(cells)) <= len(cells) / 2


def _is_sentence(first: list[str], below: list[list[str]]) -> bool:
    if len(first) != 1 or first[0].endswith(("?", ":")) or len(first[0].split()) < SENTENCE:
        return False
    return sum(len(cell.split()) >= SENTENCE for cell in below[0]) > len(below[0]) / 2

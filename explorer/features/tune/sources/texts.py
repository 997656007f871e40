"""Pairs and triples of which some sides are words: captions, training triples of Explore, files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.columns import codes_of
from explorer.base.dataset import TEXT
from explorer.base.errors import InputError
from explorer.encoders.pool import POOL
from explorer.features.tune.lesson import Lesson, tuples_lesson
from explorer.io.csv_rows import raise_problems
from explorer.io.tables import read_table
from explorer.search.wording import described, unquoted
from explorer.workspace.opened import Opened
from explorer.workspace.triple_store import triple_store

CAPTION = "caption"
SIDES = (("anchor", "query", "text", "a"), ("positive", "b"), ("negative",))
"""Names of the columns of a file, the first that is there counts."""
Tuple = tuple[str | int, ...]
"""Rows of items, and texts."""


def caption_column(opened: Opened) -> str:
    """The column with the captions of pictures, "" where there is none."""
    if not opened.dataset.has_images:
        return ""
    if opened.dataset.has_texts:
        return TEXT
    return CAPTION if CAPTION in opened.dataset.table.column_names else ""


def by_captions(opened: Opened, spec: str, vectors: Floats) -> Lesson:
    """A caption is alike to each picture that has it."""
    column = caption_column(opened)
    if not column:
        raise InputError(f"{opened.name} has no pictures with captions. Take a column, tags, or a file of pairs.")
    codes = codes_of(opened.dataset.table.column(column)).filled()
    rows = np.flatnonzero((codes.codes >= 0) & vectors.any(axis=1))
    pairs: list[Tuple] = [(codes.names[codes.codes[row]], int(row)) for row in rows]
    return lesson_of(opened, spec, vectors, pairs, "the captions")


def by_triples(opened: Opened, spec: str, vectors: Floats) -> Lesson:
    """The training triples that were collected on Explore; those without a negative make it a lesson of pairs."""
    table = triple_store(opened.workspace).all()
    sides = [table.column(name).to_pylist() for name in ("query", "positive", "negative")]
    found = list(zip(*sides, strict=True))
    if not found:
        raise InputError("No training triples were collected yet. Explore collects them, or `explorer triples mine`.")
    whole = all(negative for _, _, negative in found)
    kept: list[Tuple] = []
    for query, *items in found:
        rows = [opened.dataset.row_of(item) for item in (items if whole else items[:1])]
        if min(rows) >= 0 and vectors[rows].any(axis=1).all():
            kept.append((query, *rows))
    gone = len(found) - len(kept)
    return lesson_of(opened, spec, vectors, kept, "the training triples of Explore", gone=gone)


def by_file(opened: Opened, spec: str, vectors: Floats, path: Path) -> Lesson:
    """Pairs or triples from a table with the columns anchor (or query, text, a), positive (or b) and maybe negative.

    A cell is the id of an item, else a text where it has a blank in it or stands below `query` or `text`.
    InputError that names the rows that are neither.
    """
    return lesson_of(opened, spec, vectors, tuples_of_file(opened, vectors, path), f"the file {path.name}")


def tuples_of_file(opened: Opened, vectors: Floats, path: Path) -> list[Tuple]:
    """The pairs or triples of a file; see `by_file`. InputError as there, and where the file holds none."""
    table = read_table(path)
    there = table.table.column_names
    names = [next((name for name in side if name in there), "") for side in SIDES]
    if not names[0] or not names[1]:
        raise InputError(
            f"{path.name}: expected the columns anchor, positive and, for triples, negative; got {', '.join(there)}."
        )
    columns = [table.strings(name).to_pylist() for name in names if name]
    problems: list[str] = []
    found: list[Tuple] = []
    for number, cells in enumerate(zip(*columns, strict=True), 1):
        sides = [_side(opened, vectors, cell, name) for cell, name in zip(cells, names, strict=False)]
        wrong = [side for side in sides if isinstance(side, InputError)]
        problems += [f"Row {number}: {side}" for side in wrong]
        if not wrong:
            found.append(tuple(side for side in sides if not isinstance(side, InputError)))
    raise_problems(path.name, problems)
    if not found:
        raise InputError(f"{path.name}: expected rows of pairs or triples, got none below the names of the columns.")
    return found


def lesson_of(
    opened: Opened, spec: str, vectors: Floats, tuples: Sequence[Tuple], source: str, **card: object
) -> Lesson:
    """A lesson of tuples of rows and texts; the texts become vectors of the model `spec` below those of the items."""
    words = list(dict.fromkeys(side for one in tuples for side in one if isinstance(side, str)))
    place = {text: len(vectors) + number for number, text in enumerate(words)}
    rows = [[side if isinstance(side, int) else place[side] for side in one] for one in tuples]
    width = len(rows[0]) if rows else 2
    whole = np.concatenate([vectors, text_vectors(opened, spec, words)]) if words else vectors
    numbered: Rows = np.array(rows, dtype=np.int64).reshape(-1, width)
    if words:
        card = {**card, "words": len(words)}
    return tuples_lesson(whole, np.arange(len(whole)) >= len(vectors), numbered, source, **card)


def text_vectors(opened: Opened, spec: str, texts: Sequence[str]) -> Floats:
    """(t, d) unit vectors of texts as they are searched for; InputError when the model does not read them."""
    encoder = opened.encoder(spec)
    if not encoder.abilities.words_find_items:
        raise InputError(f"{spec} does not place words beside the items, so words cannot teach it. Take ids of items.")
    joint, template = encoder.abilities.joint, encoder.template
    wanted = tuple(described(text, template) if joint else unquoted(text) or text for text in texts)
    return POOL.text_vectors(spec, wanted)


def _side(opened: Opened, vectors: Floats, cell: str, name: str) -> int | str | InputError:
    row = opened.dataset.row_of(cell)
    if row >= 0:
        return row if vectors[row].any() else InputError(f"the item {cell[:60]!r} has no vector.")
    if cell.strip() and (name in ("query", "text") or " " in cell.strip()):
        return cell
    return InputError(f"{name}: expected the id of an item or a text, got {cell[:60]!r}.")

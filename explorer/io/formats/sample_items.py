"""Items from the samples of tars."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.arrow_kinds import is_text
from explorer.io.columns import NOT_SAID, Columns
from explorer.io.formats.samples import Numbers, samples_of
from explorer.io.formats.staged import staged_items
from explorer.io.incoming import Incoming, Place
from explorer.io.json_tables import table_of_rows
from explorer.io.pictures import write_picture
from explorer.io.readable import check_table_size
from explorer.io.scan import ARRAY
from explorer.io.splits import SPLIT, split_of
from explorer.io.table_file import Beside, TableFile, unique_name
from explorer.io.text import counted
from explorer.io.vector_guess import common_length

KEY, IMAGE, ID = "key", "image", "id"


@dataclass
class _Found:
    """What tars hold, a sample a row."""

    keys: list[str] = field(default_factory=list)
    tars: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    vectors: dict[str, dict[int, Numbers]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)


def items_of_samples(
    kind: str,
    place: Place,
    tars: Sequence[Path],
    columns: Columns | None,
    progress: Progress,
    tidied: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> Incoming:
    """Make an item of each sample of the tars; pictures are written below `place.staging`.

    tidied: gives the values that count of those of a sample.

    The id is what .json says as "id" where that is filled and unique, else the key of the sample. Raises InputError for
    a damaged tar, or when no item is left.
    """
    found = _read(place, tars, progress)
    found.rows = [tidied(values) for values in found.rows]
    if not found.rows:
        raise InputError(f"{place.source.name}: expected samples of WebDataset in the tar, found none.")
    table, image, known = _table(found, columns or NOT_SAID, place.before)
    vectors, odd = _all_vectors(found, table)
    notes = [f"{counted(number, 'time')}: {what} passed over." for what, number in found.passed_over.most_common()]
    file = TableFile(table, (*notes, *odd), beside=vectors)
    said = replace(known, image=known.image if known.image is not None else image)
    return staged_items(kind, file, said, place, progress)


def _read(place: Place, tars: Sequence[Path], progress: Progress) -> _Found:
    found = _Found()
    progress.start("Reading tars", len(tars))
    for done, path in enumerate(tars, start=1):
        name = path.relative_to(place.source).as_posix() if path != place.source else path.name
        for sample in samples_of(path, found.passed_over):
            row = len(found.rows)
            check_table_size(row + 1, 1, place.source.name)
            found.keys.append(sample.key)
            found.tars.append(name)
            found.rows.append(sample.values)
            found.paths.append(write_picture(*sample.picture, place.staging) if sample.picture else "")
            for vector, values in sample.vectors.items():
                found.vectors.setdefault(vector, {})[row] = values
        progress.advance(done)
    progress.finish()
    return found


def _table(found: _Found, said: Columns, before: Columns | None) -> tuple[pa.Table, str, Columns]:
    """(The table, the name of its column of pictures, "" without any; the columns that are known)."""
    table = table_of_rows(found.rows)
    if ID not in table.column_names or not _names_all(table[ID]):
        keys = pa.array(_keys(found), pa.string())
        name = unique_name(KEY, [] if _same(table, KEY, found.keys) else table.column_names)
        table = table.drop_columns([KEY]) if name in table.column_names else table
        table = table.append_column(name, keys) if table.num_columns else pa.table({name: keys})
    else:
        name = ID
    if SPLIT not in table.column_names and len(set(map(split_of, found.tars))) > 1:
        table = table.append_column(SPLIT, pa.array([split_of(tar) or None for tar in found.tars], pa.string()))
    image = unique_name(IMAGE, table.column_names) if any(found.paths) else ""
    if image:
        table = table.append_column(image, pa.array(found.paths, pa.string()))
    return table, image, replace(said, id=name if said.id is None and before is None else said.id)


def _names_all(column: pa.ChunkedArray) -> bool:
    """Whether the column has a value of its own in each row."""
    if not (pa.types.is_integer(column.type) or is_text(column.type)):
        return False
    return not column.null_count and len(column.unique()) == len(column) and "" not in set(column.to_pylist())


def _same(table: pa.Table, name: str, values: list[str]) -> bool:
    return name in table.column_names and table[name].to_pylist() == values


def _keys(found: _Found) -> list[str]:
    """The keys; with the tar before them where several tars have the same."""
    if len(set(found.keys)) == len(found.keys):
        return found.keys
    return [f"{name.partition('.')[0]}/{key}" for name, key in zip(found.tars, found.keys, strict=True)]


def _all_vectors(found: _Found, table: pa.Table) -> tuple[dict[str, Beside], list[str]]:
    """The vectors by name, and notes on those that are no vectors."""
    vectors, notes = {}, []
    for given, held in found.vectors.items():
        vectors[f"{given}{ARRAY}"], odd = _vectors(held, table.num_rows)
        if odd:
            notes.append(f"{given}: {counted(odd, 'vector')} left out, of another length than most.")
    return vectors, notes


def _vectors(held: dict[int, Numbers], count: int) -> tuple[Beside, int]:
    """(The vectors of the length that most have, a row a sample; how many have another one)."""
    lengths = np.array([len(one) for one in held.values()], dtype=np.int64)
    dim = common_length(lengths, 0.5) or int(lengths[0])
    values, present = np.zeros((count, dim), np.float32), np.zeros(count, dtype=bool)
    for row, one in held.items():
        if len(one) == dim:
            values[row], present[row] = one, True
    return Beside(values, present), len(held) - int(present.sum())

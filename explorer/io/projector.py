"""Exports of the TensorBoard projector: vectors.tsv, numbers without a header, beside metadata.tsv, a line a vector."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.io.columns import Columns
from explorer.io.paths import LED_OUTSIDE, may_be_read
from explorer.io.table_file import TableFile, unique_names
from explorer.io.table_names import table_ending, table_stem
from explorer.io.tables import read_table
from explorer.io.text import counted, read_utf8

ENDINGS = (".tsv", ".csv")
CALLED = re.compile(r"vec|tensor|embed|feature")
DESCRIBED = ("metadata", "meta", "labels")
LABEL = "label"
NAMING = ("text", "word", "token", "name", "title", LABEL)


@dataclass(frozen=True)
class _Matrix:
    name: str
    vectors: Floats


def read_projector(folder: Path, names: Sequence[str]) -> TableFile | None:
    """Read the files `names` below `folder` as vectors with their metadata; None when they are no such export.

    The result has a column of vectors for each file of numbers, named after it. Raises InputError when files that are
    called like an export have different numbers of lines.
    """
    files = [name for name in names if table_ending(name) in ENDINGS]
    matrices = [matrix for name in files if (matrix := _matrix(folder, name)) is not None]
    others = [name for name in files if name not in {matrix.name for matrix in matrices}]
    if len(others) > 1:
        others = [name for name in others if table_stem(name).lower() in DESCRIBED]
    named = [matrix for matrix in matrices if CALLED.search(Path(matrix.name).stem.lower())]
    if not matrices or len(others) > 1 or len({len(matrix.vectors) for matrix in matrices}) > 1:
        return None
    count = len(matrices[0].vectors)
    if not others:
        return _with_vectors(TableFile(pa.table({})), matrices, _alone(named)) if named == matrices else None
    lines = _lines(folder / others[0])
    if len(lines) not in (count, count + 1):
        if not named:
            return None
        held = f"{matrices[0].name} holds {counted(count, 'vector')}, {others[0]} {counted(len(lines), 'line')}"
        raise InputError(f"{held}: expected a line a vector, after a header where there are several columns.")
    metadata = read_metadata(folder / others[0], count)
    return _with_vectors(metadata, matrices, _used(matrices, others[0]))


def projector_of(path: Path) -> TableFile | None:
    """Read one file that is called like vectors, with the metadata beside it; None when it holds no vectors."""
    if table_ending(path.name) not in ENDINGS or not CALLED.search(path.stem.lower()):
        return None
    beside = [f"{stem}{ending}" for stem in DESCRIBED for ending in ENDINGS]
    there = [name for name in beside if (path.parent / name).is_file()]
    open_ = [name for name in there if may_be_read(path.parent / name)]
    found = read_projector(path.parent, [path.name, *open_[:1]])
    closed = tuple(f"{name}: passed over, {LED_OUTSIDE}." for name in there if name not in open_)
    return found and replace(found, notes=(*found.notes, *closed))


def _used(matrices: list[_Matrix], metadata: str) -> str:
    return f"The items are the rows of {metadata}, with the vectors of {', '.join(one.name for one in matrices)}."


def read_matrix(path: Path) -> Floats:
    """(n, d) numbers of a file without a header; InputError when it holds something else."""
    found = _matrix(path.parent, path.name)
    if found is None:
        raise InputError(f"{path.name}: expected a line of numbers an item, with tabs between, got something else.")
    return found.vectors


def read_metadata(path: Path, count: int) -> TableFile:
    """The lines that describe `count` vectors, as columns; InputError when there is another number of lines."""
    lines = _lines(path)
    if len(lines) not in (count, count + 1):
        held = f"{counted(len(lines), 'line')} for {counted(count, 'vector')}"
        raise InputError(f"{path.name}: expected a line a vector, after a header where there are several; got {held}.")
    found = _without_header(lines) if len(lines) == count else read_table(path)
    return found if found.table.num_rows == count else _without_header(lines[1:], lines[0])


def known_columns(table: pa.Table) -> Columns:
    """The vectors of an export, and as text the column that names them: the first that is called so."""
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    vectors = [field.name for field in table.schema if pa.types.is_fixed_size_list(field.type)]
    text = next((name for word in NAMING for name in texts if name.lower() == word), None)
    return Columns(text=text, vectors=tuple(vectors))


def _matrix(folder: Path, name: str) -> _Matrix | None:
    """The file as numbers, None when any cell is none or there is but one column."""
    delimiter = "\t" if table_ending(name) == ".tsv" else ","
    try:
        data, _ = read_utf8(folder / name)
        first = data.split(b"\n", 1)[0].decode()
        if first.count(delimiter) < 1:
            return None
        _ = [float(cell) for cell in first.split(delimiter)]
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(autogenerate_column_names=True),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter),
        )
        columns = [column.cast(pa.float32()).to_numpy() for column in table.columns]
    except (InputError, ValueError, pa.ArrowException):
        return None
    return _Matrix(name, np.column_stack(columns))


def _lines(path: Path) -> list[str]:
    return [line.rstrip("\r") for line in read_utf8(path)[0].decode().split("\n") if line.strip()]


def _without_header(lines: list[str], header: str = "") -> TableFile:
    rows = [line.split("\t") for line in lines]
    wide = max(map(len, rows))
    given = header.split("\t") if header else [LABEL, *(f"column_{place}" for place in range(2, wide + 1))]
    names, _ = unique_names((given + [""] * wide)[:wide])
    cells = [[row[place] if place < len(row) else None for row in rows] for place in range(wide)]
    return TableFile(pa.Table.from_arrays([pa.array(column, pa.string()) for column in cells], names))


def _alone(named: list[_Matrix]) -> str:
    return f"{named[0].name}: vectors alone, there is no metadata.tsv beside it." if named else ""


def _with_vectors(file: TableFile, matrices: list[_Matrix], note: str) -> TableFile:
    table = file.table
    for matrix in matrices:
        flat = pa.array(matrix.vectors.ravel(), pa.float32())
        column = pa.FixedSizeListArray.from_arrays(flat, matrix.vectors.shape[1])
        names, _ = unique_names([*table.column_names, Path(matrix.name).stem])
        table = table.append_column(names[-1], column) if table.num_columns else pa.table({names[-1]: column})
    return TableFile(table, (*file.notes, note), file.raw)

"""AnnData (.h5ad): observations as items, `obs` as attributes, each matrix of `obsm` and `X` as vectors.

`anndata.read_h5ad(FILE)` and scanpy open what is written: vectors are `obsm["X_<name>"]`. Reading looks at `obs`,
`obsm` and `X` alone, after all of the file was checked. What columns of `obs` cannot hold (lists, dates) is text, and
`uns["similarity_explorer"]` says of what kind it is.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.arrow_kinds import plain_table
from explorer.io.columns import NOT_SAID, Columns
from explorer.io.formats.columns import short_name, with_tags
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.kinds import GAPS, Kinds, column_of, kinds_of, texts_of
from explorer.io.formats.kinds import TEXT as PLAIN_TEXT
from explorer.io.from_table import items_of_table
from explorer.io.hdf5 import check_hdf5
from explorer.io.incoming import Incoming, Place
from explorer.io.readable import check_table_size, readable
from explorer.io.scan import ARRAY
from explorer.io.table_file import Beside, TableFile, unique_name, unique_names

MARK, ID, TEXT, IMAGE, X = "similarity_explorer", "id", "text", "image", "X"
START = "X_"  # of the names in obsm, as scanpy has them
MOST_NUMBERS = 200_000_000  # of one matrix
AS_THEY_ARE = ("whole", "number", "flag")
TEXTS = (PLAIN_TEXT, GAPS)


def recognise(path: Path) -> bool:
    """A file that ends in .h5ad."""
    return path.is_file() and path.suffix.lower() == ".h5ad"


def read(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the observations; InputError naming the file when it is damaged or leads to other files."""
    import h5py

    with readable(place.source.name, "an .h5ad of AnnData"), h5py.File(place.source, "r") as file:
        check_hdf5(file, place.source)
        if "obs" not in file:
            raise InputError(f"{place.source.name}: expected a table `obs` of observations, as AnnData writes it.")
        table, kinds = _observations(file)
        check_table_size(table.num_rows, table.num_columns, place.source.name)
        vectors, notes = _vectors(file, table.num_rows)
    said = columns or NOT_SAID
    if place.before is None and said.id is None:
        said = Columns(ID, said.image, said.text, said.vectors)
    if place.before is None and said.text is None and kinds and TEXT not in kinds:
        said = Columns(said.id, said.image, "", said.vectors)
    found = TableFile(table, tuple(notes), beside=vectors)
    return items_of_table("anndata", found, said, place, path=place.source, progress=progress)


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write one file. Of pictures only the paths go along, as `obs["image"]`."""
    import anndata
    import pandas as pd

    progress.start("Writing", 1)
    table = with_tags(items)
    kinds = kinds_of(table)
    index = pd.Index(table[ID].to_pylist(), name=ID, dtype=object)
    columns = {name: _as_pandas(table[name], kind) for name, kind in kinds.items() if name != ID}
    if any(items.paths):
        columns[unique_name(IMAGE, table.column_names)] = _strings(list(items.paths))
    obsm: dict[str, NDArray[np.float32]] = {}
    for name, values in items.vectors.items():
        obsm[unique_name(f"{START}{short_name(name)}", list(obsm))] = np.asarray(values, dtype=np.float32)
    obs, var = pd.DataFrame(columns, index=index), pd.DataFrame(index=pd.Index([], dtype=object))
    found = anndata.AnnData(obs=obs, var=var, obsm=obsm, uns={MARK: json.dumps(kinds)})
    found.write_h5ad(target, compression="gzip")
    progress.advance(1)
    progress.finish()
    return []


def _as_pandas(column: pa.ChunkedArray, kind: str) -> Any:
    """Numbers and flags with their gaps, all else as categories of texts, which may have gaps too."""
    import pandas as pd

    if kind == "number":
        return column.to_numpy()
    if kind in AS_THEY_ARE:
        values = column.to_pylist()
        whole = {"whole": ("int64", "Int64"), "flag": ("bool", "boolean")}[kind]
        return pd.array(values, dtype=whole[1]) if column.null_count else np.array(values, dtype=whole[0])
    if kind in TEXTS:
        return _strings(column.to_pylist())
    return _strings([text or None for text in texts_of(column)])


def _strings(values: list[str | None]) -> Any:
    import pandas as pd

    known = list(dict.fromkeys(value for value in values if value is not None))
    codes = {value: code for code, value in enumerate(known)}
    categories = pd.Index(known, dtype=object)  # anndata knows no texts of Arrow
    return pd.Categorical.from_codes([-1 if value is None else codes[value] for value in values], categories)


def _observations(file: Any) -> tuple[pa.Table, Kinds]:
    """(`obs` with its index as the column of ids, the kinds of the columns where they were written here)."""
    from anndata.io import read_elem

    frame = read_elem(file["obs"])
    held = read_elem(file["uns"][MARK]) if "uns" in file and MARK in file["uns"] else "{}"
    kinds = json.loads(held) if isinstance(held, str) else {}
    names, _ = unique_names([unique_name(ID, list(map(str, frame.columns))), *map(str, frame.columns)])
    ids = pa.array([str(one) for one in frame.index], pa.string())
    columns = [ids, *(_as_arrow(frame.iloc[:, place]) for place in range(frame.shape[1]))]
    table, _ = plain_table(pa.table(dict(zip(names, columns, strict=True))))
    for name, kind in kinds.items():
        if name in table.column_names and kind not in (*AS_THEY_ARE, *TEXTS):
            place = table.column_names.index(name)
            table = table.set_column(place, name, column_of(table[name], kind))
    return table, kinds


def _as_arrow(series: Any) -> pa.Array:
    if str(series.dtype) == "category":
        series = series.astype(series.cat.categories.dtype)
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError):
        return pa.array([None if one is None else str(one) for one in series], pa.string())


def _vectors(file: Any, count: int) -> tuple[dict[str, Beside], list[str]]:
    """The matrices by name, and notes on what is none or is not read."""
    found: dict[str, Beside] = {}
    notes = []
    matrices = {name.removeprefix(START) or name: file["obsm"][name] for name in file.get("obsm", ())}
    if X in file:
        matrices.setdefault(X, file[X])
    for name, held in matrices.items():
        values, reason = _matrix(held, count)
        if values is None:
            notes.append(f"{name}: not used as vectors, {reason}.")
        else:
            found[f"{name}{ARRAY}"] = Beside(values, np.asarray(~np.isnan(values).all(axis=1)))
    left = [name for name in ("layers", "obsp", "raw") if name in file and len(file[name])]
    if left:
        notes.append(f"{', '.join(left)}: not read; items have attributes (obs) and vectors (obsm, X) alone.")
    return found, notes


def _matrix(held: Any, count: int) -> tuple[NDArray[np.float32] | None, str]:
    """(The (n, d) numbers, "") or (None, why there are none)."""
    from anndata.io import read_elem

    shape = held.attrs.get("shape", getattr(held, "shape", (0, 0)))
    if len(shape) == 2 and int(shape[0]) * int(shape[1]) > MOST_NUMBERS:
        return None, f"more than {MOST_NUMBERS:,} numbers"
    values = read_elem(held)
    values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    if values.ndim != 2 or len(values) != count or not values.shape[1] or values.dtype.kind not in "fiub":
        return None, f"expected numbers of shape ({count}, dimensions), got {values.dtype} {values.shape}"
    return values.astype(np.float32), ""


FORMAT = Format(
    name="anndata",
    title="AnnData",
    ending=".h5ad",
    keeps=frozenset({"ids", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
    recognise=recognise,
    read=read,
    extra="formats",
    modules=("anndata",),
)

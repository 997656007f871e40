"""What a side is called on the command line and in scripts: a file, a folder of tables, a collection."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from explorer.base.errors import InputError, NotThere
from explorer.base.settings import workspaces_root
from explorer.features.match.side import Side
from explorer.features.match.sides import (
    side_of_columns,
    side_of_file,
    side_of_folder,
    side_of_items,
    side_of_strings,
    side_of_table,
)
from explorer.io.arrow_kinds import plain_table
from explorer.io.table_file import TableFile, unique_names
from explorer.io.tables import TABLE_ENDINGS
from explorer.workspace.finding import workspace_folder
from explorer.workspace.layout import is_workspace
from explorer.workspace.opened import Opened, open_shared

if TYPE_CHECKING:
    import pandas as pd

    Source = str | Path | Sequence[str] | pd.DataFrame | pd.Series[Any] | Opened


def read_source(
    source: "Source", *, column: str = "", ids: str = "", as_columns: bool = False, model: str = "", name: str = ""
) -> Side:
    """A side of whatever people have: a table's file, a folder of tables, a collection's name, texts, a data frame.

    column: what is compared; ids: column of ids of a table; both guessed when left out. as_columns: the things are the
    columns of the tables. model: spec of the vectors that go along with a collection's items, where it has them.
    name: for people, of texts and data frames. InputError where there is no such source.
    """
    if isinstance(source, Opened):
        return items_of(source, column, model)
    if isinstance(source, str | Path):
        return _named(str(source), column, ids, as_columns, model)
    if hasattr(source, "columns"):
        frame: Any = source
        return _frame(frame, column, ids, name or "table")
    texts = source.tolist() if hasattr(source, "tolist") else source  # a series, an array
    if not isinstance(texts, Sequence):
        raise InputError(
            "Expected a table's file, a folder of tables, the name of a collection, a data frame or a list of texts, "
            f"got {type(source).__name__}."
        )
    if column or ids:
        raise InputError("A list of texts has no columns; name them with a file, a data frame or a collection.")
    return side_of_strings(texts, name or "texts")


def _named(source: str, column: str, ids: str, as_columns: bool, model: str) -> Side:
    path = Path(source).expanduser()
    if as_columns:
        return side_of_columns(path)
    if path.is_file():
        return side_of_file(path, column, ids)
    if path.is_dir() and not is_workspace(path):
        _check_one(source)
        return side_of_folder(path)
    return items_of(_collection(source, path), column, model)


def _check_one(source: str) -> None:
    """InputError where a bare name is that of a folder here and that of a collection."""
    if "/" in source or "\\" in source or not is_workspace(workspaces_root() / source):
        return
    raise InputError(
        f"{source!r:.100} is a folder here and a collection. Write ./{source} for the folder, "
        f"{workspaces_root() / source} for the collection."
    )


def _collection(source: str, path: Path) -> Opened:
    """The collection of a name or folder; InputError that says what else was looked for."""
    try:
        return open_shared(path if is_workspace(path) else workspace_folder(source))
    except (NotThere, InputError) as error:
        endings = ", ".join(TABLE_ENDINGS)
        raise InputError(
            f"{source!r:.100}: expected a table ({endings}), a folder of tables or the name of a collection; "
            "there is none of them."
        ) from error


def items_of(opened: Opened, column: str, model: str) -> Side:
    """The items of a collection with the vectors of a model, without where it has none of that."""
    if model in opened.encoders:
        return side_of_items(opened, column, model)
    return replace(side_of_items(opened, column), models=tuple(opened.encoders))


def _frame(frame: "pd.DataFrame", column: str, ids: str, name: str) -> Side:
    """The rows of a data frame; a column of mixed kinds counts as texts."""
    names, notes = unique_names([str(one) for one in frame.columns])
    arrays = [_values(frame.iloc[:, place]) for place in range(len(names))]
    table, kinds = plain_table(pa.table(dict(zip(names, arrays, strict=True))), frozenset())
    return side_of_table(TableFile(table, (*notes, *kinds)), name, column, ids)


def _values(series: "pd.Series[Any]") -> pa.Array:
    try:
        return pa.array(series, from_pandas=True)
    except pa.ArrowException:
        return pa.array([str(one) for one in series], pa.string(), mask=series.isna().to_numpy())

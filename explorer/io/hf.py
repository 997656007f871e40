"""Folders written by Hugging Face's `datasets.save_to_disk`: Arrow files and a list of their names."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from explorer.base.errors import InputError
from explorer.io.arrow_kinds import check_whole, plain_table
from explorer.io.joins import concat_tables
from explorer.io.json_text import json_value
from explorer.io.readable import check_table_size, readable
from explorer.io.table_file import TableFile, unique_names

SPLITS, STATE, INFO = "dataset_dict.json", "state.json", "dataset_info.json"
SPLIT = "split"


def is_saved_dataset(folder: Path) -> bool:
    """True for a folder that `save_to_disk` wrote, of one data set or of several splits."""
    return (folder / SPLITS).is_file() or (folder / STATE).is_file()


def read_saved_dataset(folder: Path) -> TableFile:
    """Read the folder as one table; of several splits, with a column `split`; class labels as their names.

    Raises InputError when a file is missing or damaged, or the rows were chosen without being written anew.
    """
    with readable(folder.name, "a folder of `save_to_disk`"):
        return _read(folder)


def _read(folder: Path) -> TableFile:
    if not (folder / SPLITS).is_file():
        table, notes = _read_split(folder)
        return TableFile(table, tuple(notes))
    names = [_plain_name(name, folder) for name in _json(folder / SPLITS).get("splits", [])]
    if not names:
        raise InputError(f"{folder.name}: expected the names of splits in {SPLITS}, got none.")
    tables, all_notes = [], []
    for name in names:
        table, notes = _read_split(folder / name)
        if SPLIT not in table.column_names:
            table = table.append_column(SPLIT, pa.array([name] * table.num_rows, pa.string()))
        tables.append(table)
        all_notes += notes
    return TableFile(concat_tables(tables), tuple(dict.fromkeys(all_notes)))


def _read_split(folder: Path) -> tuple[pa.Table, list[str]]:
    state = _json(folder / STATE)
    if state.get("_indices_files") or state.get("_indices_data_files"):
        raise InputError(
            f"{folder.name}: expected all rows in the order of the files, but rows were chosen: save it again after "
            "`dataset.flatten_indices()`."
        )
    files = [_plain_name(file.get("filename", ""), folder) for file in state.get("_data_files", [])]
    if not files:
        raise InputError(f"{folder.name}: expected the names of Arrow files in {STATE}, got none.")
    parts = [_read_arrow(folder / name) for name in files]
    check_table_size(sum(part.num_rows for part in parts), parts[0].num_columns, folder.name)
    table = pa.concat_tables(parts, promote_options="permissive")
    described = _described(table.schema.metadata or {}, _json(folder / INFO) if (folder / INFO).is_file() else {})
    names, renamed = unique_names(table.column_names)
    plain, notes = plain_table(table.rename_columns(names).replace_schema_metadata(described))
    return plain, renamed + notes


def _read_arrow(path: Path) -> pa.Table:
    """A stream, as `datasets` writes it, or a file with an index."""
    try:
        source = pa.memory_map(str(path))
        try:
            table = pa.ipc.open_stream(source).read_all()
        except pa.ArrowInvalid:
            table = pa.ipc.open_file(source).read_all()
        check_whole(table)
        return table
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path.name}: expected an Arrow file of `save_to_disk` that can be read ({error})."
        ) from error


def _described(metadata: dict[bytes, bytes], info: dict[str, Any]) -> dict[bytes, bytes]:
    """The metadata with the features of dataset_info.json where the Arrow file has none."""
    if b"huggingface" in metadata or "features" not in info:
        return metadata
    return {**metadata, b"huggingface": json.dumps({"info": {"features": info["features"]}}).encode()}


def _plain_name(name: object, folder: Path) -> str:
    """A name of a file or folder right below; InputError when it leads elsewhere."""
    if not isinstance(name, str) or not name or Path(name).name != name or name in (".", ".."):
        raise InputError(f"{folder.name}: expected names of files inside the folder, got {name!r}.")
    _check_inside(folder / name)
    return name


def _check_inside(path: Path) -> None:
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise InputError(
            f"{path.parent.name}: expected files inside the folder, but {path.name!r} is a link that leads outside."
        )


def _json(path: Path) -> dict[str, Any]:
    _check_inside(path)
    try:
        value = json_value(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path.parent.name}: expected {path.name} of `save_to_disk` that can be read ({error})."
        ) from error
    return value if isinstance(value, dict) else {}

"""The items of a workspace, with tags and vectors, in the format of another tool."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Floats, Rows, check_rows
from explorer.base.dataset import ID, PATH
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_folder, atomic_write
from explorer.io.export import export_table
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.registry import format_named
from explorer.io.text import counted
from explorer.workspace.folder import Workspace
from explorer.workspace.tags import tag_store

OWN = "precomputed:"


def export_format(
    ws: Workspace,
    rows: Rows,
    name: str,
    target: Path,
    *,
    models: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Write the items of `rows` to `target` in the format `name`; return sentences on what could not be written.

    models: whose vectors go along; all that there are when None. There is all of it or nothing. Raises InputError for
    an unknown format, a missing library, a wrong ending, or a folder that has something in it.
    """
    kind, target = format_named(name), Path(target)
    kind.require()
    _check_target(kind, target)
    items, notes = outgoing(ws, rows, models)
    told = progress or Silent()
    if kind.ending:
        with atomic_write(target) as temporary:
            notes += kind.write(items, temporary, told)
    else:
        with atomic_folder(target, replace=True) as temporary:
            notes += kind.write(items, temporary, told)
    return notes


def outgoing(ws: Workspace, rows: Rows, models: Sequence[str] | None = None) -> tuple[Outgoing, list[str]]:
    """The items of `rows` as formats take them, and sentences on pictures and vectors that cannot be read."""
    dataset = ws.dataset()
    rows = check_rows(rows, len(dataset), "rows")
    table = export_table(dataset, rows)
    paths = dataset.table.column(PATH).take(pa.array(rows)).to_pylist()
    files = [_file(ws, path) for path in paths]
    lost = [path for path, file in zip(paths, files, strict=True) if path and file is None]
    vectors, notes = _vectors(ws, rows, ws.encoders() if models is None else models)
    if lost:
        notes.append(f"{counted(len(lost), 'picture')} left out, such as {lost[0]!r}: there is no file to read.")
    bare = table.drop_columns([PATH]) if PATH in table.column_names else table
    tags = _tags(ws, table.column(ID).to_pylist())
    items = Outgoing(
        name=ws.name, table=bare, paths=tuple(paths), files=tuple(files), tags=tuple(tags), vectors=vectors
    )
    return items, notes


def _check_target(kind: Format, target: Path) -> None:
    if kind.ending and target.suffix.lower() != kind.ending:
        raise InputError(f"{target.name}: expected a file ending in {kind.ending} for {kind.title}.")
    if kind.ending and target.is_dir():
        raise InputError(f"{target}: expected a file for {kind.title}, but a folder is there.")
    if not kind.ending and target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(f"{target}: {kind.title} is written to a new folder, but something is there. Name another.")


def _file(ws: Workspace, path: str) -> Path | None:
    try:
        file = ws.image_path(path) if path else None
        return file if file is not None and file.is_file() else None
    except (InputError, OSError):
        return None


def _tags(ws: Workspace, ids: Sequence[str]) -> list[tuple[str, ...]]:
    pairs = tag_store(ws).pairs()
    held: dict[str, list[str]] = {}
    for tag, item in zip(pairs["tag"].to_pylist(), pairs["item"].to_pylist(), strict=True):
        held.setdefault(item, []).append(tag)
    return [tuple(held.get(one, ())) for one in ids]


def _vectors(ws: Workspace, rows: Rows, models: Sequence[str]) -> tuple[dict[str, Floats], list[str]]:
    """(n, d) unit rows by the model's name, that of the column for vectors that came with the data."""
    found: dict[str, Floats] = {}
    notes = []
    for spec in models:
        try:
            embeddings = ws.embeddings(spec)
        except WorkspaceError as error:
            notes.append(f"The vectors of {spec} were left out: {error}")
            continue
        values = np.asarray(embeddings.vectors[rows], dtype=np.float32)
        values[~embeddings.present[rows]] = np.nan
        found[spec.removeprefix(OWN)] = values
    return found, notes

"""Items as files to take away: CSV that is safe in a spreadsheet, Parquet, JSONL, and a zip with the images."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from explorer.base.arrays import Rows, check_choice, check_rows
from explorer.base.dataset import HASH, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.io.atomic import atomic_write
from explorer.io.scan import FILE_NAME
from explorer.io.spreadsheet import safe_column, safe_text
from explorer.io.tables import unique_name

BATCH = 10_000


class ItemStore(Protocol):
    """What is needed of a workspace."""

    def dataset(self) -> Dataset:
        """The items."""

    def image_path(self, item: int | str) -> Path:
        """Where an item's image lies."""


def export_bytes(ws: ItemStore, rows: Rows, kind: str, extra: Mapping[str, Any] | None = None) -> bytes:
    """Return the items of `rows`, in their order, as the bytes of a file; kind: "csv", "parquet", "jsonl" or "zip".

    extra: further columns by name, one value a row, such as the similarity to the query.
    """
    buffer = io.BytesIO()
    _write(ws, rows, kind, extra, buffer)
    return buffer.getvalue()


def export_rows(ws: ItemStore, rows: Rows, destination: Path, extra: Mapping[str, Any] | None = None) -> None:
    """Write the items of `rows` to `destination`, whose ending (.csv, .parquet, .jsonl, .zip) says how; or nothing."""
    kind = destination.suffix.lower().removeprefix(".")
    check_choice(kind, [*FORMATS, "zip"], f"{destination.name}: the ending of the file")
    with atomic_write(destination) as temporary, temporary.open("wb") as file:
        _write(ws, rows, kind, extra, file)


def export_table(dataset: Dataset, rows: Rows, extra: Mapping[str, Any] | None = None) -> pa.Table:
    """Return id, path and text (where any item has them), the attributes, then the `extra` columns."""
    rows = check_rows(rows, len(dataset), "rows")
    leave_out = [HASH] + ([] if dataset.has_images else [PATH]) + ([] if dataset.has_texts else [TEXT])
    table = dataset.table.drop_columns(leave_out).take(pa.array(rows, pa.int64()))
    for name, values in (extra or {}).items():
        column = pa.array(np.asarray(values), from_pandas=True)
        if len(column) != len(rows):
            raise InputError(f"{name}: expected {len(rows)} values, one an item, got {len(column)}.")
        table = table.append_column(unique_name(name, table.column_names), column)
    return table


def csv_bytes(table: pa.Table) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets need it); texts that would run as a formula get a leading '."""
    table = table.rename_columns([safe_text(name) for name in table.column_names])
    for place, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            lists = [None if one is None else _json(_finite(one)) for one in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(lists, pa.string()))
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            table = table.set_column(place, field.name, safe_column(table.column(place)))
    buffer = io.BytesIO(b"\xef\xbb\xbf")
    buffer.seek(0, io.SEEK_END)
    pa_csv.write_csv(table, buffer)
    return buffer.getvalue()


def parquet_bytes(table: pa.Table) -> bytes:
    """Parquet, types kept."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def jsonl_bytes(table: pa.Table) -> bytes:
    """One JSON object a line, UTF-8; NaN and infinity become null."""
    parts = []
    for batch in table.to_batches(max_chunksize=BATCH):
        parts += [_json(_finite(row)) + "\n" for row in batch.to_pylist()]
    return "".join(parts).encode()


FORMATS: dict[str, Callable[[pa.Table], bytes]] = {"csv": csv_bytes, "parquet": parquet_bytes, "jsonl": jsonl_bytes}


def _write(ws: ItemStore, rows: Rows, kind: str, extra: Mapping[str, Any] | None, file: BinaryIO) -> None:
    check_choice(kind, [*FORMATS, "zip"], "format")
    table = export_table(ws.dataset(), rows, extra)
    if kind == "zip":
        _write_zip(ws, table, file)
    else:
        file.write(FORMATS[kind](table))


def _write_zip(ws: ItemStore, table: pa.Table, file: BinaryIO) -> None:
    """Images under their paths, and metadata.csv with `file_name`: an image folder that can be imported again.

    Items without a readable file stand in metadata.csv, and with the reason in left_out.csv.
    """
    left_out = []
    # Files from before 1980 get that year.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True, strict_timestamps=False) as archive:
        if PATH in table.column_names:
            for relative in filter(None, pc.unique(table.column(PATH)).to_pylist()):
                reason = _add_image(ws, archive, relative)
                left_out += [{FILE_NAME: relative, "reason": reason}] if reason else []
            table = table.rename_columns({PATH: FILE_NAME})
        name = "metadata.csv" if FILE_NAME in table.column_names else "items.csv"
        archive.writestr(name, csv_bytes(table), zipfile.ZIP_DEFLATED)
        if left_out:
            archive.writestr("left_out.csv", csv_bytes(pa.Table.from_pylist(left_out)), zipfile.ZIP_DEFLATED)


def _add_image(ws: ItemStore, archive: zipfile.ZipFile, relative: str) -> str:
    """Put an image into the zip; return why it cannot be, "" when it is in."""
    try:
        path = ws.image_path(relative)
        with path.open("rb") as file:
            file.read(1)
        archive.write(path, relative)
        return ""
    except InputError as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)


def _json(value: Any) -> str:
    """JSON; dates and times as ISO 8601 writes them."""
    return json.dumps(value, ensure_ascii=False, default=lambda one: one.isoformat())


def _finite(value: Any) -> Any:
    """The same with null for NaN and infinity, for which JSON has no word."""
    if isinstance(value, dict):
        return {name: _finite(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_finite(held) for held in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value

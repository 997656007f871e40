"""Odd tables, made by chance: of every kind of file and column, with what goes wrong in real ones."""

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

WORDS = ("river", "stone", "lamp", "garden", "train", "ünïcode", "日本", "naïve", "#tag", "=1+1", "a,b;c\td")
ROLES = ("id", "key", "uid", "text", "caption", "image", "path", "label", "tags", "emb", "embedding", "bbox", "size")
NAMES = (*ROLES, "n", "score", "when", "URL", "hash", "folder", "split")
CUT, BARE = "cut", "bare"
Rng = np.random.Generator
Cell = Callable[[Rng, int], Any]


@dataclass(frozen=True)
class OddTable:
    """A file and how many rows of data it was made of.

    cut: its end is missing, so that rows may hold one another; bare: it has no header, which texts do not always tell.
    """

    path: Path
    rows: int
    cut: bool = False
    bare: bool = False


def odd_table(folder: Path, seed: int) -> OddTable:
    """Write one odd table below `folder`; the same seed makes the same."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([1, 2, 3, 5, 9, 12, 30]))
    _pictures(folder, rng)
    columns = {name: _column(rng, count) for name in _names(rng)}
    if rng.random() < 0.85:
        columns["text"] = [f"some words of row {row}, {_words(rng, row)}" for row in range(count)]
    write = WRITERS[int(rng.integers(len(WRITERS)))]
    return OddTable(write(folder, columns, rng), count, (folder / CUT).exists(), (folder / BARE).exists())


def _names(rng: Rng) -> list[str]:
    chosen = [str(name) for name in rng.choice(NAMES, int(rng.integers(1, 7)), replace=False)]
    if rng.random() < 0.1:
        chosen.append("a very long name " * 20)
    return chosen + (["Ünï çode\n2"] if rng.random() < 0.1 else [])


def _column(rng: Rng, count: int) -> list[Any]:
    cell = CELLS[int(rng.integers(len(CELLS)))]
    values = [cell(rng, row) for row in range(count)]
    for row in range(count):
        if rng.random() < rng.choice([0, 0, 0.1, 1], p=[0.5, 0.25, 0.2, 0.05]):
            values[row] = str(rng.choice(["", "nan", "None", "NA"])) if isinstance(values[row], str) else None
    return values


def _pictures(folder: Path, rng: Rng) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(3):
        Image.new("RGB", (8, 8), (80 * number, 40, 90)).save(folder / f"{number}.png")
    (folder / "empty.png").touch()


def _words(rng: Rng, row: int) -> str:
    return " ".join(rng.choice(WORDS, int(rng.integers(0, 9))))


def _png(rng: Rng, row: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), tuple(int(one) for one in rng.integers(0, 255, 3))).save(buffer, "PNG")
    return buffer.getvalue()


def _struct(rng: Rng, row: int) -> dict[str, Any]:
    data = (_png(rng, row), b"RIFF\x00\x00\x00\x00WAVEfmt ", b"junk", None)[int(rng.integers(4))]
    return {"bytes": data, "path": _path(rng, row)}


def _path(rng: Rng, row: int) -> str:
    odd = [
        f"{row % 3}.png",
        f"./{row % 3}.png",
        "empty.png",
        "none.jpg",
        "/etc/hostname",
        "../x.png",
        "a\\b.png",
        "\x00.png",
    ]
    return str(odd[int(rng.integers(len(odd)))] if rng.random() < 0.4 else odd[0])


def _moment(rng: Rng) -> dt.datetime:
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=float(rng.integers(-(10**9), 4 * 10**9)))


def _lists(rng: Rng, row: int) -> list[float]:
    return [float(one) for one in rng.normal(size=int(rng.choice([8, 8, 8, 8, 8, 8, 8, 8, 8, 7])))]


CELLS: list[Cell] = [
    _words,
    lambda rng, row: f"i{row}",
    lambda rng, row: row,
    lambda rng, row: int(rng.integers(-(2**62), 2**62)),
    lambda rng, row: int(rng.integers(0, 3)),
    lambda rng, row: 10**25 + row,
    lambda rng, row: float(rng.choice([0.0, 1e-9, 1e300, float("nan"), float("inf"), rng.normal()])),
    lambda rng, row: bool(rng.integers(2)),
    _path,
    lambda rng, row: f"https://example.org/{row}.jpg",
    lambda rng, row: [int(one) for one in rng.integers(0, 9, 4)],
    lambda rng, row: [int(one) for one in rng.integers(0, 9, int(rng.integers(0, 6)))],
    _lists,
    lambda rng, row: [0.0] * 8 if rng.random() < 0.2 else _lists(rng, row),
    lambda rng, row: [str(one) for one in rng.choice(["a", "b", "*c*", ""], int(rng.integers(0, 4)))],
    lambda rng, row: str(np.array(rng.normal(size=int(rng.choice([6, 1500]))))),
    lambda rng, row: {"a": row, "b": ["x", None]},
    lambda rng, row: [[1.0, 2.0], [3.0]],
    lambda rng, row: _moment(rng),
    lambda rng, row: _moment(rng).date(),
    lambda rng, row: dt.timedelta(seconds=float(rng.integers(0, 10**6))),
    lambda rng, row: Decimal(int(rng.integers(0, 10**6))) / 100,
    lambda rng, row: UUID(int=int(rng.integers(2**60)) << 60).bytes,
    _png,
    _struct,
    lambda rng, row: f"1e{row}",
    lambda rng, row: f"{rng.integers(1, 9)},{rng.integers(10, 99)}",
    lambda rng, row: f"00{row}",
]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return str(value) if isinstance(value, dt.datetime | dt.date | dt.timedelta | Decimal) else value


def _write_text(folder: Path, columns: dict[str, list[Any]], rng: Rng) -> Path:
    delimiter, ending = ((",", ".csv"), (";", ".csv"), ("|", ".csv"), ("\t", ".tsv"))[int(rng.integers(4))]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=str(rng.choice(["\n", "\r\n"])))
    above = str(rng.choice(["", "", "", "sep=" + delimiter + "\n", "# made by chance\n"]))
    if rng.random() < 0.9:
        writer.writerow(columns)
    else:
        (folder / BARE).touch()
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if value is None else _plain(value) for value in row])
    data = (above + text.getvalue()).encode(str(rng.choice(["utf-8", "utf-8-sig", "utf-16"])))
    if rng.random() < 0.1:
        data = data[: int(len(data) * 0.7)]
        (folder / CUT).touch()
    return _packed(folder / f"t{ending}", data, rng)


def _write_json(folder: Path, columns: dict[str, list[Any]], rng: Rng) -> Path:
    values = [dict(zip(columns, map(_plain, row), strict=True)) for row in zip(*columns.values(), strict=True)]
    lines = rng.random() < 0.5
    text = "\n".join(map(json.dumps, values)) if lines else json.dumps(values, indent=int(rng.integers(0, 3)) or None)
    return _packed(folder / str(rng.choice(["t.json", "t.jsonl"])), text.encode(), rng)


def _packed(path: Path, data: bytes, rng: Rng) -> Path:
    if rng.random() < 0.15:
        path, data = path.with_name(path.name + ".gz"), gzip.compress(data)
    path.write_bytes(data)
    return path


def _write_parquet(folder: Path, columns: dict[str, list[Any]], rng: Rng) -> Path:
    arrays = [_array(values, rng) for values in columns.values()]
    names = list(columns)
    if rng.random() < 0.1:
        names[-1] = names[0]
    table = pa.Table.from_arrays(arrays, names)
    if rng.random() < 0.2:
        features = {name: {"_type": "ClassLabel", "names": ["no", "yes"]} for name in names}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, folder / "t.parquet")
    return folder / "t.parquet"


def _array(values: list[Any], rng: Rng) -> pa.Array:
    try:
        found = pa.array(values)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    kinds = {pa.string(): [pa.large_string(), pa.string_view()], pa.binary(): [pa.large_binary(), pa.binary_view()]}
    kinds |= {pa.int64(): [pa.float64(), pa.timestamp("ms"), pa.duration("ms")]}
    other = kinds.get(found.type, [])
    if rng.random() < 0.2 and other:
        return _as(found, other[int(rng.integers(len(other)))])
    plain = pa.types.is_string(found.type) or pa.types.is_integer(found.type)
    return found.dictionary_encode() if rng.random() < 0.1 and plain else found


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        return array


WRITERS = [_write_text, _write_text, _write_json, _write_parquet, _write_parquet]

"""Files of judgments: reading rows and matrices of other programs, writing and reading our own events."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.values import Answer, check_answer, to_json
from explorer.io.export import csv_bytes
from explorer.io.json_text import json_value
from explorer.io.readable import readable
from explorer.io.spreadsheet import read_text
from explorer.io.tables import read_table
from explorer.io.text import read_utf8

CAMPAIGN = "campaign"  # kind of the line with the settings of a campaign
EVENT_KINDS = ("csv", "jsonl", "parquet")
COLUMNS = (
    "campaign",
    "task",
    "annotator",
    "trial",
    "kind",
    "items",
    "answer",
    "condition",
    "sampler",
    "rt_ms",
    "is_check",
    "passed",
    "repeat_of",
    "created",
    "imported",
)


def read_cells(path: Path) -> list[Sequence[Any]]:
    """All lines of a text file as cells, between tabs, commas, semicolons or blanks; InputError when there are none."""
    data, _ = read_utf8(_existing(path))
    text = data.decode("utf-8")
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = next((mark for mark in ("\t", ",", ";") if mark in head), None)
    lines = text.splitlines()
    split = [line.split() for line in lines] if delimiter is None else csv.reader(lines, delimiter=delimiter)
    rows: list[Sequence[Any]] = [row for row in split if row]
    if not rows:
        raise InputError(f"{path.name}: expected at least one row, got none.")
    return rows


def read_array(path: Path, name: str = "") -> NDArray[Any]:
    """The array of a .npy file, or the one called `name` (or the only one) of a .npz; InputError otherwise."""
    with readable(path.name, "a NumPy file of numbers"), _existing(path).open("rb") as file:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return loaded
        names = list(loaded.files)
        if not name and len(names) != 1:
            raise InputError(f"{path.name} holds {', '.join(names)}: say which with --array NAME.")
        return np.asarray(loaded[check_choice(name or names[0], names, f"{path.name}: the array")])


def read_json_file(path: Path) -> Any:
    """The value of a JSON file; InputError when it cannot be read."""
    try:
        return json_value(_existing(path).read_bytes())
    except ValueError as error:
        raise InputError(f"{path.name}: expected JSON ({error}).") from error


def column_number(text: str, names: Sequence[str], file: str) -> int:
    """Number from 0 of a column given by its name or its number from 1; InputError when there is none."""
    if text in names:
        return list(names).index(text)
    if text.isdigit() and int(text) >= 1:
        return int(text) - 1
    known = ", ".join(names) or "1, 2, 3, … (it has no header)"
    raise InputError(f"{file}: there is no column {text!r}. Expected one of: {known}.")


def event_bytes(events: Sequence[dict[str, Any]], kind: str) -> bytes:
    """Events as CSV (safe in a spreadsheet), JSONL or Parquet; `items` and `answer` hold JSON."""
    check_choice(kind, EVENT_KINDS, "format")
    if kind == "jsonl":
        lines = [_event_line(event) for event in events]
        return "".join(line + "\n" for line in lines).encode()
    types = {"rt_ms": pa.float64(), "is_check": pa.bool_(), "passed": pa.bool_()}
    table = pa.table(
        {name: pa.array([_cell(event, name) for event in events], types.get(name, pa.string())) for name in COLUMNS}
    )
    if kind == "csv":
        return csv_bytes(table)
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def read_events(path: Path) -> tuple[list[Answer], dict[str, dict[str, Any]]]:
    """Answers of a file that `event_bytes` wrote: what was undone, skipped or started over is left out; and the lines
    with the settings of campaigns, {name: {"sampler": text, "answer": values}}, as `travelling` writes them.
    """
    rows = _event_rows(path)
    settings = {
        plain_text(row["campaign"]): _settings(row, f"{path.name}, row {number}")
        for number, row in rows
        if row.get("kind") == CAMPAIGN
    }
    return _read_answers(rows, path), settings


def _settings(row: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        return {"sampler": plain_text(row.get("sampler", "")), "answer": _value(row["answer"])}
    except ValueError as error:
        raise InputError(f"{where}: expected settings as JSON, as the export writes them ({error}).") from error


def _read_answers(rows: list[tuple[int, dict[str, Any]]], path: Path) -> list[Answer]:
    dropped = {(row["campaign"], row["annotator"], row["trial"]) for _, row in rows if row.get("kind") == "undo"}
    starts = {(r["campaign"], r["annotator"]): place for place, (_, r) in enumerate(rows) if r.get("kind") == "restart"}
    found = []
    for place, (number, row) in enumerate(rows):
        person = (row["campaign"], row["annotator"])
        counts = row.get("kind", "answer") == "answer" and place > starts.get(person, -1)
        if counts and (*person, row["trial"]) not in dropped:
            found.append(_read_event(row, f"{path.name}, row {number}"))
    return found


def _event_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    check_choice(path.suffix.lower(), [f".{kind}" for kind in EVENT_KINDS], f"{path.name}: the ending of the file")
    if path.suffix.lower() == ".jsonl":
        rows = []
        for number, line in enumerate(_existing(path).read_text(encoding="utf-8").splitlines(), 1):
            try:
                value = json_value(line)
            except ValueError as error:
                raise InputError(f"{path.name}, row {number}: expected JSON ({error}).") from error
            value = value if isinstance(value, dict) else {}
            rows.append((number, value | {name: to_json(value[name]) for name in ("items", "answer") if name in value}))
    else:
        table = read_table(path)
        strings = {name: table.strings(name).to_pylist() for name in table.table.column_names}
        rows = [(n + 2, {k: v[n] for k, v in strings.items()}) for n in range(table.table.num_rows)]
    for number, row in rows:
        missing = [name for name in ("campaign", "task", "annotator", "trial", "items", "answer") if name not in row]
        if missing:
            raise InputError(f"{path.name}, row {number}: expected the columns {', '.join(missing)} as well.")
    return rows


def _read_event(row: dict[str, Any], where: str) -> Answer:
    try:
        items, task = [str(item) for item in _value(row["items"])], plain_text(row["task"])
        answer = check_answer(task, items, _value(row["answer"]))
        rt = row.get("rt_ms")
        return Answer(
            campaign=plain_text(row["campaign"]),
            task=task,
            annotator=plain_text(row["annotator"]),
            trial=plain_text(row["trial"]),
            items=tuple(items),
            answer=tuple(answer) if task == "triplet" else answer,
            condition=plain_text(row.get("condition", "")),
            sampler=plain_text(row.get("sampler", "")) or "import",
            rt_ms=float(rt) if rt not in (None, "") else None,
            created=plain_text(row.get("created", "")),
            is_check=_flag(row.get("is_check")) or False,
            repeat_of=plain_text(row.get("repeat_of", "")),
            passed=_flag(row.get("passed")),
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    except (ValueError, TypeError) as error:
        raise InputError(f"{where}: expected items and answer as JSON, as the export writes them ({error}).") from error


def _value(cell: str) -> Any:
    return json_value(cell.removeprefix("'"))


def plain_text(cell: object) -> str:
    """A cell without the ' that keeps a spreadsheet from running it."""
    return read_text(str(cell or ""))


def _flag(cell: object) -> bool | None:
    return None if cell in (None, "") else str(cell).lower() in ("true", "1")


def _event_line(event: dict[str, Any]) -> str:
    values = {name: _cell(event, name) for name in COLUMNS}
    return to_json(values | {"items": json.loads(event["items"]), "answer": json.loads(event["answer"])})


def _cell(event: dict[str, Any], name: str) -> Any:
    value = event[name]
    return bool(value) if name in ("is_check", "passed") and value is not None else value


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file.")
    return path


def is_number(cell: str) -> bool:
    """True when the cell is written as a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True

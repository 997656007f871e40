"""Our own export of events: everything that happened, one a row, behind lines with campaigns and people.

CSV (safe in a spreadsheet), JSONL or Parquet, with the same columns. What is read is what was written.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.files import existing
from explorer.features.judgments.exchange.incoming import Incoming
from explorer.features.judgments.settings import IMPORTED
from explorer.features.judgments.values import TASKS, Answer, check_answer, to_json
from explorer.io.export import csv_bytes
from explorer.io.json_text import json_value
from explorer.io.spreadsheet import is_ours, read_column, read_text
from explorer.io.tables import read_table
from explorer.io.text import read_utf8

CAMPAIGN, PERSON = "campaign", "person"  # kinds of the lines with the settings of a campaign, and with a person
HAPPENED = ("answer", "skip", "none", "undo", "start", "restart", "step")
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
    "late",
    "marks",
    "confidence",
    "name",
    "extra",
    "left_out",
)
JSON = ("items", "answer", "marks", "extra")
NEEDED = ("campaign", "task", "annotator", "trial", "items", "answer")
TYPES = {"rt_ms": pa.float64(), "confidence": pa.float64(), "is_check": pa.bool_(), "passed": pa.bool_()}
BLOCK = 1 << 27  # bytes; a row longer than this is not read
Row = dict[str, Any]


def event_bytes(lines: Sequence[Row], kind: str) -> bytes:
    """Lines with the values of COLUMNS as a file; those of JSON are JSON already. kind: of EVENT_KINDS."""
    check_choice(kind, EVENT_KINDS, "format")
    if kind == "jsonl":
        return "".join(_json_line(line) + "\n" for line in lines).encode()
    table = pa.table(
        {name: pa.array([_cell(line, name) for line in lines], TYPES.get(name, pa.string())) for name in COLUMNS}
    )
    if kind == "csv":
        return csv_bytes(table)
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _json_line(line: Row) -> str:
    """The line as an object; what is JSON already stands in it as it is, which is much faster than to read it first."""
    plain = to_json({name: _cell(line, name) for name in COLUMNS if name not in JSON})
    ready = ",".join(f'"{name}":{line[name]}' for name in JSON)
    return f"{plain[:-1]},{ready}}}"


def _cell(line: Row, name: str) -> Any:
    value = line[name]
    return bool(value) if name in ("is_check", "passed") and value is not None else value


def read_events(path: Path) -> Incoming:
    """Everything that happened in a file that `event_bytes` wrote, in order, also in one by an older version.

    InputError names the row that cannot be read, and what was expected there.
    """
    check_choice(path.suffix.lower(), [f".{kind}" for kind in EVENT_KINDS], f"{path.name}: the ending of the file")
    readers = {".jsonl": _json_rows, ".csv": _csv_rows, ".parquet": _table_rows}
    found = Incoming(answers=[])
    for number, row in readers[path.suffix.lower()](existing(path)):
        where = f"{path.name}, row {number}"
        missing = [name for name in NEEDED if name not in row]
        if missing:
            raise InputError(f"{where}: expected the columns {', '.join(missing)} as well.")
        try:
            _take(found, row)
        except InputError as error:
            raise InputError(f"{where}: {error}") from error
        except (ValueError, TypeError) as error:
            raise InputError(f"{where}: expected JSON where the export writes it ({error}).") from error
    return found


def _take(found: Incoming, row: Row) -> None:
    kind = _text(row, "kind") or "answer"
    if kind == CAMPAIGN:
        values = {name: _text(row, name) for name in ("task", "sampler", "created")}
        found.settings[_text(row, "campaign")] = values | {"answer": _json(row, "answer", {})}
    elif kind == PERSON:
        values = {"campaign": _text(row, "campaign"), "key": _text(row, "annotator"), "created": _text(row, "created")}
        found.people.append(values | {"extra": _json(row, "extra", {}), "answer": _json(row, "answer", {})})
    else:
        found.kinds.append(check_choice(kind, HAPPENED, "kind"))
        found.answers.append(_event(row, kind))


def _event(row: Row, kind: str) -> Answer:
    items, task = [str(item) for item in _json(row, "items", [])], check_choice(_text(row, "task"), TASKS, "task")
    answer = _json(row, "answer", None)
    if kind == "answer":
        answer = check_answer(task, items, answer)
    return Answer(
        campaign=_text(row, "campaign"),
        task=task,
        annotator=_text(row, "annotator"),
        trial=_text(row, "trial"),
        items=tuple(items),
        answer=tuple(answer) if kind == "answer" and task == "triplet" else answer,
        condition=_text(row, "condition"),
        sampler=_text(row, "sampler") or (IMPORTED if kind == "answer" else ""),
        rt_ms=_number(row, "rt_ms"),
        created=_text(row, "created"),
        is_check=_flag(row, "is_check") or False,
        repeat_of=_text(row, "repeat_of"),
        passed=_flag(row, "passed"),
        late=_text(row, "late"),
        marks=_marks(_json(row, "marks", {})),
        confidence=_number(row, "confidence"),
    )


def _csv_rows(path: Path) -> list[tuple[int, Row]]:
    if not is_ours(path):  # saved again by another program: as that wrote it, with the marks of a safe cell
        return [(number, {name: read_text(cell) for name, cell in row.items()}) for number, row in _table_rows(path)]
    data, _ = read_utf8(path)
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(block_size=min(len(data) + 1, BLOCK)),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string())),
    )
    cells = {name: read_column(table.column(name)).to_pylist() for name in table.column_names if name in COLUMNS}
    return _rows(cells, table.num_rows)


def _table_rows(path: Path) -> list[tuple[int, Row]]:
    table = read_table(path)
    cells = {name: table.strings(name).to_pylist() for name in table.table.column_names if name in COLUMNS}
    return _rows(cells, table.table.num_rows)


def _rows(cells: dict[str, list[str]], count: int) -> list[tuple[int, Row]]:
    return [(place + 2, {name: column[place] for name, column in cells.items()}) for place in range(count)]


def _json_rows(path: Path) -> list[tuple[int, Row]]:
    data, _ = read_utf8(path)
    rows = []
    for number, line in enumerate(data.decode().split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json_value(line)
        except ValueError as error:
            raise InputError(f"{path.name}, row {number}: expected JSON ({error}).") from error
        row = value if isinstance(value, dict) else {}
        rows.append((number, row | {name: to_json(row[name]) for name in JSON if name in row}))
    return rows


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _json(row: Row, name: str, missing: Any) -> Any:
    cell = row.get(name)
    return missing if cell in (None, "") else json_value(cell)


def _number(row: Row, name: str) -> float | None:
    return None if row.get(name) in (None, "") else float(row[name])


def _flag(row: Row, name: str) -> bool | None:
    return None if row.get(name) in (None, "") else str(row[name]).lower() in ("true", "1")


def _marks(value: object) -> dict[str, float]:
    if not isinstance(value, dict) or not all(isinstance(one, int | float) for one in value.values()):
        raise InputError(f"Expected marks as {{name: number}}, got {value!r:.80}.")
    return value

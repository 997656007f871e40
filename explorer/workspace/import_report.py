"""What an import leaves for the next one and for people: the report, what was skipped, and the files as they were."""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_write, read_json, write_json
from explorer.io.hashing import FILE_FIELDS
from explorer.io.incoming import SKIPPED_FIELDS, Incoming
from explorer.io.merge import Merged
from explorer.io.spreadsheet import safe_text
from explorer.io.text import counted
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import IMPORT_REPORT, KNOWN_FILES, SKIPPED

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """Counts of items and sentences on what was mended or left out; all that was skipped stands in skipped.csv."""

    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: int
    notes: tuple[str, ...]
    columns: dict[str, Any]

    def __str__(self) -> str:
        """The counts in words."""
        counts = {"new": self.added, "changed": self.changed, "removed": self.removed, "unchanged": self.unchanged}
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def read_report(ws: Workspace) -> ImportReport | None:
    """The report of the last import; None for workspaces that were not imported, such as demos, or when damaged."""
    try:
        values = read_json(ws.path / IMPORT_REPORT)
        return ImportReport(**{**values, "notes": tuple(values["notes"])})
    except (WorkspaceError, KeyError, TypeError):
        return None


def write_report(folder: Path, incoming: Incoming, merged: Merged, files: pa.Table) -> None:
    """Write what the next import and the pages want to know of this one."""
    with atomic_write(folder / KNOWN_FILES) as temporary:
        pq.write_table(files.filter(pc.equal(files.column("reason"), "")), temporary)
    _write_skipped(folder / SKIPPED, incoming.skipped)
    report = ImportReport(
        added=merged.added,
        changed=merged.changed,
        removed=len(merged.removed),
        unchanged=merged.unchanged,
        skipped=len(incoming.skipped),
        notes=_notes(incoming, merged),
        columns=incoming.columns.to_dict(),
    )
    write_json(folder / IMPORT_REPORT, asdict(report))


def known_files(ws: Workspace) -> pa.Table | None:
    """The files of the last import with what they are known by and their hash; None when that is not known."""
    try:
        found = pq.read_table(ws.path / KNOWN_FILES)
    except (OSError, pa.ArrowException):
        return None
    return found if found.schema.names == FILE_FIELDS.names else None  # earlier versions knew less


def _notes(incoming: Incoming, merged: Merged) -> tuple[str, ...]:
    notes = list(incoming.remarks)
    if merged.removed:
        notes.append(f"{counted(len(merged.removed), 'item')} no longer in the source: {_some(merged.removed)}.")
    if incoming.skipped:
        lines = [f"{path or name} ({reason})" for name, path, reason in incoming.skipped]
        notes.append(f"{counted(len(lines), 'item')} left out: {_some(lines)}.")
    return tuple(notes)


def _some(values: list[str]) -> str:
    return ", ".join(values[:SHOWN]) + (", ..." if len(values) > SHOWN else "")


def _write_skipped(path: Path, skipped: tuple[tuple[str, str, str], ...]) -> None:
    with atomic_write(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SKIPPED_FIELDS)
        writer.writerows(map(safe_text, line) for line in skipped)

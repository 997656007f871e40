"""Import many odd inputs: `python tools/fuzz_inputs.py [COUNT] [FIRST]`; `make fuzz` runs 1,000.

An import ends with items or with a message for people. Then every row of the file is an item, stands in skipped.csv,
or is counted in a note; every column is the id, the image, the text, vectors or an attribute, or a note names it; and a
second import changes nothing.
"""

import re
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer.base.errors import InputError
from explorer.io.columns import Columns
from explorer.io.tables import read_table
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from explorer.workspace.summary import skipped_files
from tools.fuzz_loop import try_seeds
from tools.fuzz_tables import OddTable, odd_table

LEFT_OUT = re.compile(r"^([\d,]+) (?:rows?|lines?|entry|entries) left out", re.MULTILINE)


def fault_of(table: OddTable, target: Path) -> str:
    """What went wrong with an import, "" when all is accounted for or a message says why it cannot be read."""
    try:
        ws = import_source(table.path, target)
    except InputError:
        return ""
    except Exception:  # the very thing that is looked for
        return traceback.format_exc()
    return _lost_rows(ws, table.path) or _lost_columns(ws, table.path) or _changed_again(ws, table.path)


def _changed_again(ws: Workspace, path: Path) -> str:
    """What a second import of the same file changes, which is nothing."""
    before = len(ws.dataset())
    try:
        report = read_report(import_source(path, ws.path))
    except Exception:  # the first import could read it
        return traceback.format_exc()
    return "" if report and report.unchanged == before and not report.added else f"the second import: {report}"


def _notes(ws: Workspace) -> str:
    report = read_report(ws)
    return "\n".join(report.notes) if report else ""


def _lost_rows(ws: Workspace, path: Path) -> str:
    read = read_table(path).table.num_rows
    there, skipped = len(ws.dataset()), len(skipped_files(ws))
    return "" if read == there + skipped else f"{read} rows read, {there} items, {skipped} skipped"


def _lost_columns(ws: Workspace, path: Path) -> str:
    columns, notes = Columns.from_dict(ws.manifest.columns), _notes(ws)
    used = {columns.id, columns.image, columns.text, *columns.vectors, *ws.dataset().attributes}
    lost = [name for name in read_table(path).table.column_names if name not in used and repr(name) not in notes]
    return f"columns neither used nor named: {lost}" if lost else ""


def lost_before(table: OddTable) -> str:
    """Rows that the reader itself neither returns nor counts in a note; "" for files that were cut on purpose."""
    try:
        file = read_table(table.path)
    except InputError:
        return ""
    named = sum(int(found[1].replace(",", "")) for found in LEFT_OUT.finditer("\n".join(file.notes)))
    fewer = table.rows - file.table.num_rows - named
    return f"{fewer} of {table.rows} rows are neither read nor named" if fewer > table.bare and not table.cut else ""


def main(count: int = 1000, first: int = 0) -> int:
    """Try `count` seeds from `first` on; 1 when there is any fault."""
    return try_seeds(_fault_of_seed, count, first)


def _fault_of_seed(seed: int, folder: Path) -> str:
    table = odd_table(folder / "in", seed)
    fault = lost_before(table) or fault_of(table, folder / "ws")
    return f"{table.path.name}: {fault}" if fault else ""


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))

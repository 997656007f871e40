"""Cells of CSV files that a spreadsheet would run as a formula: written with a leading ', read without it again.

A text that begins so already, after any number of ', gets one more: so what was written is what is read.
"""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

BLANK = "\x01-\x20\x7f-\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
STARTS = f"'*(?:[{BLANK}]*[=+@\uff1d\uff0b\uff0d\uff20-]|[\t\r\n])"
RISKY, SAFE = f"^{STARTS}", f"^'{STARTS}"
QUOTED = rb'"(?:[^"]|"")*"'
OURS = re.compile(rb"\xef\xbb\xbf" + QUOTED + rb"(?:," + QUOTED + rb")*\n")
HEAD = 1 << 16


def safe_text(text: str) -> str:
    """`text` as it stands in a CSV file that is safe in a spreadsheet."""
    return f"'{text}" if re.match(RISKY, text) else text


def safe_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same for a column of texts; null stays null."""
    risky = pc.fill_null(pc.match_substring_regex(column, RISKY), False)
    mark, nothing = (pa.scalar(text, column.type) for text in ("'", ""))
    return pc.if_else(risky, pc.binary_join_element_wise(mark, column, nothing), column)


def read_text(cell: str) -> str:
    """The text that `safe_text` made a cell of; cells that nothing was done to stay as they are."""
    return cell[1:] if re.match(SAFE, cell) else cell


def read_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same for a column of texts."""
    safe = pc.fill_null(pc.match_substring_regex(column, SAFE), False)
    return pc.if_else(safe, pc.utf8_slice_codeunits(column, 1), column)


def is_ours(path: Path) -> bool:
    """Whether a CSV file begins as exports from here do: a byte order mark, all names of columns in quotes."""
    with path.open("rb") as file:
        return OURS.match(file.read(HEAD)) is not None

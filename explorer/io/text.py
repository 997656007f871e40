"""Text files in whatever encoding they come, as UTF-8 bytes."""

import codecs
import gzip
import zlib
from pathlib import Path

from explorer.base.errors import InputError

BLOCK = 1 << 24
MAX_RATIO = 1000  # how much larger than its packed size a .gz may get
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def counted(number: int, noun: str) -> str:
    """Say "1 row", "1,200 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_utf8(path: Path) -> tuple[bytes, list[str]]:
    """Return (the file's text as UTF-8 bytes without a byte order mark, notes on what was done).

    A file that ends in .gz is unpacked. UTF-8 and UTF-16 are taken as they are; otherwise each line that is not UTF-8
    is read as Windows-1252. Raises InputError when the file is missing, empty, or not text.
    """
    data = _read(path)
    encoding = _encoding_of(data)
    try:
        data = data.decode(encoding).encode() if encoding else data
    except UnicodeError as error:
        raise InputError(f"{path.name}: expected text, got bytes that are not {encoding} ({error}).") from error
    if not data.strip():
        raise InputError(f"{path.name}: expected a table, got an empty file.")
    if b"\x00" in data:
        raise InputError(f"{path.name}: expected a text table, got a binary file (it holds NUL bytes).")
    return _line_by_line(data)


def _read(path: Path) -> bytes:
    try:
        data = _unpacked(path) if path.suffix.lower() == ".gz" else path.read_bytes()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path.name}: expected a .gz that can be unpacked, got one that is damaged.") from error
    except OSError as error:
        raise InputError(f"{path}: expected a file that can be read ({error.strerror}).") from error
    if not data or data.isspace():
        raise InputError(f"{path.name}: expected a table, got an empty file.")
    return data


def _unpacked(path: Path) -> bytes:
    most = MAX_RATIO * path.stat().st_size
    with gzip.open(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise InputError(f"{path.name}: expected at most {MAX_RATIO} times its size unpacked, got more.")
    return data


def _encoding_of(data: bytes) -> str:
    """The encoding by the first bytes (a byte order mark, or every other byte NUL), "" when they do not tell."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    start = data[:1000]
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > 0.7 * half else ""


def _line_by_line(data: bytes) -> tuple[bytes, list[str]]:
    try:
        _check_utf8(data)
        return data, []
    except UnicodeDecodeError:
        lines = data.split(b"\n")
    changed = []
    for number, line in enumerate(lines, start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            lines[number - 1] = _from_windows(line)
            changed.append(number)
    note = f"{counted(len(changed), 'line')} not in UTF-8, read as Windows-1252; the first is line {changed[0]}."
    return b"\n".join(lines), [note]


def _check_utf8(data: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), BLOCK):
        decoder.decode(data[start : start + BLOCK])
    decoder.decode(b"", final=True)


def _from_windows(line: bytes) -> bytes:
    try:
        return line.decode("cp1252").encode()
    except UnicodeDecodeError:  # five bytes have no meaning in Windows-1252
        return line.decode("latin-1").encode()

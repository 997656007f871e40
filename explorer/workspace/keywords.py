"""The words of all texts as an index of SQLite's FTS5, in keywords/texts/: words.db, rows.npy, lengths.npy,
manifest.json.

Words are cut as FTS5 cuts them and stemmed by Porter. An update takes the index there is, takes out what has gone or
changed, puts in what is new, and takes its place as a whole, so that readers see the old one or the new one.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import ID, TEXT, Dataset, hash_of_strings
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.base.versions import file_stamp
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.sqlite import Connection, connected, has_full_text, without_log
from explorer.io.sums import write_sums, wrong_bytes, wrong_sizes
from explorer.workspace import postings
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST

KIND, NAME, FILE, ROWS, LENGTHS = "keywords", "texts", "words.db", "rows.npy", "lengths.npy"
TOKENIZER = "porter unicode61"
AT_FIRST_USE = 5_000
"""So many texts are indexed within a second, so nobody has to ask for it."""
BATCH = 2_000
_FORMAT = 2
TABLES = f"""
CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = '{TOKENIZER}');
CREATE VIRTUAL TABLE stems USING fts5vocab(texts, row);
CREATE TABLE entries (number INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE, hash BLOB NOT NULL);
"""
MIGRATIONS = (TABLES, postings.TABLE)
WANTED = "CREATE TEMP TABLE wanted (place INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE, hash BLOB NOT NULL)"
GONE = """
SELECT number FROM entries LEFT JOIN wanted ON wanted.item = entries.item AND wanted.hash = entries.hash
WHERE wanted.place IS NULL
"""
MISSING = """
SELECT place FROM wanted WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.item = wanted.item) ORDER BY place
"""
PLACES = "SELECT number, place FROM entries JOIN wanted ON wanted.item = entries.item"
NO_FULL_TEXT = (
    "Keyword search needs the full-text part (FTS5) of SQLite, which this Python's SQLite does not have. "
    "Use a Python from python.org or your system's packages."
)


@dataclass(frozen=True, kw_only=True)
class Keywords:
    """An index that is up to date. path: of the SQLite file. texts: how many it holds.

    rows: (m,) the row of the item by the number of its entry, -1 for numbers that are not in use. lengths: (m,) the
    stems of its text, mean_length of all texts.
    """

    path: Path
    texts: int
    rows: Rows
    lengths: Rows
    mean_length: float


def keyword_stamp(dataset: Dataset) -> str:
    """Changes with the items, their order or their texts; reads all texts."""
    return f"{_FORMAT} {dataset.ids_hash} {hash_of_strings(dataset.table.column(TEXT))}"


def load_keywords(ws: Workspace, stamp: str) -> Keywords | None:
    """The index of the words, None when there is none, or it is of another `stamp` or damaged."""
    folder = ws.folder(KIND, NAME)
    try:
        told = read_json(folder / MANIFEST)
        if told.get("stamp") != stamp or wrong_sizes(folder):
            return None
        rows: Rows = np.load(folder / ROWS, mmap_mode="r", allow_pickle=False)
        lengths: Rows = np.load(folder / LENGTHS, mmap_mode="r", allow_pickle=False)
        texts = int(told["texts"])
        mean = float(lengths.sum()) / max(texts, 1)
        return Keywords(path=folder / FILE, texts=texts, rows=rows, lengths=lengths, mean_length=mean)
    except (OSError, EOFError, ValueError, KeyError, AttributeError, WorkspaceError):
        return None


def keywords_version(ws: Workspace) -> str:
    """Another one whenever the index is made anew; one look at the disk."""
    return file_stamp(ws.folder(KIND, NAME) / MANIFEST)


def build_keywords(ws: Workspace, *, progress: Progress | None = None) -> int:
    """Index the words of the texts that are new or changed; returns how many these were, 0 without any texts.

    Raises Cancelled when `progress` says so, WorkspaceError when the disk is full or SQLite has no FTS5.
    """
    progress, dataset = progress or Silent(), ws.dataset()
    stamp = keyword_stamp(dataset)
    if not dataset.has_texts or load_keywords(ws, stamp) is not None:
        return 0
    if not has_full_text():
        raise WorkspaceError(NO_FULL_TEXT)
    folder = ws.folder(KIND, NAME)
    with atomic_folder(folder) as temporary:
        with suppress(OSError, WorkspaceError):
            _take_over(folder, temporary / FILE)
        with connected(temporary / FILE, MIGRATIONS, write=True) as connection:
            done = _update(connection, dataset, progress)
            rows, lengths = _rows(connection), postings.write_postings(connection)
        without_log(temporary / FILE)
        np.save(temporary / ROWS, rows)
        np.save(temporary / LENGTHS, lengths)
        write_json(temporary / MANIFEST, {"stamp": stamp, "texts": int((rows >= 0).sum()), "tokenizer": TOKENIZER})
        write_sums(temporary)
    progress.finish()
    return done


def _take_over(folder: Path, target: Path) -> None:
    """Begin with the index there is; of a damaged one nothing is used."""
    if read_json(folder / MANIFEST).get("tokenizer") == TOKENIZER and not wrong_bytes(folder):
        shutil.copyfile(folder / FILE, target)


def _update(connection: Connection, dataset: Dataset, progress: Progress) -> int:
    connection.execute(WANTED)
    connection.executemany("INSERT INTO wanted VALUES (?, ?, ?)", _hashed(dataset))
    gone = connection.execute(GONE).fetchall()
    connection.executemany("DELETE FROM texts WHERE rowid = ?", gone)
    connection.executemany("DELETE FROM entries WHERE number = ?", gone)
    places = [int(row[0]) for row in connection.execute(MISSING)]
    progress.start("Indexing words", len(places))
    number = int(connection.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()[0])
    for start in range(0, len(places), BATCH):
        some = places[start : start + BATCH]
        numbers = range(number + start + 1, number + start + 1 + len(some))
        texts = dataset.table.column(TEXT).take(some).to_pylist()
        connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", zip(numbers, texts, strict=True))
        add = "INSERT INTO entries SELECT ?, item, hash FROM wanted WHERE place = ?"
        connection.executemany(add, zip(numbers, some, strict=True))
        progress.advance(start + len(some))
    if gone or places:
        connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    return len(places)


def _hashed(dataset: Dataset) -> Iterator[tuple[int, str, bytes]]:
    """Row, id and hash of the text of every item that has a text."""
    table = dataset.table.select([ID, TEXT])
    for start in range(0, len(dataset), BATCH):
        part = table.slice(start, BATCH)
        for place in np.flatnonzero(pc.not_equal(part.column(TEXT), "").to_numpy()).tolist():
            text = part.column(TEXT)[place].as_py()
            digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            yield start + place, part.column(ID)[place].as_py(), digest


def _rows(connection: Connection) -> Rows:
    found = np.array([tuple(row) for row in connection.execute(PLACES)], dtype=np.int64).reshape(-1, 2)
    rows: Rows = np.full(int(found[:, 0].max(initial=0)) + 1, -1, dtype=np.int64)
    rows[found[:, 0]] = found[:, 1]
    return rows

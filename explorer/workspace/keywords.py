"""The words of all texts as an index of SQLite's FTS5, in keywords/texts/: words.db, rows.npy, keys.npy, lengths.npy,
manifest.json.

Words are cut as FTS5 cuts them and stemmed by Porter. Every text has a number, which is never given again. An update
takes the index there is, takes out what has gone or changed, puts in what is new, and takes its place as a whole, so
that readers see the old one or the new one.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT, Dataset, hash_of_strings
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.base.versions import file_stamp
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.sqlite import Connection, connected, has_full_text, without_log
from explorer.io.sums import write_sums, wrong_bytes, wrong_sizes
from explorer.workspace import postings
from explorer.workspace.folder import Workspace
from explorer.workspace.item_keys import KEYS, text_keys
from explorer.workspace.layout import MANIFEST
from explorer.workspace.postings import TOKENIZER

KIND, NAME, FILE, ROWS, LENGTHS = "keywords", "texts", "words.db", "rows.npy", "lengths.npy"
AT_FIRST_USE = 5_000
"""So many texts are indexed within a second, so nobody has to ask for it."""
BATCH = 2_000
FEW = 0.05
"""Up to this share of texts that came or went, the lists of their stems alone are written."""
_FORMAT = 3
TABLES = f"""
CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = '{TOKENIZER}');
CREATE VIRTUAL TABLE stems USING fts5vocab(texts, row);
CREATE TABLE entries (number INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE, hash BLOB NOT NULL);
"""
MIGRATIONS = (TABLES, postings.TABLE, "DROP TABLE entries;")
NO_FULL_TEXT = (
    "Keyword search needs the full-text part (FTS5) of SQLite, which this Python's SQLite does not have. "
    "Use a Python from python.org or your system's packages."
)


@dataclass(frozen=True, kw_only=True)
class Keywords:
    """An index that is up to date. path: of the SQLite file. texts: how many it holds.

    rows: (m,) the row of the item by the number of its text, -1 for numbers that are not in use. lengths: (m,) the
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
        before = _take_over(folder, temporary / FILE)
        with connected(temporary / FILE, MIGRATIONS, write=True) as connection:
            index = _updated(connection, before, dataset, progress)
        without_log(temporary / FILE)
        for name, values in ((ROWS, index.rows), (KEYS, index.keys), (LENGTHS, index.lengths)):
            np.save(temporary / name, values)
        texts = int((index.rows >= 0).sum())
        write_json(temporary / MANIFEST, {"stamp": stamp, "texts": texts, "tokenizer": TOKENIZER})
        write_sums(temporary)
    progress.finish()
    return index.indexed


@dataclass(frozen=True, kw_only=True)
class _Index:
    """By number of the text, (m,) each: the row of its item, -1 for none, its key and its stems.

    indexed: so many texts were new or changed.
    """

    rows: Rows
    keys: NDArray[np.uint64]
    lengths: Rows
    indexed: int = 0


def _take_over(folder: Path, target: Path) -> _Index:
    """Begin with the index there is; of a damaged one nothing is used."""
    with suppress(OSError, EOFError, ValueError, WorkspaceError, AttributeError):
        if read_json(folder / MANIFEST).get("tokenizer") == TOKENIZER and not wrong_bytes(folder):
            rows, keys, lengths = (np.load(folder / name, allow_pickle=False) for name in (ROWS, KEYS, LENGTHS))
            shutil.copyfile(folder / FILE, target)
            return _Index(rows=rows, keys=keys, lengths=lengths)
    none = np.zeros(1, dtype=np.int64)
    return _Index(rows=none - 1, keys=none.astype(np.uint64), lengths=none)


def _updated(connection: Connection, before: _Index, dataset: Dataset, progress: Progress) -> _Index:
    """The index with the texts of now; its numbers go on from those before."""
    keys, wanted = text_keys(dataset), np.flatnonzero(pc.not_equal(dataset.table.column(TEXT), "").to_numpy())
    used = np.flatnonzero(before.rows >= 0)
    gone = used[~np.isin(before.keys[used], keys[wanted])]
    fresh = wanted[~np.isin(keys[wanted], before.keys[used])]
    numbers = np.arange(len(before.rows), len(before.rows) + len(fresh))
    few = len(gone) + len(fresh) <= FEW * len(used)
    if few:
        postings.note_changed(connection, gone)
    connection.executemany("DELETE FROM texts WHERE rowid = ?", ((number,) for number in gone.tolist()))
    _insert(connection, numbers, dataset, fresh, progress)
    every = np.concatenate([before.keys, keys[fresh]])
    rows = np.full(len(every), -1, dtype=np.int64)
    left = np.concatenate([np.setdiff1d(used, gone, assume_unique=True), numbers])
    rows[left] = wanted[pd.Index(keys[wanted]).get_indexer(pd.Index(every[left]))]
    if few:
        postings.note_changed(connection, numbers)
        lengths = postings.update_postings(connection, gone, np.append(before.lengths, np.zeros_like(numbers)))
    else:
        connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        lengths = postings.write_postings(connection, len(every))
    return _Index(rows=rows, keys=every, lengths=lengths, indexed=len(fresh))


def _insert(connection: Connection, numbers: Rows, dataset: Dataset, rows: Rows, progress: Progress) -> None:
    """Put the texts of these rows in, under these numbers."""
    progress.start("Indexing words", len(rows))
    for start in range(0, len(rows), BATCH):
        some = slice(start, start + BATCH)
        texts = dataset.table.column(TEXT).take(rows[some]).to_pylist()
        pairs = zip(numbers[some].tolist(), texts, strict=True)
        connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", pairs)
        progress.advance(min(start + BATCH, len(rows)))

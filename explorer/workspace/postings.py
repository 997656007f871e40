"""Which texts have a stem, and how often: a list of numbers for each stem, read off the FTS5 index in one pass.

FTS5 looks up the length of every text that has any word of a query, one by one. With these lists and the lengths in an
array, BM25 is a few products of arrays. Where a few texts came or went, the lists of their stems alone are written.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.io.sqlite import Connection

TABLE = """
DROP TABLE stems;
CREATE TABLE postings (stem TEXT NOT NULL UNIQUE, pairs BLOB NOT NULL);
"""
TOKENIZER = "porter unicode61"
PLACES = "CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, texts, instance)"
CHANGED = f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.changed USING fts5(text, tokenize = '{TOKENIZER}')"
CHANGED_PLACES = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.changed_places USING fts5vocab(temp, changed, instance)"
COPY = "INSERT INTO temp.changed (rowid, text) SELECT rowid, text FROM texts WHERE rowid = ?"
BY_STEM = "SELECT term, group_concat(doc) FROM temp.{} GROUP BY term"
_PAIRS = np.dtype("<i4")


@dataclass(frozen=True)
class Postings:
    """The texts that have a stem. numbers: (k,), rising. counts: (k,) how often each has it."""

    numbers: Rows
    counts: Rows


def write_postings(connection: Connection, count: int) -> Rows:
    """Fill the table from the table `texts`; returns (count,) how many stems each text has, by its number."""
    connection.execute("DELETE FROM postings")
    connection.execute(PLACES)
    lengths: Rows = np.zeros(count, dtype=np.int64)
    connection.executemany("INSERT INTO postings VALUES (?, ?)", _written(connection, lengths))
    return lengths


def note_changed(connection: Connection, numbers: Rows) -> None:
    """Remember the texts of these numbers, as they are in the table `texts` now, for `update_postings`."""
    connection.execute(CHANGED)
    connection.execute(CHANGED_PLACES)
    connection.executemany(COPY, ((number,) for number in numbers.tolist()))


def update_postings(connection: Connection, gone: Rows, lengths: Rows) -> Rows:
    """Take the texts `gone` out of the lists and put in the others that were noted; their numbers are the highest.

    lengths: (m,) as `write_postings` returned them, with room for the new ones. Returns them as they are now.
    """
    lengths = lengths.copy()
    lengths[gone] = 0
    for stem, changed in list(_counted(connection, "changed_places")):
        new, before = ~np.isin(changed.numbers, gone), postings_of(connection, stem)
        kept = ~np.isin(before.numbers, changed.numbers)
        numbers = np.concatenate([before.numbers[kept], changed.numbers[new]])
        counts = np.concatenate([before.counts[kept], changed.counts[new]])
        lengths[changed.numbers[new]] += changed.counts[new]
        connection.execute("DELETE FROM postings WHERE stem = ?", (stem,))
        if len(numbers):
            connection.execute("INSERT INTO postings VALUES (?, ?)", (stem, _packed(numbers, counts)))
    return lengths


def postings_of(connection: Connection, stem: str) -> Postings:
    """The texts that have the stem, none for one that is unknown."""
    row = connection.execute("SELECT pairs FROM postings WHERE stem = ?", (stem,)).fetchone()
    numbers, counts = np.frombuffer(row[0] if row else b"", dtype=_PAIRS).reshape(2, -1)
    return Postings(numbers.astype(np.int64), counts.astype(np.int64))


def _written(connection: Connection, lengths: Rows) -> Iterator[tuple[str, bytes]]:
    """Each stem with its numbers and counts as bytes; adds the counts to `lengths`."""
    for stem, found in _counted(connection, "places"):
        lengths[found.numbers] += found.counts
        yield stem, _packed(found.numbers, found.counts)


def _counted(connection: Connection, places: str) -> Iterator[tuple[str, Postings]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    for stem, numbers in cursor.execute(BY_STEM.format(places)):
        yield stem, Postings(*np.unique(np.fromstring(numbers, np.int64, sep=","), return_counts=True))


def _packed(numbers: Rows, counts: Rows) -> bytes:
    return np.stack([numbers, counts]).astype(_PAIRS).tobytes()

"""Which texts have a stem, and how often: a list of numbers for each stem, read off the FTS5 index in one pass.

FTS5 looks up the length of every text that has any word of a query, one by one. With these lists and the lengths in an
array, BM25 is a few products of arrays.
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
PLACES = "CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, texts, instance)"
BY_STEM = "SELECT term, group_concat(doc) FROM temp.places GROUP BY term"
_PAIRS = np.dtype("<i4")


@dataclass(frozen=True)
class Postings:
    """The texts that have a stem. numbers: (k,), rising. counts: (k,) how often each has it."""

    numbers: Rows
    counts: Rows


def write_postings(connection: Connection) -> Rows:
    """Fill the table from the table `texts`; returns (m,) how many stems each text has, by its number."""
    connection.execute("DELETE FROM postings")
    connection.execute(PLACES)
    most = int(connection.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()[0])
    lengths: Rows = np.zeros(most + 1, dtype=np.int64)
    connection.executemany("INSERT INTO postings VALUES (?, ?)", _counted(connection, lengths))
    return lengths


def postings_of(connection: Connection, stem: str) -> Postings:
    """The texts that have the stem, none for one that is unknown."""
    row = connection.execute("SELECT pairs FROM postings WHERE stem = ?", (stem,)).fetchone()
    numbers, counts = np.frombuffer(row[0] if row else b"", dtype=_PAIRS).reshape(2, -1)
    return Postings(numbers.astype(np.int64), counts.astype(np.int64))


def _counted(connection: Connection, lengths: Rows) -> Iterator[tuple[str, bytes]]:
    """Each stem with its numbers and counts as bytes; adds the counts to `lengths`."""
    cursor = connection.cursor()
    cursor.row_factory = None
    for stem, places in cursor.execute(BY_STEM):
        numbers, counts = np.unique(np.fromstring(places, np.int64, sep=","), return_counts=True)
        lengths[numbers] += counts
        yield stem, np.stack([numbers, counts]).astype(_PAIRS).tobytes()

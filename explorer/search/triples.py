"""Triples for training a model on one's own queries: picked on the page, or mined from where the two lists disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows, check_choice
from explorer.base.dataset import ID, PATH, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.io.atomic import atomic_write
from explorer.io.export import FORMATS
from explorer.search.fusion import FIRST, hard_negative
from explorer.search.hybrid import heavy_lists
from explorer.search.keywords import ensure_keywords
from explorer.search.query import QueryPart
from explorer.workspace.opened import Opened
from explorer.workspace.triple_store import Collected, Triple, triple_store

LONGEST_QUERY = 200  # characters
MINED = "mined"


@dataclass(frozen=True)
class Mined:
    """asked: queries. disagreed: those whose first five differ between the two lists. kept: what came in."""

    asked: int
    disagreed: int
    kept: Collected

    @property
    def sentence(self) -> str:
        """In words."""
        share = self.disagreed / max(self.asked, 1)
        return (
            f"{self.kept.words} from {self.asked:,} texts; for {share:.0%} of them the first {FIRST} by meaning and by "
            "keywords are not the same items."
        )


def collect(opened: Opened, triples: Sequence[Triple]) -> Collected:
    """Keep triples that a person picked; InputError for an id that is not in the data."""
    opened.dataset.rows_of([one for triple in triples for one in (triple.positive, triple.negative) if one])
    return triple_store(opened.workspace).add(triples)


def mine(opened: Opened, spec: str, count: int, *, seed: int = 0, progress: Progress | None = None) -> Mined:
    """Triples of `count` items drawn at random by `seed`: a part of the item's text asks, the item is the answer.

    The query is the caption of a picture, else the first 200 characters of a text; of a shorter text, its first half.
    The hard negative is an item that only one of the lists has among its first five (see `hard_negative`); without one
    there is no triple.
    """
    if count < 1:
        raise InputError(f"Expected at least 1 text to mine, got {count}.")
    told = progress or Silent()
    ensure_keywords(opened, told)
    rows = _drawn(opened, spec, count, seed)
    table = opened.dataset.table.select([ID, PATH, TEXT]).take(pa.array(rows)).to_pylist()
    told.start("Mining triples", len(rows))
    found, disagreed = [], 0
    for done, (row, item) in enumerate(zip(rows.tolist(), table, strict=True), 1):
        query = _query(item[TEXT], bool(item[PATH]))
        if query:
            lists = heavy_lists(opened, spec, (QueryPart("text", query),), "")
            disagreed += set(lists[0][:FIRST].tolist()) != set(lists[1][:FIRST].tolist())
            negative = hard_negative(*lists, row)
            if negative >= 0:
                found.append(Triple(query, str(item[ID]), str(opened.dataset.ids[negative])))
        told.advance(done)
    told.finish()
    return Mined(len(rows), disagreed, triple_store(opened.workspace).add(found, MINED))


def triples_table(opened: Opened) -> pa.Table:
    """(m,) all triples: query, positive and negative as ids, then their texts and, where there are any, pictures.

    Columns query, positive, negative, source, made, positive_text, negative_text, positive_path, negative_path. What is
    gone from the data has "".
    """
    table, items = triple_store(opened.workspace).all(), opened.dataset.table
    for column in (TEXT, *([PATH] if opened.dataset.has_images else [])):
        for side in ("positive", "negative"):
            rows = pc.index_in(table[side].cast(items[ID].type), value_set=items[ID])
            values = items[column].cast(pa.string()).take(rows.combine_chunks())
            table = table.append_column(f"{side}_{column}", pc.fill_null(values, ""))
    return table


def triples_bytes(opened: Opened, kind: str) -> bytes:
    """All triples as the bytes of a file; kind: "csv", "parquet" or "jsonl"."""
    return FORMATS[check_choice(kind, FORMATS, "format")](triples_table(opened))


def export_triples(opened: Opened, destination: Path) -> int:
    """Write all triples to `destination`, whose ending (.csv, .parquet, .jsonl) says how; returns how many."""
    kind = destination.suffix.lower().removeprefix(".")
    data = triples_bytes(opened, check_choice(kind, FORMATS, f"{destination.name}: the ending of the file"))
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)
    return triple_store(opened.workspace).count()


def _drawn(opened: Opened, spec: str, count: int, seed: int) -> Rows:
    """Rows with a text and a vector, drawn at random, in order."""
    texts = pc.not_equal(opened.dataset.table.column(TEXT), "").to_numpy()
    rows = np.flatnonzero(texts & opened.embeddings(spec).present)
    return np.sort(at_most(rows, count, np.random.default_rng(seed)))


def _query(text: str, caption: bool) -> str:
    if caption or len(text) > LONGEST_QUERY:
        return text[:LONGEST_QUERY].strip()
    words = text.split()
    return " ".join(words[: len(words) // 2])

"""Where it is known which items are relevant to a query: a column, captions, or judgments of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Floats, Rows
from explorer.base.columns import Codes, codes_of
from explorer.base.dataset import TEXT
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.base.sampling import at_most
from explorer.encoders.pool import POOL
from explorer.features.cutoff.judged import LEAST, Judged
from explorer.index import Neighbours
from explorer.index.contract import score_pairs
from explorer.io.csv_rows import raise_problems, read_rows
from explorer.search.find import item_vector
from explorer.search.wording import described, unquoted
from explorer.workspace.opened import Opened

NEAREST, MOST_QUERIES = 200, 1_000
CAPTION = "caption"
YES, NO = ("1", "1.0", "yes", "true", "y"), ("0", "0.0", "no", "false", "n")
SEED = 0
NOT_READ = "does not place words beside the items: choose another model, such as pocket, or take a column of labels."


@dataclass(frozen=True)
class Opinion:
    """What somebody said of a query and an item. query: an item's id, or with `text` some words."""

    query: str
    item: str
    relevant: bool
    text: bool = False


@remembered(1)
def label_columns(opened: Opened) -> tuple[str, ...]:
    """Columns with two values or more of which many are shared: those that can say what is relevant."""
    coded = {name: codes_of(opened.dataset.table.column(name)).filled() for name in opened.dataset.attributes}
    return tuple(
        name
        for name, codes in coded.items()
        if int((codes.counts > 0).sum()) > 1
        and int(codes.counts[codes.counts > 1].sum()) >= max(LEAST, int(codes.counts.sum()) // 2)
    )


def has_captions(opened: Opened) -> bool:
    """Whether pictures have captions."""
    names = opened.dataset.table.column_names
    return opened.dataset.has_images and (opened.dataset.has_texts or CAPTION in names)


def by_column(opened: Opened, spec: str, column: str) -> Judged:
    """Items as queries; relevant: the same value in the column. The 200 nearest others stand beside each.

    Items without a value are neither. InputError for a column with one value, or none that is repeated.
    """
    codes = _labels(opened, column)
    present = opened.embeddings(spec).present
    shared = np.flatnonzero((codes.codes >= 0) & (codes.counts[codes.codes] > 1) & present)
    rows = at_most(shared, MOST_QUERIES, default_rng(SEED))
    queries = widen(opened.embeddings(spec).vectors[rows])
    count = _beside(opened, spec, 1)
    found = opened.index(spec).query(queries, count + 1, kind="item")
    found = _without_themselves(found, rows, count)
    same = codes.codes[found.rows] == codes.codes[rows][:, None]
    known = (found.rows >= 0) & (codes.codes[found.rows] >= 0)
    return Judged(
        queries=queries,
        cosines=np.where(known, found.similarities, np.nan).astype(np.float32),
        relevant=same & known,
        kind="item",
        source=f"the same {column}",
    )


def by_words(opened: Opened, spec: str, column: str) -> Judged:
    """The values of a column as texts that are asked for; relevant: items that have the value."""
    codes = _labels(opened, column)
    chosen = at_most(np.flatnonzero(codes.counts > 0), MOST_QUERIES, default_rng(SEED))
    queries = _texts(opened, spec, [codes.names[number] for number in chosen])
    found = opened.index(spec).query(queries, _beside(opened, spec, 0), kind="text")
    known = (found.rows >= 0) & (codes.codes[found.rows] >= 0)
    return Judged(
        queries=queries,
        cosines=np.where(known, found.similarities, np.nan).astype(np.float32),
        relevant=(codes.codes[found.rows] == chosen[:, None]) & known,
        kind="text",
        source=f"the values of {column} as words",
    )


def by_captions(opened: Opened, spec: str) -> Judged:
    """Captions as texts that are asked for; relevant: the items that have the caption. Each caption once."""
    dataset = opened.dataset
    column = TEXT if dataset.has_texts else CAPTION
    if not has_captions(opened):
        raise InputError(
            f"{opened.name} has no pictures with captions. Take a column of labels; there are "
            f"{', '.join(dataset.attributes) or 'none'}."
        )
    codes = codes_of(dataset.table.column(column))
    there = np.unique(codes.codes[(codes.codes >= 0) & opened.embeddings(spec).present])
    filled = np.array([number for number in there if codes.names[number].strip()], dtype=np.int64)
    chosen = at_most(filled, MOST_QUERIES, default_rng(SEED))
    queries = _texts(opened, spec, [codes.names[number] for number in chosen])
    found = opened.index(spec).query(queries, _beside(opened, spec, 0), kind="text")
    return Judged(
        queries=queries,
        cosines=found.similarities,
        relevant=(codes.codes[found.rows] == chosen[:, None]) & (found.rows >= 0),
        kind="text",
        source="their own captions",
    )


def read_opinions(path: Path) -> list[Opinion]:
    """Judgments from a CSV with the columns `query` (an item's id) or `text`, `item` and `relevant` (1 or 0).

    InputError that names the line for what cannot be read.
    """
    file = read_rows(path)
    asked = "text" if "text" in file.names else "query"
    missing = [name for name in (asked, "item", "relevant") if name not in file.names]
    if missing:
        raise InputError(
            f"{path.name}: expected the columns query (an item's id) or text, item, relevant; "
            f"{', '.join(missing)} is missing. There are {', '.join(file.names)}."
        )
    problems, found = [], []
    for line, row in file.rows:
        said = row["relevant"].lower()
        if said not in YES + NO:
            problems.append(f"Line {line}: relevant: expected 1 or 0, got {said[:40]!r}.")
        elif not row[asked] or not row["item"]:
            problems.append(f"Line {line}: expected a {asked} and an item.")
        found.append(Opinion(row[asked], row["item"], said in YES, asked == "text"))
    raise_problems(path.name, problems)
    return found


def by_opinions(opened: Opened, spec: str, opinions: Sequence[Opinion], source: str) -> Judged:
    """Judged pairs as they are; of several opinions on a pair the majority counts, half of them as relevant.

    Items that are not there or have no vector are left out. InputError where texts and items are mixed.
    """
    kinds = {one.text for one in opinions}
    if len(kinds) > 1:
        raise InputError(f"{source}: expected queries that are all items or all texts, got both.")
    votes: dict[str, dict[int, list[bool]]] = {}
    present = opened.embeddings(spec).present
    named = list(dict.fromkeys(name for one in opinions for name in (one.item, one.query)))
    rows = dict(zip(named, opened.dataset.places_of(named).tolist(), strict=True))
    for one in opinions:
        row = rows[one.item]
        asked = 0 if one.text else rows[one.query]
        if row >= 0 and asked >= 0 and present[row] and (one.text or present[asked]):
            votes.setdefault(one.query, {}).setdefault(row, []).append(one.relevant)
    if not votes:
        raise InputError(f"{source}: none of its {len(opinions):,} judgments is about items of {opened.name}.")
    asked_for = list(votes)
    if kinds == {True}:
        queries = _texts(opened, spec, asked_for)
    else:
        queries = np.stack([item_vector(opened, spec, rows[one]) for one in asked_for])
    return _padded(opened, spec, queries, list(votes.values()), "text" if kinds == {True} else "item", source)


def _padded(
    opened: Opened, spec: str, queries: Floats, votes: list[dict[int, list[bool]]], kind: str, source: str
) -> Judged:
    width = max(len(one) for one in votes)
    cosines = np.full((len(votes), width), np.nan, dtype=np.float32)
    relevant = np.zeros((len(votes), width), dtype=bool)
    vectors = opened.embeddings(spec).vectors
    for place, one in enumerate(votes):
        rows = np.array(list(one), dtype=np.int64)
        cosines[place, : len(rows)] = score_pairs(queries, vectors, np.full(len(rows), place), rows)
        relevant[place, : len(rows)] = [np.mean(said) >= 0.5 for said in one.values()]
    return Judged(
        queries=queries, cosines=cosines, relevant=relevant, kind="text" if kind == "text" else "item", source=source
    )


def _labels(opened: Opened, column: str) -> Codes:
    if column not in opened.dataset.attributes:
        known = ", ".join(opened.dataset.attributes) or "none"
        raise InputError(f"There is no column {column[:60]!r}. Expected one of: {known}.")
    codes = codes_of(opened.dataset.table.column(column)).filled()
    values = int((codes.counts > 0).sum())
    if values < 2:
        raise InputError(
            f"The column {column} has {'one value' if values else 'no values'}: nothing tells relevant items from "
            "others. Take a column with two values or more."
        )
    if codes.counts.max() < 2:
        raise InputError(f"The values of {column} are all different, so no two items are relevant to each other.")
    return codes


def _texts(opened: Opened, spec: str, texts: list[str]) -> Floats:
    able = opened.encoder(spec).abilities
    if not able.words_find_items:
        raise InputError(f"{spec} {NOT_READ}")
    template = opened.encoder(spec).template
    wanted = [described(text, template) if able.joint else unquoted(text) or text for text in texts]
    return POOL.text_vectors(spec, tuple(wanted))


def _beside(opened: Opened, spec: str, less: int) -> int:
    return max(1, min(NEAREST, len(opened.embeddings(spec).rows) - less))


def _without_themselves(found: Neighbours, rows: Rows, count: int) -> Neighbours:
    """(q, count) the answers without each query itself, which need not come first among its copies."""
    itself = found.rows == rows[:, None]
    itself[~itself.any(axis=1), -1] = True
    keep = ~itself
    shape = (len(rows), found.rows.shape[1] - 1)
    return Neighbours(found.rows[keep].reshape(shape)[:, :count], found.similarities[keep].reshape(shape)[:, :count])

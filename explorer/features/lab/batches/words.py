"""Conditions and answers of a batch for people and for files."""

import numpy as np
import pyarrow as pa

from explorer.features.lab.batches.file import BatchQuery
from explorer.index import Neighbours
from explorer.search.filters import parse_filters
from explorer.workspace.opened import Opened


def condition_words(condition: str) -> str:
    """A condition in the form of `search.filters` as people say it: "colour: red or blue", "year: 1990 to 2000"."""
    (one,) = parse_filters(condition)
    if one.kind == "values":
        return f"{one.column}: {' or '.join('nothing' if value is None else value for value in one.values)}"
    if one.kind == "range":
        low, high = ("" if end is None else f"{end:,.6g}" for end in (one.low, one.high))
        return (
            f"{one.column}: {low} to {high}"
            if low and high
            else f"{one.column}: {f'from {low}' if low else f'to {high}'}"
        )
    return f"{one.column} has {one.text}"


def answer_table(opened: Opened, queries: list[BatchQuery], found: Neighbours) -> pa.Table:
    """A row an answer: line of the query in its file, what it asked for, rank from 1, id and similarity of the item."""
    which, place = np.nonzero(found.rows >= 0)
    rows = found.rows[which, place]
    return pa.table(
        {
            "line": pa.array([queries[one].line for one in which], pa.int64()),
            "query": pa.array([queries[one].part.value for one in which], pa.string()),
            "rank": pa.array(place + 1, pa.int64()),
            "id": pa.array([str(one) for one in opened.dataset.ids[rows]], pa.string()),
            "similarity": pa.array(np.round(found.similarities[which, place].astype(np.float64), 6)),
        }
    )

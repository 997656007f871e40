"""Links as a table, for the page, files and data frames."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.match.assigning import Links
from explorer.features.match.deciding import verdict_of, without_score
from explorer.features.match.service import Matched
from explorer.features.match.side import Side
from explorer.io.atomic import atomic_write
from explorer.io.export import FORMATS
from explorer.workspace.match_store import Pair

COLUMNS = ("left_id", "left", "right_id", "right", "score", "route", "decision")


def link_table(matched: Matched, links: Links, decisions: Mapping[Pair, str] | None = None) -> pa.Table:
    """One row a link, the surest first: ids and compared texts of both sides, score, route, decision, and the parts.

    A link that people made and the matcher did not propose has no score; a part that could not be told is empty.
    """
    pairs = matched.pairs.take(links.places)
    order = np.argsort(-pairs.scores, kind="stable")
    pairs = pairs.take(order)
    left, right = matched.task.left, matched.task.right
    keys = [(left.keys[a], right.keys[b]) for a, b in zip(pairs.left, pairs.right, strict=True)]
    columns = {
        "left_id": [left.ids[row] for row in pairs.left],
        "left": [left.texts[row] for row in pairs.left],
        "right_id": [right.ids[row] for row in pairs.right],
        "right": [right.texts[row] for row in pairs.right],
        "score": pa.array(pairs.scores, pa.float32(), mask=without_score(pairs)),
        "route": [pairs.routes[code] for code in pairs.route],
        "decision": [verdict_of(decisions or {}, pair, matched.task.same) for pair in keys],
    }
    table = {name: pa.array(one, pa.string()) if isinstance(one, list) else one for name, one in columns.items()}
    parts = {f"part {name}": pa.array(values, from_pandas=True) for name, values in pairs.parts.items()}
    return pa.table({**table, **parts})


def alone_table(side: Side, rows: np.ndarray) -> pa.Table:
    """Things without a link: id and compared text."""
    return pa.table(
        {
            "id": pa.array([side.ids[row] for row in rows], pa.string()),
            "text": pa.array([side.texts[row] for row in rows], pa.string()),
        }
    )


def place_of(matched: Matched, left: str, right: str) -> int:
    """Place among the candidates of the pair with these ids; InputError when it is not one."""
    lefts = {one: row for row, one in enumerate(matched.task.left.ids)}
    rights = {one: row for row, one in enumerate(matched.task.right.ids)}
    a, b = lefts.get(left, -1), rights.get(right, -1)
    places = np.flatnonzero((matched.pairs.left == a) & (matched.pairs.right == b))
    if not len(places):
        raise InputError(f"{left!r:.60} and {right!r:.60} are not a pair that the matcher proposed.")
    return int(places[0])


def check_ending(path: Path) -> str:
    """The format that the ending of a file says; InputError for one that links are not written to."""
    return check_choice(path.suffix.lstrip(".").lower(), FORMATS, f"{path.name}: ending of the file")


def write_table(table: pa.Table, path: Path) -> None:
    """Write links to a .csv, .parquet or .jsonl file; InputError for another ending."""
    kind = check_ending(path)
    with atomic_write(path) as file:
        file.write_bytes(FORMATS[kind](table))

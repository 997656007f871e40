"""Links as a table, for the page, files and data frames."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.match.assigning import Links
from explorer.features.match.service import Matched
from explorer.features.match.side import Side
from explorer.io.atomic import atomic_write
from explorer.io.export import FORMATS
from explorer.workspace.match_store import Pair

COLUMNS = ("left_id", "left", "right_id", "right", "score", "route", "decision")


def link_table(matched: Matched, links: Links, decisions: Mapping[Pair, str] | None = None) -> pa.Table:
    """One row a link, the surest first: ids and compared texts of both sides, score, route, decision, and the parts."""
    pairs = matched.pairs.take(links.places)
    order = np.argsort(-pairs.scores, kind="stable")
    pairs = pairs.take(order)
    left, right = matched.task.left, matched.task.right
    ids = [(left.ids[a], right.ids[b]) for a, b in zip(pairs.left, pairs.right, strict=True)]
    said = decisions or {}
    columns = {
        "left_id": [one for one, _ in ids],
        "left": [left.texts[row] for row in pairs.left],
        "right_id": [one for _, one in ids],
        "right": [right.texts[row] for row in pairs.right],
        "score": pairs.scores,
        "route": [pairs.routes[code] for code in pairs.route],
        "decision": [said.get(pair, "") or said.get(pair[::-1], "") * matched.task.same for pair in ids],
    }
    kinds = {"score": pa.float32()}
    table = {name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()}
    return pa.table({**table, **{f"part {name}": pa.array(values) for name, values in pairs.parts.items()}})


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


def write_table(table: pa.Table, path: Path) -> None:
    """Write links to a .csv, .parquet or .jsonl file; InputError for another ending."""
    kind = check_choice(path.suffix.lstrip(".").lower(), FORMATS, f"{path.name}: ending of the file")
    with atomic_write(path) as file:
        file.write_bytes(FORMATS[kind](table))

"""Sure guesses as a new column of the items, with where they come from; and its undo."""

from datetime import UTC, datetime

import numpy as np

from explorer.base.arrays import Mask
from explorer.base.errors import InputError
from explorer.base.metrics import Score, wilson
from explorer.features.label.contract import METHODS
from explorer.features.label.guessing import Guessed
from explorer.io.text import counted
from explorer.search.label_columns import column_codes
from explorer.workspace.added_columns import AddedColumn, column_store
from explorer.workspace.opened import Opened

SOURCE = "accepted guesses"


def sure_ones(found: Guessed, least: float) -> Mask:
    """(k,) the items whose likeliest label reaches the probability, and those that people labelled."""
    sure: Mask = found.sureness >= least
    return sure


def right_ones(opened: Opened, found: Guessed, least: float, column: str) -> Score | None:
    """Share of the sure guesses whose label is the item's value in a column, with its 95 % interval (Wilson 1927).

    Items that people labelled, and those without a value, are left out; None where none is left, or no label is a
    value.
    """
    codes = column_codes(opened, column)
    place = {name: code for code, name in enumerate(codes.names)}
    labels = np.array([place.get(name, -1) for name in found.names])
    guessed = sure_ones(found, least) & ~np.isin(found.rows, found.labelled) & (codes.codes[found.rows] >= 0)
    if not guessed.any() or (labels < 0).all():
        return None
    right, count = labels[found.codes[guessed]] == codes.codes[found.rows[guessed]], int(guessed.sum())
    return Score(float(right.mean()), *wilson(float(right.mean()), count), count)


def accept(opened: Opened, found: Guessed, least: float, name: str) -> AddedColumn:
    """Write the labels of the sure items into a new column `name` of the workspace; nothing else is changed.

    InputError when the column is there already, the probability is none, or no guess reaches it.
    """
    if not 0.0 < least <= 1.0:
        raise InputError(f"Expected a probability above 0 and at most 1, got {least:g}.")
    if name.strip() in opened.tagged.table.column_names:
        raise InputError(f"There is a column {name.strip()!r} already. Choose another name.")
    sure = sure_ones(found, least)
    guessed = int(sure.sum()) - len(found.labelled)
    if guessed < 1:
        raise InputError(
            f"No guess reaches {least:g}: the surest of {METHODS[found.method].label} is {_surest(found):.3f}. "
            "Give more labels, or accept from a lower probability."
        )
    ids = opened.dataset.ids[found.rows[sure]]
    names = np.array(found.names, dtype=object)[found.codes[sure]]
    told = {
        "source": SOURCE,
        "method": found.method,
        "labelling": found.labelling,
        "model": found.encoder,
        "threshold": least,
        "guessed": guessed,
        "by people": len(found.labelled),
        "items": len(opened.dataset),
        "date": datetime.now(UTC).date().isoformat(),
    }
    return column_store(opened.workspace).add(name, dict(zip(map(str, ids), map(str, names), strict=True)), told)


def accepted(opened: Opened) -> list[AddedColumn]:
    """The columns that were accepted, the oldest first."""
    return column_store(opened.workspace).columns()


def take_away(opened: Opened, name: str) -> None:
    """Take an accepted column away; InputError when there is none of this name."""
    column_store(opened.workspace).remove(name)


def column_words(column: AddedColumn) -> str:
    """Where a column comes from."""
    told = column.told
    if told.get("source") != SOURCE:
        return f"{column.name}: {counted(column.values, 'item')}"
    method = METHODS[told["method"]].label if told.get("method") in METHODS else told.get("method")
    return (
        f"{column.name}: {counted(column.values, 'item')}, {told.get('by people', 0):,} labelled by people and "
        f"{told.get('guessed', 0):,} guessed with at least {told.get('threshold', 0):g} by {method} from "
        f"“{told.get('labelling', '')}” under {told.get('model', '')}, {told.get('date', '')}"
    )


def _surest(found: Guessed) -> float:
    others = ~np.isin(found.rows, found.labelled)
    return float(found.probabilities.max(axis=1)[others].max(initial=0.0))

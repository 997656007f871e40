"""Chamfer similarity of several vectors an item as a scorer: each vector of the question has its best partner."""

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.progress import Progress
from explorer.features.lab.scorers.pairs import Scorer, Scores
from explorer.features.lab.several.chamfer import chamfer
from explorer.features.lab.several.store import kept_sets
from explorer.workspace.opened import Opened


def _lacks(opened: Opened, spec: str) -> str:
    found = kept_sets(opened, spec)
    return (
        ""
        if found
        else f"Several vectors of each item are needed: tab “Several vectors”, or explorer lab vectors {opened.name}"
    )


def _rows(opened: Opened, spec: str) -> Rows:
    kept = kept_sets(opened, spec)
    return kept.rows if kept else np.empty(0, dtype=np.int64)


def _make(opened: Opened, spec: str, rows: Rows, progress: Progress) -> Scores:
    kept = kept_sets(opened, spec)
    assert kept is not None  # `lacks` was asked
    sets = kept.sets.take(rows)

    def scores(question: int, items: Rows) -> Doubles:
        asked = sets.of(question)
        return np.asarray(chamfer(asked, sets.take(items)) / len(asked), dtype=np.float64)

    return scores


CHAMFER = Scorer(
    name="chamfer",
    label="Chamfer similarity of patches or tokens",
    formula="mean over q in Q of max over p in P of q · p",
    source="Khattab and Zaharia 2020",
    needs=("several vectors",),
    lacks=_lacks,
    rows=_rows,
    make=_make,
)

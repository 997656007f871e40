"""Two or more encoders of a workspace, item by item: vectors that belong together, scores, and their files."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.compare.checks import LEAST
from explorer.features.compare.contract import MEASURES, get_measure
from explorer.features.compare.resampling import REPLICATES, SAMPLE, Score, sample_rows, score, score_pair
from explorer.io.atomic import read_json, write_json
from explorer.workspace.folder import MANIFEST, Workspace

_FORMAT = 1


@dataclass(frozen=True)
class Aligned:
    """Vectors of the same items under two encoders.

    rows: (m,) row numbers in the first workspace. x: (m, d), y: (m, e). dropped: items that only one side has.
    common: items that both have, of which m were drawn.
    """

    rows: Rows
    x: NDArray[Any]
    y: NDArray[Any]
    dropped: int
    common: int


@dataclass(frozen=True)
class PairReport:
    """Scores of encoder b against encoder a. items: compared; dropped: had no vector on one side."""

    a: str
    b: str
    items: int
    common: int
    dropped: int
    scores: tuple[Score, ...]


def aligned(ws: Workspace, a: str, b: str, *, most: int = 0, seed: int = 0, other: Workspace | None = None) -> Aligned:
    """The vectors that items have under both encoders, at most `most` of them at random (0: all, memory-mapped).

    other: the workspace that holds the vectors of `b`, when it is another one; items are matched by id. Raises
    InputError when fewer than 10 items are in both.
    """
    left, right = ws.embeddings(a), (other or ws).embeddings(b)
    if other is None:
        rows = np.flatnonzero(left.present & right.present)
        places = rows
        either = int((left.present | right.present).sum())
    else:
        rows, places = _match(ws, other, left.rows, right.rows)
        either = len(left.rows) + len(right.rows) - len(rows)
    if len(rows) < LEAST:
        raise InputError(
            f"{a} and {b} have only {len(rows)} items in common, of {either:,}; comparing needs at least {LEAST}. "
            "Embed the items with both models first."
        )
    chosen = sample_rows(len(rows), most or len(rows), np.random.default_rng(seed))
    whole = len(chosen) == len(left) == len(right) and np.array_equal(rows, places)
    x, y = (left.vectors, right.vectors) if whole else (left.vectors[rows[chosen]], right.vectors[places[chosen]])
    return Aligned(rows[chosen].astype(np.int64), x, y, either - len(rows), len(rows))


def _match(ws: Workspace, other: Workspace, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Rows of the same ids in both workspaces, among those with vectors, in the order of the first."""
    ids = ws.dataset().ids[left]
    places = other.dataset().ids[right].get_indexer(ids)
    return left[places >= 0], right[places[places >= 0]]


def score_encoders(
    ws: Workspace,
    a: str,
    b: str,
    *,
    measures: Sequence[str] = tuple(MEASURES),
    items: int = SAMPLE,
    replicates: int = REPLICATES,
    other: Workspace | None = None,
    progress: Progress | None = None,
) -> PairReport:
    """Score b against a by `measures` on at most `items` items."""
    for name in measures:
        get_measure(name)
    pair = aligned(ws, a, b, most=items, other=other)
    scores = score_pair(pair.x, pair.y, measures, replicates=replicates, progress=progress or Silent())
    return PairReport(a, b, len(pair.rows), pair.common, pair.dropped, tuple(scores))


def save_report(ws: Workspace, report: PairReport, items: int) -> None:
    """Keep the report with the workspace, for the page."""
    write_json(_report_path(ws, report.a, report.b, items), asdict(report))


def load_report(ws: Workspace, a: str, b: str, items: int) -> PairReport | None:
    """The kept report of these vectors, None when there is none."""
    path = _report_path(ws, a, b, items)
    if not path.is_file():
        return None
    values = read_json(path)
    return PairReport(**values | {"scores": tuple(Score(**one) for one in values["scores"])})


def compare_folder(ws: Workspace) -> Path:
    """Where what the Compare page makes is kept; it may be deleted at any time."""
    return ws.path / "cache" / "compare"


def stamp(ws: Workspace, *specs: str) -> str:
    """Short hash that changes whenever the vectors of one of the encoders do."""
    made = [str(read_json(ws.folder("embeddings", spec) / MANIFEST).get("created", "")) for spec in specs]
    return blake2b("|".join([*specs, *made, str(_FORMAT)]).encode(), digest_size=8).hexdigest()


def _report_path(ws: Workspace, a: str, b: str, items: int) -> Path:
    return compare_folder(ws) / f"scores-{stamp(ws, a, b)}-{items}.json"


@dataclass(frozen=True)
class Matrix:
    """Scores of every encoder against every other. values: (k, k); items: used for all pairs; dropped: not in all."""

    encoders: tuple[str, ...]
    measure: str
    values: NDArray[np.float64]
    items: int
    dropped: int


def score_matrix(
    ws: Workspace, encoders: Sequence[str], measure: str, *, items: int = 1_000, progress: Progress | None = None
) -> Matrix:
    """Every encoder (row) against every other (column) on the same items, those that have a vector under all."""
    progress, found = progress or Silent(), get_measure(measure)
    sides = [ws.embeddings(spec) for spec in encoders]
    present = np.array([side.present for side in sides])
    rows = np.flatnonzero(present.all(axis=0))
    dropped = int(present.any(axis=0).sum()) - len(rows)
    if len(rows) < LEAST:
        raise InputError(f"Only {len(rows)} items have a vector under all of {', '.join(encoders)}; expected {LEAST}.")
    rows = rows[sample_rows(len(rows), items, np.random.default_rng(0))]
    vectors = [np.asarray(side.vectors[rows], dtype=np.float32) for side in sides]
    values = np.full((len(sides), len(sides)), found.best)
    progress.start(f"Comparing {len(sides)} models", len(sides) ** 2)
    for i in range(len(sides)):
        for j in range(len(sides)):
            if i < j or (i > j and found.direction != "both"):
                values[i, j] = score(vectors[i], vectors[j], measure)
                if found.direction == "both":
                    values[j, i] = values[i, j]
            progress.advance(i * len(sides) + j + 1)
    progress.finish()
    return Matrix(tuple(encoders), measure, values, len(rows), dropped)

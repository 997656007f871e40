"""What the page and the command ask about a collection: its geometry, its doubtful labels, copies across its splits."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.columns import Codes, codes_of
from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.encoders.pool import POOL
from explorer.features.diagnose.doubtful import Doubtful, doubtful, neighbour_probabilities, usable
from explorer.features.diagnose.gap import Gap, gap
from explorer.features.diagnose.hubness import Hubness, hubness
from explorer.features.diagnose.leakage import Leakage, leakage
from explorer.features.diagnose.spread import Spread, spread
from explorer.index.graph import item_neighbours
from explorer.search.cleaning import content_stamp, duplicates
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.opened import Opened
from explorer.workspace.probes import general_texts

NEIGHBOURS, OF_HUBS = 20, 10
LEAST_ITEMS, MOST_LABELS = 3, 500
LABEL_NAMES = ("label", "class", "category", "species")
SPLIT_NAMES = ("split", "subset", "fold", "set", "partition")
SPLIT_VALUES = {"train", "training", "test", "testing", "val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class Geometry:
    """How the vectors of a collection lie. gap: None where the model does not read texts as well as pictures."""

    hubness: Hubness
    spread: Spread
    gap: Gap | None


def known_neighbours(opened: Opened, spec: str) -> Rows | None:
    """(m, 20) nearest other items of each item that has a vector, when they were worked out before; else None."""
    kept = kept_arrays(opened.workspace.folder("neighbours", spec), content_stamp(opened, spec))
    return None if kept is None else np.asarray(kept["rows"], dtype=np.int64)


def neighbours(opened: Opened, spec: str, progress: Progress | None = None) -> Rows:
    """As `known_neighbours`, worked out and kept in the workspace where they are not there.

    Of every item by the index of the encoder, so in a large collection a few are missed (see its recall). -1 where
    there are fewer others.
    """

    def make() -> Rows:
        found = known_neighbours(opened, spec)
        return _worked_out(opened, spec, progress or Silent()) if found is None else found

    rows: Rows = opened.memory.of("diagnose neighbours", (spec,), 2, make)
    return rows


@remembered(8)
def geometry(opened: Opened, spec: str) -> Geometry:
    """Hubness of the ten nearest neighbours, spread of the vectors, and the gap to texts.

    InputError when fewer than three items have a vector.
    """
    vectors = opened.embeddings(spec)
    if len(vectors.rows) < LEAST_ITEMS:
        raise InputError(f"Expected at least {LEAST_ITEMS} items with a vector under {spec}, got {len(vectors.rows)}.")
    near = neighbours(opened, spec)[:, :OF_HUBS]
    shape = spread(vectors.vectors, vectors.rows)
    return Geometry(hubness(near, vectors.rows, len(vectors)), shape, _gap(opened, spec))


@remembered(16)
def doubtful_labels(opened: Opened, spec: str, column: str) -> tuple[Doubtful, Codes]:
    """Items whose value in a column their neighbours contradict, and the column's values.

    InputError when there is no such column, when it has fewer than two values that two items have, or too many.
    """
    codes = column_codes(opened, column)
    vectors = opened.embeddings(spec)
    rows = usable(codes.codes, vectors.present)
    different = len(np.unique(codes.codes[rows]))
    if not 2 <= different <= MOST_LABELS:
        raise InputError(
            f"Column {column}: expected 2 to {MOST_LABELS} values that two items or more have, got {different}. "
            "Choose a column of labels."
        )
    places = np.searchsorted(vectors.rows, rows)
    near = neighbours(opened, spec)[places]
    chances = neighbour_probabilities(near, codes.codes, len(codes))
    return doubtful(chances, rows, codes.codes[rows]), codes


def leaks(opened: Opened, spec: str, column: str, threshold: float | None = None) -> tuple[Leakage, Codes]:
    """Copies that lie in more than one split, and the splits: values of `column`. See `cleaning.duplicates`."""
    codes = column_codes(opened, column)
    if not 2 <= len(codes) <= MOST_LABELS:
        raise InputError(f"Column {column}: expected 2 to {MOST_LABELS} splits, got {len(codes)}.")
    return leakage(duplicates(opened, spec, threshold), codes.codes, len(codes)), codes


def label_columns(opened: Opened) -> list[str]:
    """Columns whose values can be labels, the likeliest first: at least two values, most of them on several items."""
    found = [(name, column_codes(opened, name)) for name in opened.dataset.attributes]
    names = [name for name, codes in found if _are_labels(codes, len(opened.dataset))]
    last = split_column(opened)

    def rank(name: str) -> tuple[bool, int]:
        words = name.casefold()
        return name == last, next(
            (place for place, known in enumerate(LABEL_NAMES) if known in words), len(LABEL_NAMES)
        )

    return sorted(names, key=rank)


def split_column(opened: Opened) -> str:
    """The column that most likely names splits, "" when none does."""
    for name in opened.dataset.attributes:
        values = {value.casefold() for value in column_codes(opened, name).names} if _few(opened, name) else set()
        if values & SPLIT_VALUES and (name.casefold() in SPLIT_NAMES or values <= SPLIT_VALUES):
            return name
    return next((name for name in opened.dataset.attributes if name.casefold() in SPLIT_NAMES), "")


@remembered(64)
def column_codes(opened: Opened, column: str) -> Codes:
    """The values of an attribute, without texts that are blank; InputError when there is none of this name."""
    if column not in opened.dataset.attributes:
        names = ", ".join(opened.dataset.attributes) or "none, this collection has no columns"
        raise InputError(f"Expected one of the columns {names}; got {column!r}.")
    return codes_of(opened.dataset.table.column(column)).filled()


def _few(opened: Opened, column: str) -> bool:
    return len(column_codes(opened, column)) <= MOST_LABELS


def _are_labels(codes: Codes, count: int) -> bool:
    shared = codes.counts[codes.counts >= 2]
    several = 2 <= len(shared) <= MOST_LABELS and shared.sum() >= count / 2
    return bool(several and not pa.types.is_floating(codes.values.type))


def _gap(opened: Opened, spec: str) -> Gap | None:
    vectors = opened.embeddings(spec)
    with suppress(ModelError, WorkspaceError):
        able = opened.encoder(spec).abilities
        if able.texts and able.joint and opened.dataset.has_images:
            return gap(vectors.vectors[vectors.rows], POOL.text_vectors(spec, general_texts()))
    return None


def _worked_out(opened: Opened, spec: str, progress: Progress) -> Rows:
    vectors = opened.embeddings(spec)
    progress.start("Finding the neighbours of every item", len(vectors.rows))
    k = min(NEIGHBOURS, max(1, len(vectors.rows) - 1))
    found = item_neighbours(opened.index(spec), vectors.vectors, vectors.rows, k, progress.advance).rows
    progress.finish()
    rows = np.full((len(found), NEIGHBOURS), -1, dtype=np.int64)
    rows[:, :k] = found
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        folder = opened.workspace.folder("neighbours", spec)
        keep_arrays(folder, content_stamp(opened, spec), {"rows": rows.astype(np.int32)})
    return rows

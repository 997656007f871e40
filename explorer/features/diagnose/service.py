"""What the page and the command ask about a collection: its geometry, its doubtful labels, copies across its splits."""

from contextlib import suppress
from dataclasses import dataclass

from explorer.base.columns import Codes
from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.base.memory import remembered
from explorer.encoders.pool import POOL
from explorer.features.diagnose.gap import Gap, gap
from explorer.features.diagnose.hubness import Hubness, hubness
from explorer.features.diagnose.leakage import Leakage, leakage
from explorer.features.diagnose.spread import Spread, spread
from explorer.search.cleaning import duplicates
from explorer.search.doubtful import Doubtful, doubtful_codes
from explorer.search.label_columns import MOST_LABELS, column_codes
from explorer.search.nearest_items import neighbours
from explorer.workspace.opened import Opened
from explorer.workspace.probes import general_texts

OF_HUBS = 10
LEAST_ITEMS = 3


@dataclass(frozen=True)
class Geometry:
    """How the vectors of a collection lie. gap: None where the model does not read texts as well as pictures."""

    hubness: Hubness
    spread: Spread
    gap: Gap | None


@remembered(8)
def geometry(opened: Opened, spec: str) -> Geometry:
    """Hubness of the ten nearest neighbours (of fewer, all), spread of the vectors, and the gap to texts.

    InputError when fewer than three items have a vector.
    """
    vectors = opened.embeddings(spec)
    if len(vectors.rows) < LEAST_ITEMS:
        raise InputError(f"Expected at least {LEAST_ITEMS} items with a vector under {spec}, got {len(vectors.rows)}.")
    near = neighbours(opened, spec)[:, : min(OF_HUBS, len(vectors.rows) - 1)]
    shape = spread(vectors.vectors, vectors.rows)
    return Geometry(hubness(near, vectors.rows, len(vectors)), shape, _gap(opened, spec))


@remembered(16)
def doubtful_labels(opened: Opened, spec: str, column: str) -> tuple[Doubtful, Codes]:
    """Items whose value in a column their neighbours contradict, and the column's values.

    InputError when there is no such column, when it has fewer than two values that two items have, or too many.
    """
    codes = column_codes(opened, column)
    return doubtful_codes(opened, spec, codes.codes, len(codes), f"Column {column}"), codes


def leaks(opened: Opened, spec: str, column: str, threshold: float | None = None) -> tuple[Leakage, Codes]:
    """Copies that lie in more than one split, and the splits: values of `column`. See `cleaning.duplicates`."""
    codes = column_codes(opened, column)
    if not 2 <= len(codes) <= MOST_LABELS:
        raise InputError(f"Column {column}: expected 2 to {MOST_LABELS} splits, got {len(codes)}.")
    return leakage(duplicates(opened, spec, threshold), codes.codes, len(codes)), codes


def _gap(opened: Opened, spec: str) -> Gap | None:
    vectors = opened.embeddings(spec)
    with suppress(ModelError, WorkspaceError):
        able = opened.encoder(spec).abilities
        if able.texts and able.joint and opened.dataset.has_images:
            return gap(vectors.vectors[vectors.rows], POOL.text_vectors(spec, general_texts()))
    return None

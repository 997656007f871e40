"""What a method guesses of every item of a workspace: worked out, kept until labels, items or model change."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.features.label.contract import METHODS
from explorer.features.label.method import FewLabels
from explorer.features.label.service import Work, labels_of, labels_stamp, work_of
from explorer.features.label.views.kept import kept_views
from explorer.workspace.answers import models_stamp
from explorer.workspace.derived import Arrays, keep_arrays, kept_arrays, told_of
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

AT_ONCE = 20_000
"""Of so many items an untrained method's guesses are worked out while the page waits."""
FORMAT, SEED = 2, 0


@dataclass(frozen=True, kw_only=True)
class Guessed:
    """Guesses of a method on a workspace.

    rows: (k,) row numbers of the items with a vector. probabilities: (k, c) float32, rows sum to 1. names: (c,) labels.
    labelled: (m,) row numbers of the items whose label people gave; own: (m,) its number. method, encoder, labelling:
    what it was made with. details: of the method.
    """

    rows: Rows
    probabilities: Floats
    names: tuple[str, ...]
    labelled: Rows
    own: Rows
    method: str
    encoder: str
    labelling: str
    details: Mapping[str, object]

    @property
    def codes(self) -> Rows:
        """(k,) number of the likeliest label of each item; of a labelled one, the label that people gave."""
        found: Rows = self.probabilities.argmax(axis=1).astype(np.int64)
        found[np.searchsorted(self.rows, self.labelled)] = self.own
        return found

    def whole_codes(self, count: int) -> Rows:
        """(count,) the same for all items of the workspace, -1 without a vector."""
        found = np.full(count, -1, dtype=np.int64)
        found[self.rows] = self.codes
        return found

    @property
    def sureness(self) -> Floats:
        """(k,) probability of the likeliest label of each item, 1 where people gave it."""
        found: Floats = self.probabilities.max(axis=1)
        found[np.searchsorted(self.rows, self.labelled)] = 1.0
        return found


def needs_job(opened: Opened, method: str) -> bool:
    """Whether the guesses of a method take so long that a page starts a job for them."""
    return bool(METHODS[method].trained) or len(opened.dataset) > AT_ONCE


def known_guesses(opened: Opened, spec: str, labelling: str, method: str) -> Guessed | None:
    """What a method guesses, where it was worked out before for the labels, items and vectors as they are now."""
    folder = _folder(opened, spec, labelling, method)
    kept = kept_arrays(folder, _stamp(opened, spec, labelling))
    if kept is None:
        return None
    told = told_of(folder)
    return Guessed(
        rows=np.asarray(kept["rows"]),
        probabilities=np.asarray(kept["probabilities"]),
        names=tuple(told["names"]),
        labelled=np.asarray(kept["labelled"]),
        own=np.asarray(kept["own"]),
        method=method,
        encoder=spec,
        labelling=labelling,
        details=dict(told["details"]),
    )


def guesses(opened: Opened, spec: str, labelling: str, method: str, progress: Progress | None = None) -> Guessed:
    """As `known_guesses`, worked out and kept where they are not there.

    InputError for an unknown method and when fewer than two labels have an item.
    """
    check_choice(method, METHODS, "method")
    known = known_guesses(opened, spec, labelling, method)
    if known is not None:
        return known
    stamp = _stamp(opened, spec, labelling)
    work = work_of(opened, spec, labels_of(opened, labelling))
    few = _with_views(opened, spec, work) if METHODS[method].trained else work.few
    found = METHODS[method].guess(few, np.random.default_rng(SEED), progress or Silent())
    made = Guessed(
        rows=work.places,
        probabilities=found.probabilities,
        names=few.names,
        labelled=work.places[few.rows],
        own=few.codes,
        method=method,
        encoder=spec,
        labelling=labelling,
        details=found.details,
    )
    arrays: Arrays = {
        "rows": made.rows,
        "probabilities": made.probabilities,
        "labelled": made.labelled,
        "own": made.own,
    }
    folder = _folder(opened, spec, labelling, method)
    with suppress(OSError, WorkspaceError):  # where nothing can be written the answer is shown and not kept
        folder.parent.mkdir(parents=True, exist_ok=True)
        keep_arrays(folder, stamp, arrays, names=list(made.names), details=dict(made.details))
    return made


def _with_views(opened: Opened, spec: str, work: Work) -> FewLabels:
    views = kept_views(opened, spec)
    few = work.few
    if views is None:
        return few
    taken = views[:, work.places]
    return FewLabels(vectors=few.vectors, rows=few.rows, codes=few.codes, names=few.names, views=taken)


def _folder(opened: Opened, spec: str, labelling: str, method: str) -> Path:
    return opened.workspace.folder("cache") / "label" / "guesses" / slug(f"{method} {spec} {labelling}")


def _stamp(opened: Opened, spec: str, labelling: str) -> str:
    parts = (FORMAT, labels_stamp(opened, labelling), models_stamp(opened.workspace, spec), opened.dataset.ids_hash)
    return " ".join(map(str, parts))

"""Trying another model on a sample of a workspace; what was found is kept beside it until the data change."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import ExplorerError, InputError, WorkspaceError
from explorer.base.metrics import mean_score
from explorer.base.progress import Progress, Silent
from explorer.encoders import canonical, load_encoder
from explorer.encoders.base import Encoder
from explorer.encoders.fetching import ensure_here
from explorer.encoders.speed import LEAST, note_speed, speed_of
from explorer.features.replacing.service import label_columns
from explorer.io.atomic import read_json, write_json
from explorer.library.trying.measures import Codes, K, changed_neighbours, column_beside, words_beside
from explorer.library.trying.report import Beside, Lists, WhatChanges, from_dict
from explorer.library.trying.sample import draw, look
from explorer.maps.neighbours import top
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened
from explorer.workspace.probes import LETTERS, general_texts, own_texts

ITEMS, FEWEST, QUERIES, FOUND, MOVED, COLUMNS = 400, 30, 6, 5, 4, 6
FILE, BEGIN = "report.json", "trial of "


def try_model(
    opened: Opened,
    new: str,
    old: str,
    *,
    queries: Sequence[str] = (),
    items: int = ITEMS,
    progress: Progress | None = None,
) -> WhatChanges:
    """Look at a sample with the model `new` and say what changes beside `old`, which the workspace has; kept.

    queries: texts to answer with both; values of the columns, or everyday things, where there are none. The model is
    downloaded first when it is one of the short list and not here. InputError when fewer than 30 items can be compared.
    """
    spec, progress = canonical(new), progress or Silent()
    ensure_here(spec, progress)
    encoder = load_encoder(spec)
    rows = draw(opened, old, encoder, items)
    _check_enough(len(rows), spec, old)
    seen = look(opened, encoder, rows, progress)
    _check_enough(len(seen.rows), spec, old)
    note_speed(spec, seen.speed)
    before = _loaded(opened, old)
    if before is not None and speed_of(old) is None:  # so that the other models of the list can be estimated
        note_speed(old, look(opened, before, seen.rows[:LEAST], progress).speed)
    vectors = unit_rows(opened.embeddings(old).vectors[seen.rows])
    trial = _Trial(opened, seen.rows, (vectors, seen.vectors), (before, encoder))
    found = trial.report(old, spec, _words(opened, queries), seen.speed.items / seen.speed.seconds)
    write_json(report_file(opened.workspace, old, spec), found.as_dict())
    return found


def _check_enough(count: int, new: str, old: str) -> None:
    if count < FEWEST:
        raise InputError(
            f"{new} can be compared with {old} on {count} items only; expected at least {FEWEST}. "
            "Embed everything with it instead: explorer prepare."
        )


def load_trial(workspace: Workspace, old: str, new: str) -> WhatChanges | None:
    """What the last trial of `new` beside `old` found; None when there is none for the vectors and items of now."""
    return _load(workspace, report_file(workspace, old, new))


def load_trials(workspace: Workspace) -> list[WhatChanges]:
    """All trials of the vectors and items of now, the newest first."""
    files = workspace.folder("cache").glob(f"{BEGIN.replace(' ', '_')}*/{FILE}")
    newest = sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)
    return [found for path in newest if (found := _load(workspace, path))]


def _load(workspace: Workspace, path: Path) -> WhatChanges | None:
    with suppress(WorkspaceError, TypeError, KeyError, ValueError, AttributeError):
        found = from_dict(read_json(path))
        return found if found.stamp == _stamp(workspace, found.old) else None
    return None


def report_file(workspace: Workspace, old: str, new: str) -> Path:
    """Where a trial is kept; it may be deleted at any time."""
    return workspace.folder("cache", f"{BEGIN}{new} beside {old}") / FILE


def _stamp(workspace: Workspace, old: str) -> str:
    return " ".join(map(str, workspace.embeddings_stamp(old)))


def _loaded(opened: Opened, spec: str) -> Encoder | None:
    """The model that made the vectors, when it can be loaded: else texts cannot be asked of it."""
    with suppress(ExplorerError):
        return opened.encoder(spec)
    return None


def _words(opened: Opened, queries: Sequence[str]) -> tuple[str, ...]:
    """The texts that both models answer."""
    asked = [*dict.fromkeys(text.strip() for text in queries if text.strip())][:QUERIES]
    everyday = general_texts()
    return tuple(asked) or own_texts(opened.dataset, QUERIES) or everyday[:: len(everyday) // QUERIES][:QUERIES]


class _Trial:
    """(m,) rows with their unit vectors under both models."""

    def __init__(
        self, opened: Opened, rows: Rows, vectors: tuple[Floats, Floats], encoders: tuple[Encoder | None, Encoder]
    ) -> None:
        self.opened, self.rows, self.vectors, self.encoders = opened, rows, vectors, encoders
        self.ids = opened.dataset.ids[rows]

    def report(self, old: str, new: str, texts: Sequence[str], rate: float) -> WhatChanges:
        movers = changed_neighbours(*self.vectors)
        changed = K * (1 - movers.shared)
        near = movers.left.rows, movers.right.rows
        codes = {name: self._codes(name) for name in label_columns(self.opened)[:COLUMNS]}
        columns = [column_beside(name, near, found[0]) for name, found in codes.items()]
        words = [self._zero_shot(name, *found) for name, found in codes.items()]
        return WhatChanges(
            old=old,
            new=new,
            items=len(self.rows),
            collection=len(self.opened.dataset),
            changed=mean_score(changed),
            counts=tuple(np.bincount(np.round(changed).astype(np.int64), minlength=K + 1).tolist()),
            columns=tuple(one for one in columns if one),
            words=tuple(one for one in words if one),
            queries=tuple(self._answers(texts)),
            moved=tuple(self._lists(str(self.ids[row]), near[0][row], near[1][row]) for row in movers.order[:MOVED]),
            rate=rate,
            dim=self.vectors[1].shape[1],
            stamp=_stamp(self.opened.workspace, old),
        )

    def _codes(self, column: str) -> tuple[Codes, list[str]]:
        """(m,) class numbers of the sample, -1 without a value, and the values."""
        values = self.opened.dataset.column(column).iloc[self.rows]
        filled = values.notna() & (values.astype(str).str.strip() != "")
        names = sorted(set(values[filled].astype(str)))
        number = {name: place for place, name in enumerate(names)}
        codes = [number[str(value)] if there else -1 for value, there in zip(values, filled, strict=True)]
        return np.array(codes, dtype=np.int64), names

    @property
    def _answering(self) -> "tuple[Encoder, Encoder] | None":
        """Both models, when texts can be asked of both."""
        first, second = self.encoders
        if first is None or not all(one.abilities.texts for one in (first, second)):
            return None
        pictures = self.opened.dataset.has_images
        can = all(one.abilities.joint or not (pictures and one.abilities.images) for one in (first, second))
        return (first, second) if can else None

    def _zero_shot(self, column: str, codes: Codes, names: list[str]) -> Beside | None:
        """Each item named by its nearest value, where values are words."""
        asking = self._answering
        if asking is None or len(names) < 2 or not all(LETTERS.search(name) for name in names):
            return None
        read = [name.replace("_", " ") for name in names]
        named = [one.encode_texts([one.template.format(name) for name in read]) for one in asking]
        sides = (self.vectors[0], named[0]), (self.vectors[1], named[1])
        return words_beside(column, sides, codes)

    def _answers(self, texts: Sequence[str]) -> list[Lists]:
        asking = self._answering
        if asking is None:
            return []
        best = [self._nearest(one.encode_texts(list(texts)), side) for side, one in enumerate(asking)]
        return [self._lists(text, old, new) for text, old, new in zip(texts, *best, strict=True)]

    def _nearest(self, texts: Floats, side: int) -> Rows:
        """(t, 5) places of the items nearest to each text."""
        return top(texts @ self.vectors[side].T, min(FOUND, len(self.rows)))[0]

    def _lists(self, asked: str, old: Rows, new: Rows) -> Lists:
        found = partial(map, str)
        return Lists(asked, tuple(found(self.ids[old[:FOUND]])), tuple(found(self.ids[new[:FOUND]])))

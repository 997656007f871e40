"""Compatibility of heads and of models is kept in the workspace, so that the page shows what a job has made."""

from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.features.replacing.compatibility.matrix import Compatibility
from explorer.features.replacing.compatibility.versions import Upgrades
from explorer.io.atomic import write_json
from explorer.workspace.answers import answer_path, models_stamp, read_answer
from explorer.workspace.opened import Opened

FORMAT = "1"


@dataclass(frozen=True, kw_only=True)
class Upgrading:
    """Versions of heads that tell the values of `column` apart, on the vectors of `spec`.

    items: labelled items that are drawn, 0 for all.
    """

    column: str
    spec: str
    versions: int
    seed: int = 0
    items: int = 0


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Which of several models, old to new, may ask which gallery. items: as of `Upgrading`."""

    column: str
    specs: tuple[str, ...]
    items: int = 0


@dataclass(frozen=True, kw_only=True)
class Galleries:
    """The answer. queries, gallery: how many items. dropped: how many were left out, and why."""

    matrix: Compatibility
    queries: int
    gallery: int
    dropped: str


def load_upgrades(opened: Opened, what: Upgrading) -> Upgrades | None:
    """The kept answer to this question, None when there is none."""
    found = read_answer(_upgrades_path(opened, what))
    if not found:
        return None
    ways = {name: _matrix(rows) for name, rows in found.pop("ways").items()}
    return Upgrades(ways, tuple(found.pop("classes_seen")), **found)


def keep_upgrades(opened: Opened, what: Upgrading, found: Upgrades) -> None:
    """Keep it for the page."""
    ways = {name: one.matrix.tolist() for name, one in found.ways.items()}
    write_json(_upgrades_path(opened, what), {**vars(found), "ways": ways})


def load_galleries(opened: Opened, what: Asking) -> Galleries | None:
    """The kept answer to this question, None when there is none."""
    found = read_answer(_galleries_path(opened, what))
    return Galleries(matrix=_matrix(found.pop("matrix")), **found) if found else None


def keep_galleries(opened: Opened, what: Asking, found: Galleries) -> None:
    """Keep it for the page."""
    write_json(_galleries_path(opened, what), {**vars(found), "matrix": found.matrix.matrix.tolist()})


def _matrix(rows: list[list[Any]]) -> Compatibility:
    return Compatibility(np.array(rows, dtype=np.float64))


def _upgrades_path(opened: Opened, what: Upgrading) -> Path:
    return answer_path(opened, "compare/upgrades", (FORMAT, *astuple(what)), models_stamp(opened.workspace, what.spec))


def _galleries_path(opened: Opened, what: Asking) -> Path:
    return answer_path(
        opened, "compare/galleries", (FORMAT, *astuple(what)), models_stamp(opened.workspace, *what.specs)
    )

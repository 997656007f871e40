"""Merged classifiers are kept in the workspace, so that the page shows what a job has made."""

from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.features.replacing.merging.between import Mixtures
from explorer.features.replacing.merging.merge import Merge, MergedWay
from explorer.io.atomic import write_json
from explorer.workspace.answers import answer_path, models_stamp, read_answer
from explorer.workspace.opened import Opened

FORMAT = "1"


@dataclass(frozen=True, kw_only=True)
class Merging:
    """Two classifiers of `column` on the vectors of `spec`. hidden: units in each of two layers. first, second: seeds.

    items: labelled items that are drawn, 0 for all.
    """

    column: str
    spec: str
    hidden: int
    first: int
    second: int
    items: int = 0


def load_merge(opened: Opened, what: Merging) -> Merge | None:
    """The kept answer to this question, None when there is none."""
    found = read_answer(_path(opened, what))
    return _merge(found) if found else None


def keep_merge(opened: Opened, what: Merging, found: Merge) -> None:
    """Keep it for the page."""
    ways = {name: {**asdict(way), "between": _lists(way.between)} for name, way in found.ways.items()}
    write_json(_path(opened, what), {**asdict(found), "ways": ways})


def _lists(line: Mixtures) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in vars(line).items()}


def _merge(kept: dict[str, Any]) -> Merge:
    ways = {name: _way(way) for name, way in kept["ways"].items()}
    return Merge(ways, kept["chance"], kept["tested"], tuple(kept["sizes"]), tuple(kept["thresholds"]))


def _way(kept: dict[str, Any]) -> MergedWay:
    line = Mixtures(**{name: np.array(values, dtype=np.float64) for name, values in kept["between"].items()})
    return MergedWay(line, kept["distance"], tuple(kept["aligned"]))


def _path(opened: Opened, what: Merging) -> Path:
    return answer_path(opened, "compare/merging", (FORMAT, *astuple(what)), models_stamp(opened.workspace, what.spec))

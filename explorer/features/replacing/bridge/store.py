"""Bridges and their reports are kept in the workspace, so that the page shows, and asks with, what a job has made."""

from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import WorkspaceError
from explorer.features.replacing.bridge.linear import LinearBridge
from explorer.features.replacing.bridge.measure import BridgeReport, Crossed
from explorer.features.replacing.bridge.method import Means
from explorer.io.atomic import atomic_write, write_json
from explorer.workspace.answers import answer_path, models_stamp, read_answer
from explorer.workspace.opened import Opened

FORMAT = "1"


@dataclass(frozen=True, kw_only=True)
class Bridging:
    """A bridge from the model `new` to the model `old`, fitted on so many anchors.

    column: its values are the texts; "" for captions, or common words.
    """

    new: str
    old: str
    column: str
    anchors: int


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A fitted bridge, and the means of the texts under both models."""

    bridge: LinearBridge
    text_means: Means

    def texts(self, vectors: Floats) -> Floats:
        """(n, e) what (n, d) vectors of texts by the new model are in the space of the old one."""
        return self.bridge(vectors, self.text_means)


def load_report(opened: Opened, what: Bridging) -> BridgeReport | None:
    """The kept report of this bridge, None when there is none, or its bridge is gone."""
    found = read_answer(_path(opened, what, ".json"))
    if not found or not _path(opened, what, ".npz").is_file():
        return None
    ways = {name: Crossed(**way) for name, way in found["ways"].items()}
    return BridgeReport(**{**found, "ways": ways, "dims": tuple(found["dims"])})


def load_crossing(opened: Opened, what: Bridging) -> Crossing:
    """The kept bridge itself; WorkspaceError when it is missing or damaged."""
    path = _path(opened, what, ".npz")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            bridge = LinearBridge(kept["turn"], kept["mean_a"], kept["mean_b"], int(kept["anchors"]))
            return Crossing(bridge=bridge, text_means=(kept["text_mean_a"], kept["text_mean_b"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise WorkspaceError(f"{path} cannot be read. Delete it, and fit the bridge again.") from error


def keep_bridge(opened: Opened, what: Bridging, crossing: Crossing, report: BridgeReport) -> None:
    """Keep both for the page, the bridge first: a report is there with its bridge."""
    first, second = crossing.text_means
    with atomic_write(_path(opened, what, ".npz")) as temporary:
        np.savez(temporary, **vars(crossing.bridge), text_mean_a=first, text_mean_b=second)
    write_json(_path(opened, what, ".json"), asdict(report))


def _path(opened: Opened, what: Bridging, suffix: str) -> Path:
    models = models_stamp(opened.workspace, what.new, what.old)
    return answer_path(opened, "compare/bridges", (FORMAT, *astuple(what)), models, suffix)

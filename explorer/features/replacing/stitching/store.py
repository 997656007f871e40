"""Cells of the stitching lab are kept, in a workspace or at home, so that the page shows what a job has made."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.base.settings import home
from explorer.base.shipped import ASSETS
from explorer.base.versions import joint_stamp
from explorer.features.compare.contract import PREFIX, is_network, network_stamp
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.digits_cnn import weights_of
from explorer.heads.head import MANIFEST
from explorer.io.atomic import read_json, write_json
from explorer.workspace.answers import answer_path, keep_answer, read_answer
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

SHIPPED = ASSETS / "stitching"
FORMAT = "2"
"""Changes when cells are made in another way: those of before are made again."""


@dataclass(frozen=True)
class Stitching:
    """What was stitched: specs of two models, the column of labels, and how they are told apart."""

    a: str
    b: str
    column: str
    task: str


@dataclass(frozen=True)
class DigitsStitching:
    """The guided example: the front of the network `first` into the layer `target` of the network `second`."""

    first: int
    second: int
    target: str


def load_cells(opened: Opened, what: Stitching) -> list[Cell]:
    """Cells of earlier runs, one a layer pair and method; [] when there are none."""
    return _read(_path(opened, what))


def keep_cells(opened: Opened, what: Stitching, cells: Sequence[Cell]) -> None:
    """Add cells to those that are there; one of the same layers and method takes the old one's place."""
    kept = {(c.source, c.target, c.method): c for c in [*load_cells(opened, what), *cells]}
    _write(_path(opened, what), list(kept.values()))


def load_digits_cells(what: DigitsStitching) -> list[Cell]:
    """Cells of an earlier run on the same networks, else those that ship; [] when there are none."""
    return _read(_digits_path(what)) or _shipped(what)


def ship_digits_cells(what: DigitsStitching, cells: Sequence[Cell], root: Path = SHIPPED) -> Path:
    """Write all cells of the guided example into one layer to the files that ship; returns the file."""
    path = root / _shipped_name(what)
    keep_answer(path, {"format": FORMAT, "weights": _sums(what), "cells": [asdict(cell) for cell in cells]})
    return path


def _shipped(what: DigitsStitching, root: Path = SHIPPED) -> list[Cell]:
    """The cells that ship, when they were made with these weights and in this way."""
    found = read_answer(root / _shipped_name(what)) or {}
    if (found.get("format"), found.get("weights")) != (FORMAT, _sums(what)):
        return []
    return [Cell(**cell) for cell in found["cells"]]


def _shipped_name(what: DigitsStitching) -> str:
    return f"{what.first}-{what.second}-{what.target.replace(' ', '_')}.json"


def _sums(what: DigitsStitching) -> list[str]:
    """Checksums of the weights of both networks."""
    return [str(read_json(weights_of(seed).with_name(MANIFEST))["sha256"]) for seed in (what.first, what.second)]


def keep_digits_cells(what: DigitsStitching, cells: Sequence[Cell]) -> None:
    """Keep all cells of the guided example into one layer."""
    path = _digits_path(what)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, cells)


def _read(path: Path) -> list[Cell]:
    return [Cell(**cell) for cell in (read_answer(path) or {}).get("cells", ())]


def _write(path: Path, cells: Sequence[Cell]) -> None:
    write_json(path, {"cells": [asdict(cell) for cell in cells]})


def _digits_path(what: DigitsStitching) -> Path:
    stamp = joint_stamp(weights_of(seed) for seed in (what.first, what.second))
    parts = [FORMAT, str(what.first), str(what.second), what.target, stamp]
    return home() / "cache" / "stitching" / f"{slug('|'.join(parts))}.json"


def _path(opened: Opened, what: Stitching) -> Path:
    prints = "-".join(_made(opened, spec) for spec in (what.a, what.b))
    return answer_path(opened, "compare/stitching", (FORMAT, what.a, what.b, what.column, what.task), prints)


def _made(opened: Opened, spec: str) -> str:
    """Changes with the weights of a model, or with layers that were brought."""
    if is_network(spec):
        return network_stamp(opened.workspace, spec.removeprefix(PREFIX))
    return str(opened.embeddings(spec).settings.get("weights", ""))

"""Cells of the stitching lab that are kept with a workspace, so that the page shows what a job has made."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.features.compare.contract import compare_folder
from explorer.features.replacing.stitching.bench import Cell
from explorer.io.atomic import read_json, write_json
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

FORMAT = "2"
"""Changes when cells are made in another way: those of before are made again."""


@dataclass(frozen=True)
class Stitching:
    """What was stitched: specs of two models, the column of labels, and how they are told apart."""

    a: str
    b: str
    column: str
    task: str


def load_cells(opened: Opened, what: Stitching) -> list[Cell]:
    """Cells of earlier runs, one a layer pair and method; [] when there are none."""
    path = _path(opened, what)
    return [Cell(**cell) for cell in read_json(path)["cells"]] if path.is_file() else []


def keep_cells(opened: Opened, what: Stitching, cells: Sequence[Cell]) -> None:
    """Add cells to those that are there; one of the same layers and method takes the old one's place."""
    kept = {(c.source, c.target, c.method): c for c in [*load_cells(opened, what), *cells]}
    write_json(_path(opened, what), {"cells": [asdict(cell) for cell in kept.values()]})


def _path(opened: Opened, what: Stitching) -> Path:
    manifest = opened.workspace.manifest
    prints = "-".join(str(opened.embeddings(spec).settings.get("weights", "")) for spec in (what.a, what.b))
    parts = [FORMAT, what.a, what.b, what.column, what.task, manifest.created, str(manifest.version), prints]
    return compare_folder(opened.workspace) / "stitching" / f"{slug('|'.join(parts))}.json"

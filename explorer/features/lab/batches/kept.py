"""What the page shows of batches: measured by a job, kept with the workspace, read again."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from explorer.base.progress import Progress
from explorer.features.lab.batches.file import read_batch
from explorer.features.lab.batches.measure import TAB, BatchReport, Drawn, made_up, measure, of_file
from explorer.features.lab.batches.tree import Node
from explorer.features.lab.batches.words import answer_table
from explorer.features.lab.report import report_from, report_path
from explorer.io.atomic import atomic_write, write_json
from explorer.io.export import csv_bytes
from explorer.workspace.answers import read_answer
from explorer.workspace.opened import Opened

FORMAT = 1


def stamp(file: Path | None) -> str:
    """Names the content of a file of queries; "" for a made-up batch."""
    return blake2b(file.read_bytes(), digest_size=8).hexdigest() if file else ""


def measure_and_keep(opened: Opened, spec: str, file: Path | None, progress: Progress | None = None) -> BatchReport:
    """Measure the ways to answer a file of queries, or a made-up batch, and keep what was found for the page.

    InputError for a file that cannot be used, see `file.read_batch`.
    """
    queries = read_batch(file, opened.tagged) if file else None
    work = made_up(opened, spec) if queries is None else of_file(opened, spec, queries, progress)
    found, answers = measure(opened, spec, work, progress)
    path = _path(opened, spec, stamp(file))
    path.parent.mkdir(parents=True, exist_ok=True)
    if queries is not None:
        with atomic_write(path.with_suffix(".csv")) as temporary:
            temporary.write_bytes(csv_bytes(answer_table(opened, queries, answers.neighbours)))
    write_json(path, asdict(found))
    return found


def kept_batch(opened: Opened, spec: str, made_from: str) -> BatchReport | None:
    """What was measured for a file of this stamp; None when nothing was, or it cannot be read."""
    found = read_answer(_path(opened, spec, made_from))
    with suppress(KeyError, TypeError, ValueError):
        if found:
            return BatchReport(**found | {"report": report_from(found["report"]), "tree": _tree(found["tree"])})
    return None


def kept_answers(opened: Opened, spec: str, made_from: str) -> Path | None:
    """The exact answers to a file of this stamp, as CSV; None where there are none."""
    path = _path(opened, spec, made_from).with_suffix(".csv")
    return path if path.is_file() else None


def _tree(found: Mapping[str, Any]) -> Drawn:
    return Drawn(
        nodes=tuple(Node(**node) for node in found["nodes"]),
        conditions=tuple(found["conditions"]),
        leaves=int(found["leaves"]),
        lists=tuple((int(leaf), int(cluster), int(items)) for leaf, cluster, items in found["lists"]),
    )


def _path(opened: Opened, spec: str, made_from: str) -> Path:
    return report_path(opened, TAB, spec, FORMAT, made_from, opened.tags)

"""What pages and commands ask of several vectors an item."""

from contextlib import suppress
from dataclasses import asdict

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import ModelError, WorkspaceError
from explorer.base.progress import Progress
from explorer.features.lab.report import report_from, report_path
from explorer.features.lab.several.measure import Curve, SeveralReport, measure
from explorer.features.lab.several.store import KeptSets, kept_sets
from explorer.workspace.answers import keep_answer, read_answer
from explorer.workspace.index_queries import text_queries
from explorer.workspace.opened import Opened

TAB, FORMAT = "several", 1


def sets_of(opened: Opened, spec: str) -> KeptSets:
    """The kept vectors; WorkspaceError that says what to do when there are none."""
    kept = kept_sets(opened, spec)
    if kept is None:
        raise WorkspaceError(
            f"There are no several vectors of {spec} yet: explorer lab vectors {opened.name} --model {spec}"
        )
    return kept


def measure_and_keep(opened: Opened, spec: str, progress: Progress | None = None) -> SeveralReport:
    """Measure, and keep it for the page."""
    kept = sets_of(opened, spec)
    found = measure(kept, _words(opened, spec, kept), spec, progress)
    path = report_path(opened, TAB, spec, FORMAT, kept.made)
    keep_answer(path, asdict(found))
    return found


def kept_measure(opened: Opened, spec: str, kept: KeptSets) -> SeveralReport | None:
    """What was measured with these vectors; None when nothing was, or it cannot be read."""
    found = read_answer(report_path(opened, TAB, spec, FORMAT, kept.made))
    with suppress(KeyError, TypeError):
        if found:
            curves = tuple(
                Curve(**one | {"at": tuple(one["at"]), "recalls": tuple(one["recalls"])}) for one in found["curves"]
            )
            pairs = tuple((float(one), float(other)) for one, other in found["pairs"])
            return SeveralReport(report_from(found["report"]), curves, pairs, float(found["correlation"]))
    return None


def _words(opened: Opened, spec: str, kept: KeptSets) -> Floats | None:
    """(t, d) vectors of texts that can ask patches; None where they cannot, or the model is not here."""
    if kept.of != "patches" or not kept.words:
        return None
    with suppress(ModelError, WorkspaceError):
        return text_queries(opened.dataset, opened.encoder(spec), np.random.default_rng(0))
    return None

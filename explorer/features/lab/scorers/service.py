"""What pages and commands ask of expensive scorers."""

from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path

from explorer.base.progress import Progress
from explorer.features.lab.report import report_from, report_path
from explorer.features.lab.scorers.measure import ScorerReport, ScorerSettings, measure_scorer
from explorer.features.lab.scorers.own_function import is_own
from explorer.features.lab.scorers.registry import SCORERS, scorer_of
from explorer.features.lab.several.store import kept_sets
from explorer.workspace.answers import keep_answer, read_answer
from explorer.workspace.opened import Opened

TAB, FORMAT = "scorers", 1


def usable_scorers(opened: Opened, spec: str) -> dict[str, str]:
    """The scorers of the program by name, each with why it cannot be used here, "" when it can."""
    return {name: scorer.lacks(opened, spec) for name, scorer in SCORERS.items()}


def measure_and_keep(
    opened: Opened, spec: str, name: str, settings: ScorerSettings, progress: Progress | None = None
) -> ScorerReport:
    """Measure a scorer by its name or `FILE.py:FUNCTION`; kept for the page unless it is a function of one's own."""
    found = measure_scorer(opened, spec, scorer_of(name), settings, progress)
    if not is_own(name):
        path = _path(opened, spec, name, settings)
        keep_answer(path, asdict(found))
    return found


def kept_measure(opened: Opened, spec: str, name: str, settings: ScorerSettings) -> ScorerReport | None:
    """What was measured with these settings; None when nothing was, or it cannot be read."""
    found = read_answer(_path(opened, spec, name, settings))
    with suppress(KeyError, TypeError):
        if found:
            errors = tuple(tuple(row) for row in found["errors"])
            return ScorerReport(report_from(found["report"]), str(found["scorer"]), errors, int(found["asked"]))
    return None


def _path(opened: Opened, spec: str, name: str, settings: ScorerSettings) -> Path:
    kept = kept_sets(opened, spec) if name == "chamfer" else None
    question = (FORMAT, name, *astuple(settings), kept.made if kept else "")
    return report_path(opened, TAB, spec, *question)

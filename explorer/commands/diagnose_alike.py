"""What `explorer diagnose` tells of fixes of the geometry, of groups of items that are alike, and of drift."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from explorer.commands.common import note_result, progress_of

if TYPE_CHECKING:
    from explorer.features.diagnose.fixes.service import Report
    from explorer.workspace.opened import Opened


def mend(opened: "Opened", spec: str, *, fix: str, labels: str, job: Path | None) -> None:
    """Apply a fix, or with "" tell what each would change."""
    from explorer.features.diagnose.fixes.service import apply, label_column, report

    if fix:
        said = apply(opened, spec, fix, progress_of(job))
        note_result(job, said)
        typer.echo(said)
    else:
        _tell_fixes(report(opened, spec, label_column(opened, labels), progress_of(job)))


def _tell_fixes(found: "Report") -> None:
    from explorer.features.diagnose.fixes.words import change_words, fix_title, measured_on

    typer.echo(measured_on(found))
    for one in found.effects:
        gap = f", gap {one.gap:.3f}" if one.gap is not None else ""
        typer.echo(f"{fix_title(one.fix)}: hubness {one.hubness:.2f}, mean cosine {one.mean_cosine:.3f}{gap}")
        for line in change_words(one):
            typer.echo(f"  {line}")
    for name, why in found.refused.items():
        typer.echo(f"{fix_title(name)}: {why}")

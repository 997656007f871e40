"""What `explorer diagnose` tells of fixes of the geometry, of groups of items that are alike, and of drift."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from explorer.commands.common import note_result, progress_of

if TYPE_CHECKING:
    from explorer.features.diagnose.alike.service import Grouping
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


def tell_alike(opened: "Opened", spec: str, *, cosine: float, truth: str, drift: str, job: Path | None) -> None:
    """Groups of items that are the same thing at a cosine, or with `drift` how near the periods of a column are."""
    from explorer.features.diagnose.alike.service import (
        drift_of,
        grouped,
        links_of,
        proposed_cosine,
        undated,
        worst_chain,
    )
    from explorer.features.diagnose.alike.words import chain_words
    from explorer.io.text import counted

    if drift:
        found = drift_of(opened, spec, drift, progress_of(job))
        typer.echo(f"Cosine to the nearest of {found.sampled:,} items of each period of {drift}:")
        for name, row in zip(found.names, found.similarities, strict=True):
            told = (f"{other} {value:.3f}" for other, value in zip(found.names, row, strict=True))
            typer.echo(f"{name}: {', '.join(told)}")
        if lacking := undated(opened, drift):
            typer.echo(f"{counted(lacking, 'item')} without a value in {drift} left out.")
        return
    links_of(opened, spec, progress_of(job))
    proposal = proposed_cosine(opened, spec)
    cosine = cosine or proposal.threshold
    typer.echo(f"From a cosine of {cosine:.2f} on (proposed: {proposal.threshold:.2f}). {proposal.why}")
    for name, one in grouped(opened, spec, cosine, truth).items():
        _tell_grouping(name, one)
    chain = worst_chain(opened, spec, cosine, "components")
    if chain:
        typer.echo(chain_words(chain, cosine))


def _tell_grouping(name: str, found: "Grouping") -> None:
    from explorer.features.diagnose.alike.words import LABELS
    from explorer.features.diagnose.fixes.words import score_words

    if found.missing:
        typer.echo(f"{LABELS[name]}: {found.missing}")
        return
    groups = "" if name == "pairs" else f" in {len(found.groups):,} groups; {found.largest:.0%} of them in the largest"
    typer.echo(f"{LABELS[name]}: {found.pairs:,} pairs of {found.items:,} items{groups}")
    told = found.agreement
    if told:
        ari = "" if told.ari is None else f", ARI {told.ari:.3f}"
        scores = [told.pair_words(one) for one in ("precision", "recall", "f1")]
        typer.echo("  of pairs: precision {}, recall {}, F1 {}{}".format(*scores, ari))
        if told.item_precision and told.item_recall:
            words = (score_words(told.item_precision), score_words(told.item_recall))
            typer.echo("  by items: precision {}, recall {}".format(*words))

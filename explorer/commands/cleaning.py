"""`explorer duplicates` and `explorer outliers`: what to look at when cleaning up a collection."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import open_target, progress_of

SHOWN = 20

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]
Export = Annotated[Path | None, typer.Option("--export", help="Write them to a .csv, .parquet, .jsonl or .zip.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]


def duplicates(
    workspace: Target,
    model: Model = "",
    threshold: Annotated[
        float | None, typer.Option(help="Least agreement of two copies, to 1; proposed from the data when left out.")
    ] = None,
    export: Export = None,
    job: Job = None,
) -> None:
    """Find copies: resized, recompressed, cropped, framed, mirrored or otherwise changed ones; exact ones first."""
    from explorer.io.export import export_rows
    from explorer.io.text import counted
    from explorer.search.cleaning import duplicates as groups_of
    from explorer.search.cleaning import group_columns, proposed
    from explorer.workspace.tags import WithTags

    opened = open_target(workspace)
    spec = opened.best_encoder(model)
    groups = groups_of(opened, spec, threshold, progress_of(job))
    proposal = proposed(opened, spec)
    typer.echo(f"Threshold {threshold if threshold is not None else proposal.threshold:.3g}. {proposal.why}")
    rows, extra = group_columns(groups)
    typer.echo(
        f"{counted(len(groups), 'group')} with {counted(len(rows), 'item')}; "
        f"keeping one of each removes {len(rows) - len(groups):,}."
    )
    for group in groups[:SHOWN]:
        typer.echo(f"{group.similarity:.3f}  {'  '.join(opened.dataset.ids[group.rows])}")
    if len(groups) > SHOWN:
        typer.echo(f"… and {len(groups) - SHOWN:,} more groups; --export writes all.")
    if export:
        export_rows(WithTags(opened.workspace), rows, export, extra)
        typer.echo(f"{len(rows):,} items written to {export}")


def outliers(
    workspace: Target,
    model: Model = "",
    k: Annotated[int, typer.Option("-k", "--count", help="How many items.")] = SHOWN,
    export: Export = None,
    job: Job = None,
) -> None:
    """Find the items that are least like any other."""
    from explorer.io.export import export_rows
    from explorer.search.cleaning import outliers as lonely
    from explorer.workspace.tags import WithTags

    opened = open_target(workspace)
    rows, scores = lonely(opened, opened.best_encoder(model), progress_of(job))
    rows, scores = rows[: max(0, k)], scores[: max(0, k)]
    for item, score in zip(opened.dataset.ids[rows], scores, strict=True):
        typer.echo(f"{score:.3f}  {item}")
    if export:
        export_rows(WithTags(opened.workspace), rows, export, {"loneliness": scores.round(4)})
        typer.echo(f"{len(rows):,} items written to {export}")

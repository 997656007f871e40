"""`explorer diagnose`: hubs, the shape of the space, doubtful labels, copies across splits."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from explorer.features.diagnose.service import Geometry
    from explorer.workspace.opened import Opened

SHOWN = 20


def diagnose(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")] = "",
    labels: Annotated[str, typer.Option(help="Tell which labels of this column are in doubt.")] = "",
    splits: Annotated[str, typer.Option(help="Tell which copies lie in two values of this column.")] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Tell what is wrong with an embedding or a collection."""
    from explorer.commands.common import open_target, progress_of
    from explorer.features.diagnose.service import geometry, neighbours

    opened = open_target(workspace)
    spec = opened.best_encoder(model)
    if not splits or labels:
        neighbours(opened, spec, progress_of(job))
    if not labels and not splits:
        _tell_geometry(geometry(opened, spec))
    if labels:
        _tell_labels(opened, spec, labels)
    if splits:
        _tell_splits(opened, spec, splits)


def _tell_geometry(found: "Geometry") -> None:
    hubs, shape = found.hubness, found.spread
    typer.echo(
        f"Hubness: skewness {hubs.skewness:.2f} of how often items are among the {hubs.k} nearest of others; the "
        f"most frequent hundredth takes {hubs.top:.1%} of the places, {hubs.never:.1%} of the items take none."
    )
    typer.echo(
        f"Spread: mean cosine of two items {shape.mean_cosine:.3f}; effective rank {shape.effective_rank:.1f} and "
        f"participation ratio {shape.participation:.1f} of {shape.dim} directions; the first holds {shape.first:.1%}."
    )
    if found.gap:
        typer.echo(
            f"Pictures and texts: {found.gap.distance:.3f} between their means, mean cosine {found.gap.between:.3f}; "
            f"two pictures {found.gap.pictures:.3f}, two texts {found.gap.texts:.3f}."
        )


def _tell_labels(opened: "Opened", spec: str, column: str) -> None:
    from explorer.features.diagnose.service import doubtful_labels

    found, codes = doubtful_labels(opened, spec, column)
    typer.echo(f"{len(found.rows):,} of {found.counted:,} labels in {column} are in doubt.")
    columns = (found.rows, found.given, found.proposed, found.margins)
    for row, given, proposed, margin in list(zip(*columns, strict=True))[:SHOWN]:
        typer.echo(f"{margin:+.3f}  {opened.dataset.ids[row]}: {codes.names[given]}, rather {codes.names[proposed]}")


def _tell_splits(opened: "Opened", spec: str, column: str) -> None:
    from explorer.features.diagnose.service import leaks

    found, codes = leaks(opened, spec, column)
    typer.echo(f"{len(found.groups):,} groups of copies with {found.items:,} items lie in more than one {column}.")
    for place, name in enumerate(codes.names):
        pairs = zip(codes.names, found.matrix[place], strict=True)
        words = ", ".join(f"{count:,} in {other}" for other, count in pairs if count)
        typer.echo(f"{name}: {found.counts[place]:,} items; with a copy: {words or 'none'}")

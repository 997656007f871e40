"""`explorer diagnose`: hubs, the shape of the space and its fixes, doubtful labels, copies across splits."""

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
    fixes: Annotated[
        bool, typer.Option("--fixes", help="Tell what each fix of the geometry would change; with --labels, for those.")
    ] = False,
    fix: Annotated[
        str, typer.Option("--fix", help="Apply a fix: centre, gap, each (a new model each), csls, no-csls (of search).")
    ] = "",
    alike: Annotated[
        bool, typer.Option("--alike", help="Tell which items are the same thing again: pairs, components, Louvain.")
    ] = False,
    cosine: Annotated[float, typer.Option(help="With --alike: from which cosine; 0 for the proposed one.")] = 0.0,
    truth: Annotated[str, typer.Option(help="With --alike: a column that tells what is the same.")] = "",
    drift: Annotated[str, typer.Option(help="Tell how near the periods of this column are to each other.")] = "",
    index: Annotated[
        str, typer.Option(help="Tell whether vectors, metric or index lose what labels of this column ask for.")
    ] = "",
    health: Annotated[
        bool, typer.Option("--health", help="Tell which queries an index misses, and whether its order matters.")
    ] = False,
    category: Annotated[
        str, typer.Option(help="With --health: also build one value of this column after another.")
    ] = "",
    limits: Annotated[bool, typer.Option("--limits", help="Try the model on LIMIT, against search by words.")] = False,
    free: Annotated[int, typer.Option(help="Run free vectors of so many dimensions, 2 to 12.")] = 0,
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Tell what is wrong with an embedding or a collection."""
    from explorer.commands.common import open_target, progress_of
    from explorer.commands.diagnose_alike import mend, tell_alike
    from explorer.commands.diagnose_search import Telling
    from explorer.features.diagnose.service import geometry
    from explorer.search.nearest_items import neighbours

    opened = open_target(workspace)
    spec = opened.best_encoder(model)
    if index or health or limits or free:
        tell = Telling(opened, spec, progress_of(job))
        tell.all(index=index, health=health, category=category, limits=limits, free=free)
        return
    if fix or fixes:
        mend(opened, spec, fix=fix, labels=labels, job=job)
        return
    if alike or drift:
        tell_alike(opened, spec, cosine=cosine, truth=truth, drift=drift, job=job)
        return
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
    used = (
        "all items have the same vector."
        if shape.alike
        else f"effective rank {shape.effective_rank:.1f} and participation ratio {shape.participation:.1f} of "
        f"{shape.dim} directions; the first holds {shape.first:.1%}."
    )
    typer.echo(f"Spread: mean cosine of two items {shape.mean_cosine:.3f}; {used}")
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
    from explorer.features.diagnose.leakage import spare_rows
    from explorer.features.diagnose.service import leaks

    found, codes = leaks(opened, spec, column)
    typer.echo(f"{len(found.groups):,} groups of copies with {found.items:,} items lie in more than one {column}.")
    for place, name in enumerate(codes.names):
        pairs = zip(codes.names, found.matrix[place], strict=True)
        words = ", ".join(f"{count:,} in {other}" for other, count in pairs if count)
        spare = f"a fair test without {len(spare_rows(found, codes.codes, place)):,} items of others"
        typer.echo(f"{name}: {found.counts[place]:,} items; with a copy: {words or 'none'}; {spare}")

"""`explorer compare …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Compare models: similarity of representations, stitching, replacing one by another.",
)  # fmt: skip

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
First = Annotated[str, typer.Argument(help="Spec of the model A, such as pocket.")]
Second = Annotated[str, typer.Argument(help="Spec of the model B, such as histogram.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True)]


@app.command()
def measures() -> None:
    """List the measures: formula, centring, what they do not see, direction, whether a metric, cost."""
    from explorer.compare.report import describe

    typer.echo(describe())


@app.command()
def scores(
    workspace: Target,
    a: First,
    b: Second,
    measure: Annotated[list[str] | None, typer.Option(help="Only this measure; may be repeated.")] = None,
    items: Annotated[int, typer.Option(help="Items that are drawn; 0 for all.")] = 2_000,
    replicates: Annotated[int, typer.Option(help="Halves for the interval, and shuffles for chance.")] = 100,
    other: Annotated[str, typer.Option(help="Workspace with the vectors of B; items are matched by id.")] = "",
    job: Job = None,
) -> None:
    """Score B against A by every measure, with intervals, the score of shuffled items, and warnings."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.compare.measures import MEASURES
    from explorer.compare.report import table
    from explorer.pipeline.comparing import save_report, score_encoders

    ws, second = open_workspace(workspace), open_workspace(other) if other else None
    chosen = measure or list(MEASURES)
    report = score_encoders(
        ws, a, b, measures=chosen, items=items, replicates=replicates, other=second, progress=progress_of(job)
    )
    if not measure and second is None:
        save_report(ws, report, items)
    typer.echo(f"{report.items:,} of {report.common:,} items that both have; {report.dropped:,} dropped, in one only.")
    typer.echo(table(report.scores))


@app.command()
def layers(
    workspace: Target,
    a: First,
    b: Second,
    measure: Annotated[str, typer.Option(help="A measure; see `explorer compare measures`.")] = "cka_debiased",
    items: Annotated[int, typer.Option(help="Items that go through the models.")] = 500,
    job: Job = None,
) -> None:
    """Score every layer of A against every layer of B, on activations that are kept with the workspace."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.compare.report import grid
    from explorer.pipeline.layers import collect_layers, layer_scores

    ws = open_workspace(workspace)
    found = [collect_layers(ws, spec, items=items, progress=progress_of(job)) for spec in (a, b)]
    values = layer_scores(found[0], found[1], measure, progress_of(job))
    typer.echo(grid(list(found[0].blocks), list(found[1].blocks), values))


@app.command()
def matrix(
    workspace: Target,
    measure: Annotated[str, typer.Option(help="A measure; see `explorer compare measures`.")] = "procrustes_angle",
    items: Annotated[int, typer.Option(help="Items that are drawn.")] = 1_000,
    job: Job = None,
) -> None:
    """Score all models of a workspace against each other."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.compare.report import grid
    from explorer.pipeline.comparing import score_matrix

    ws = open_workspace(workspace)
    found = score_matrix(ws, ws.encoders(), measure, items=items, progress=progress_of(job))
    typer.echo(f"{measure} on {found.items:,} items that all models have; {found.dropped:,} others dropped.")
    typer.echo(grid(list(found.encoders), list(found.encoders), found.values))

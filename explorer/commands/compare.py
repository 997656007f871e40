"""`explorer compare …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import Address
from explorer.commands.compare_export import export

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Compare models: similarity of representations, stitching, replacing one by another.",
)
app.command()(export)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
First = Annotated[str, typer.Argument(help="Spec of the model A, such as pocket.")]
Second = Annotated[str, typer.Argument(help="Spec of the model B, such as histogram.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True)]
SPREAD_HELP = (
    "cores of this machine, or ray: a cluster, for the measures that are sums over items: CKA, CCA, Procrustes."
)
Drawn = Annotated[int, typer.Option(help="Labelled items that are drawn; 0 for all. The page draws 4,000.")]


@app.command()
def measures() -> None:
    """List the measures: formula, centring, what they do not see, direction, whether a metric, cost."""
    from explorer.features.compare.report import describe

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
    executor: Annotated[str, typer.Option(help=SPREAD_HELP)] = "cores",
    address: Address = "",
    job: Job = None,
) -> None:
    """Score B against A by every measure, with intervals, the score of shuffled items, and warnings."""
    from explorer.commands.common import executor_of, open_target, progress_of
    from explorer.features.compare.comparison import save_comparison
    from explorer.features.compare.report import table
    from explorer.features.compare.service import compare, measures_for

    opened, second = open_target(workspace), open_target(other) if other else None
    with executor_of(executor, address) as chosen:
        cluster = None if executor == "cores" else chosen
        found = compare(
            opened,
            a,
            b,
            measures=measure or measures_for(cluster),
            items=items,
            replicates=replicates,
            other=second,
            progress=progress_of(job),
            executor=cluster,
        )
    if not measure and second is None and cluster is None:
        save_comparison(opened.workspace, found, items)
    typer.echo(f"{found.items:,} of {found.common:,} items that both have; {found.dropped:,} dropped, in one only.")
    typer.echo(table(found.scores))


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
    from explorer.features.compare.layer_table import layer_scores
    from explorer.features.compare.layers import collect_layers
    from explorer.features.compare.report import grid

    ws = open_workspace(workspace)
    found = [collect_layers(ws, spec, items=items, progress=progress_of(job)) for spec in (a, b)]
    values = layer_scores(found[0], found[1], measure, progress_of(job))
    typer.echo(grid(list(found[0].blocks), list(found[1].blocks), values))


@app.command()
def matrix(
    workspace: Target,
    measure: Annotated[str, typer.Option(help="A measure; see `explorer compare measures`.")] = "procrustes_angle",
    items: Annotated[int, typer.Option(help="Items that are drawn.")] = 1_000,
    executor: Annotated[
        str, typer.Option(help="cores of this machine, or ray: a cluster, a pair at a time.")
    ] = "cores",
    address: Address = "",
    job: Job = None,
) -> None:
    """Score all models of a workspace against each other."""
    from explorer.commands.common import executor_of, open_target, progress_of
    from explorer.features.compare import service
    from explorer.features.compare.report import grid

    opened = open_target(workspace)
    with executor_of(executor, address) as chosen:
        cluster = None if executor == "cores" else chosen
        found = service.matrix(opened, measure, items=items, progress=progress_of(job), executor=cluster)
    typer.echo(f"{measure} on {found.items:,} items that all models have; {found.dropped:,} others dropped.")
    typer.echo(grid(list(found.encoders), list(found.encoders), found.values))


@app.command()
def stitch(
    workspace: Target,
    a: First,
    b: Second,
    labels: Annotated[str, typer.Option(help="Column whose values are told apart.")],
    source: Annotated[list[str], typer.Option(help="Layer of A; may be repeated.")],
    target: Annotated[list[str], typer.Option(help="Layer of B; may be repeated.")],
    task: Annotated[str, typer.Option(help="probe (linear, learned) or zero-shot (texts).")] = "probe",
    method: Annotated[list[str] | None, typer.Option(help="direct or task; both when left out.")] = None,
    items: Annotated[int, typer.Option(help="Labelled items that are drawn.")] = 300,
    job: Job = None,
) -> None:
    """Stitch the front of A to the end of B, with accuracy, distance and the share out of distribution."""
    from explorer.commands.replacing import run_stitch

    layers = (source, target)
    typer.echo(
        run_stitch(workspace, a, b, labels=labels, task=task, layers=layers, methods=method, items=items, job=job)
    )


@app.command("stitch-digits")
def stitch_digits(
    target: Annotated[str, typer.Option(help="layer 1 to layer 5")] = "layer 1",
    seed: Annotated[int, typer.Option(help="Which of the two networks gives the front, 1 or 2.")] = 1,
    into: Annotated[int, typer.Option(help="Which one gives the end; 0 for the same.")] = 0,
    ship: Annotated[bool, typer.Option("--ship", help="Write the result to assets/stitching, too.")] = False,
    job: Job = None,
) -> None:
    """Stitch every layer of a small network on digits into one of its own layers, or of the other's, both ways."""
    from explorer.commands.replacing import run_digits

    typer.echo(run_digits(seed, into or seed, target, job, ship=ship))


@app.command("train-digits")
def train_digits() -> None:
    """Train the small networks on digits again and write them to assets/heads; under a minute."""
    from explorer.base.progress import Terminal
    from explorer.features.replacing.stitching.digits_cnn import ship

    typer.echo("\n".join(map(str, ship(Terminal()))))


@app.command()
def bridge(
    workspace: Target,
    new: Annotated[str, typer.Argument(help="Image-text model that will ask.")],
    old: Annotated[str, typer.Argument(help="Image-text model that made the gallery.")],
    labels: Annotated[str, typer.Option(help="Column whose values are the texts.")] = "",
    anchors: Annotated[int, typer.Option(help="Images that the map is fitted on.")] = 500,
    job: Job = None,
) -> None:
    """Fit a turn from the new model's space to the old one's on images, and measure it on others and on texts."""
    from explorer.commands.replacing import run_bridge

    typer.echo(run_bridge(workspace, new, old, labels=labels, anchors=anchors, job=job))


@app.command("second-model")
def second_model(
    workspace: Target,
    name: Annotated[str, typer.Option(help="Name of the new model; its spec is tuned:NAME.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Image-text model that it stands on.")] = "pocket",
    labels: Annotated[str, typer.Option(help="Column whose values are the texts.")] = "",
    seed: Annotated[int, typer.Option(help="Of the random start.")] = 1,
    job: Job = None,
) -> None:
    """Make a second image-text model of the same items, in directions of its own, to try replacing a model."""
    from explorer.commands.replacing import run_second_model

    typer.echo(run_second_model(workspace, model, name, labels=labels, seed=seed, job=job))


@app.command()
def compatibility(
    workspace: Target,
    labels: Annotated[str, typer.Option(help="Column whose values are the classes.")],
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="Old to new; two or more.")] = None,
    versions: Annotated[int, typer.Option(help="Versions of a head, when one model or none is given.")] = 4,
    seed: Annotated[int, typer.Option(help="Of the order of classes and the start.")] = 0,
    items: Drawn = 0,
    job: Job = None,
) -> None:
    """Compatibility matrix, AC and AA: of several models, or of heads trained plainly and to be compatible."""
    from explorer.commands.replacing import run_compatibility

    models = model or ["pocket"]
    typer.echo(run_compatibility(workspace, labels, models, versions=versions, seed=seed, items=items, job=job))


@app.command()
def merge(
    workspace: Target,
    labels: Annotated[str, typer.Option(help="Column whose values are the classes.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Whose vectors are classified.")] = "pocket",
    hidden: Annotated[int, typer.Option(help="Units in each of two hidden layers.")] = 64,
    seeds: Annotated[tuple[int, int], typer.Option(help="Of A and of B.")] = (1, 2),
    items: Drawn = 0,
    job: Job = None,
) -> None:
    """Train two classifiers from different seeds, match their units, and mix them."""
    from explorer.commands.replacing import run_merge

    typer.echo(run_merge(workspace, labels, model, hidden=hidden, seeds=seeds, items=items, job=job))

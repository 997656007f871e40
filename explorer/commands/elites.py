"""`explorer elites …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import open_target, open_workspace, progress_of

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="MAP-Elites maps: the best item of every cell.",
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]
RESULT = Path("benchmarks/results/elites_search.json")
FORMS = "pair:LOW|HIGH, prompt:TEXT, column:NAME, image:brightness, map:x, item:ID"


@app.command("run")
def run_command(
    workspace: Target,
    name: Annotated[str, typer.Argument(help="Name of the run.")],
    *,
    axis: Annotated[list[str], typer.Option("--axis", "-a", help=f"One or two of {FORMS}")],
    quality: Annotated[str, typer.Option("--quality", "-q", help="One of the same, or python:FILE.py:FUNCTION")],
    encoder: Annotated[str, typer.Option("--model", "-m", help="Model of the vectors.")] = "",
    over: Annotated[str, typer.Option(help="data or scenes")] = "data",
    emitter: Annotated[str, typer.Option(help="Way to search, see `explorer methods elites`.")] = "",
    cells: Annotated[str, typer.Option(help="Cells along each axis, such as 20x20; one number counts for all.")] = "20",
    cvt: Annotated[int, typer.Option(help="Number of cells of irregular shape, instead of a grid.")] = 0,
    scale: Annotated[str, typer.Option(help="quantiles or range")] = "",
    evaluations: int = 2000,
    batch: int = 50,
    seed: int = 0,
    seeds: Annotated[int, typer.Option(help="Runs with this many seeds, from --seed on.")] = 1,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="The basic algorithm and random sampling as well.")
    ] = False,
    neighbours: int = 10,
    far: Annotated[float, typer.Option(help="Share of jumps to any item.")] = 0.05,
    start: Annotated[int, typer.Option(help="Candidates drawn at random first.")] = 100,
    first: Annotated[list[str] | None, typer.Option(help="Item to begin with (an id); may be repeated.")] = None,
    origin: Annotated[str, typer.Option(hidden=True)] = "",
    offset: Annotated[float | None, typer.Option(help="What the QD score counts from.")] = None,
    job: Job = None,
) -> None:
    """Search for the best item of every cell. Stop it with Ctrl+C and go on with `explorer elites resume`."""
    from explorer.features.elites.service import asked, run_many
    from explorer.features.elites.terminal import run_line
    from explorer.workspace.preparing import choose_encoder

    opened = open_target(workspace)
    settings = asked(
        opened,
        name,
        axis,
        quality,
        encoder=choose_encoder(opened.workspace, encoder),
        space=over,
        cells=parse_cells(cells, len(axis)),
        cvt=cvt,
        emitter=emitter,
        scale=scale,
        evaluations=evaluations,
        batch=batch,
        seed=seed,
        neighbours=neighbours,
        far=far,
        start=start,
        first=tuple(first or ()),
        origin=origin,
        offset=offset,
    )
    for made in run_many(opened, settings, seeds, baseline, progress_of(job)):
        typer.echo(run_line(opened.workspace, made))


@app.command()
def resume(
    workspace: Target, name: str, encoder: Annotated[str, typer.Option("--model", "-m")] = "", job: Job = None
) -> None:
    """Go on with a paused or interrupted run, exactly where it was."""
    from explorer.features.elites import service
    from explorer.features.elites.terminal import run_line

    opened = open_target(workspace)
    service.resume(opened, name, progress_of(job), encoder)
    typer.echo(run_line(opened.workspace, name))


@app.command()
def stop(workspace: Target, name: str) -> None:
    """End a run for good; what it found is kept."""
    from explorer.features.elites import service

    service.stop(open_target(workspace), name)


@app.command("list")
def list_command(workspace: Target) -> None:
    """List the runs of a workspace, the newest first."""
    from explorer.features.elites.store import run_names
    from explorer.features.elites.terminal import run_line

    ws = open_workspace(workspace)
    typer.echo("\n".join(run_line(ws, name) for name in run_names(ws)) or "No runs yet.")


@app.command()
def compare(workspace: Target, names: Annotated[list[str], typer.Argument(metavar="RUNS...")]) -> None:
    """Compare runs on the same cells; runs that differ in their seed alone are one line, with 95 % intervals."""
    from explorer.features.elites import service
    from explorer.features.elites.terminal import comparison_lines

    typer.echo("\n".join(comparison_lines(*service.compare(open_target(workspace), names))))


@app.command()
def export(
    workspace: Target,
    name: str,
    destination: Annotated[
        Path, typer.Argument(help="File ending in .csv, .parquet, .zip, .png, .html, .svg or .pdf.")
    ],
) -> None:
    """Write a run's archive to a file: CSV, Parquet or zip with pictures, the map as PNG, SVG or PDF, or a page."""
    from explorer.features.elites.export import export_run

    export_run(open_workspace(workspace), name, destination)
    typer.echo(f"Written: {destination}")


@app.command()
def measure(
    workspace: Target,
    seeds: int = 10,
    result: Annotated[Path, typer.Option(help="JSON file that is written.")] = RESULT,
) -> None:
    """Evaluations that each emitter needs for 95 % of the exhaustive QD score, against random sampling."""
    from explorer.features.elites.evaluate import measure_reach
    from explorer.features.elites.terminal import reach_lines

    report = measure_reach(open_target(workspace), seeds, result, progress_of(None))
    typer.echo("\n".join(reach_lines(report)))


def parse_cells(text: str, axes: int) -> tuple[int, ...]:
    """From "20x30" to (20, 30); one number counts for every axis. InputError when they are no numbers."""
    try:
        found = tuple(int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError as error:
        raise InputError(f"Resolution: expected numbers such as 20x20, got {text!r}.") from error
    return found * axes if len(found) == 1 else found

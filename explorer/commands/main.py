"""The command `explorer`. Heavy modules are imported inside the commands, so that --help answers at once."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import ExplorerError, InputError
from explorer.base.settings import DATA_ROOT, OPEN_FIRST, check_name, data_root, workspaces_root
from explorer.base.shipped import ROOT
from explorer.commands.common import open_workspace, progress_of

if TYPE_CHECKING:
    from explorer.base.progress import Progress
    from explorer.io.columns import Columns
    from explorer.workspace.folder import Workspace

HELP = "Look at what “similar” means in a set of images and texts."
PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Encoder = Annotated[
    str, typer.Option("--model", "-m", "--encoder", help="pocket, histogram, sentence:…, open_clip:MODEL/TAG")
]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]


@app.command()
def serve(
    data: Annotated[Path | None, typer.Option(help="Open this folder or table; it is imported first.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make sure that the demo workspace is there.")] = False,
    root: Annotated[
        Path | None, typer.Option("--data-root", help="Browser users may name paths below this folder.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port; the next free one is taken when it is in use.")] = 8501,
    address: Annotated[str, typer.Option(help="0.0.0.0 to let other machines in.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the web browser.")] = True,
) -> None:
    """Open the app in the web browser."""
    from explorer.app.server.run import run_server

    if root is None and data is not None:
        root = data if data.is_dir() else data.parent
    if root is not None:
        os.environ[DATA_ROOT] = str(root.expanduser().resolve())
    if demo:
        os.environ.setdefault(OPEN_FIRST, _open_demo())
    if data is not None:
        os.environ[OPEN_FIRST] = _open_source(data)
    run_server(address, port, open_browser=browser)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Folder of images, zip, CSV, TSV, JSONL, Parquet.")],
    name: Annotated[str, typer.Option(help="Name of the workspace; the source's name when left out.")] = "",
    image: Annotated[str, typer.Option(help="Column with image paths.")] = "",
    text: Annotated[str, typer.Option(help="Column with texts.")] = "",
    id_column: Annotated[str, typer.Option("--id", help="Column with unique ids.")] = "",
    vectors: Annotated[list[str] | None, typer.Option(help="Column with vectors; may be repeated.")] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="Embed, index and map as well.")] = False,
    job: Job = None,
) -> None:
    """Make a workspace from a folder, zip or table, or update it when it exists.

    Which column is what is guessed, unless one of --image, --text, --id and --vectors is given.
    """
    from explorer.io.columns import Columns
    from explorer.workspace.importing import read_report
    from explorer.workspace.preparing import prepare_all

    given = bool(image or text or id_column or vectors)
    columns = Columns(id_column or None, image or None, text or None, tuple(vectors or ())) if given else None
    workspace = _import(source, name, columns, progress_of(job))
    report = read_report(workspace)
    typer.echo(f"{workspace.name}: {len(workspace.dataset()):,} items{f', {report}' if report else ''}.")
    for note in report.notes if report else ():
        typer.echo(note)
    if prepare:
        typer.echo("\n".join(prepare_all(workspace, progress_of(job))))
    else:
        typer.echo(f"Next: explorer prepare {workspace.path.name}")


@app.command()
def prepare(
    workspace: Target,
    model: Annotated[
        list[str] | None, typer.Option("--model", "-m", "--encoder", help="A model; may be repeated.")
    ] = None,
    job: Job = None,
) -> None:
    """Embed, index and map in one go: all that the Explore page needs. For the models named, or all that are there."""
    from explorer.workspace.preparing import prepare as run
    from explorer.workspace.preparing import prepare_all

    ws = open_workspace(workspace)
    done = [run(ws, spec, progress=progress_of(job)) for spec in model or ()] or prepare_all(ws, progress_of(job))
    typer.echo("\n".join(done))


@app.command()
def embed(workspace: Target, encoder: Encoder = "", batch_size: int = 64, job: Job = None) -> None:
    """Turn the items into vectors. Can be stopped and started again at any time."""
    from explorer.workspace.embedding import embed as run
    from explorer.workspace.preparing import choose_encoder

    ws = open_workspace(workspace)
    report = run(ws, choose_encoder(ws, encoder), batch_size=batch_size, progress=progress_of(job))
    typer.echo(f"{report}.")


@app.command()
def index(
    workspace: Target,
    encoder: Encoder = "",
    target: Annotated[float, typer.Option(help="Share of the true ten nearest to be found.")] = 0.99,
    links: Annotated[int, typer.Option("--links", help="HNSW links an item (M).")] = 16,
    ef_construction: Annotated[int, typer.Option(help="HNSW candidates while building.")] = 200,
    job: Job = None,
) -> None:
    """Build the search index and tune it to the target."""
    from explorer.workspace.indexing import build_index
    from explorer.workspace.preparing import choose_encoder

    ws = open_workspace(workspace)
    report = build_index(
        ws,
        choose_encoder(ws, encoder),
        M=links,
        ef_construction=ef_construction,
        target=target,
        progress=progress_of(job),
    )
    typer.echo(report.sentence)


@app.command("map")
def map_(
    workspace: Target,
    encoder: Encoder = "",
    method: Annotated[str, typer.Option(help="umap or pca")] = "umap",
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
    job: Job = None,
) -> None:
    """Lay the items out on a map."""
    from explorer.workspace.mapping import build_map
    from explorer.workspace.preparing import choose_encoder

    ws = open_workspace(workspace)
    report = build_map(
        ws,
        choose_encoder(ws, encoder),
        method=method,
        n_neighbors=n_neighbors,
        min_dist=min_dist,
        seed=seed,
        progress=progress_of(job),
    )
    typer.echo(str(report))


@app.command()
def info(workspace: Annotated[str, typer.Argument(help="Name or folder; all when left out.")] = "") -> None:
    """Tell what a workspace holds: items, models, recall of the index, maps, skipped files."""
    from explorer.workspace.folder import list_workspaces
    from explorer.workspace.summary import summary_lines

    if workspace:
        typer.echo("\n".join(summary_lines(open_workspace(workspace))))
        return
    found = list_workspaces(workspaces_root())
    for one in found:
        typer.echo(f"{one.name}: {one.error or f'{one.count:,} items'}")
    if not found:
        typer.echo("No workspaces yet. Make one with: explorer demo, or explorer import SOURCE")


@app.command()
def export(
    workspace: Target,
    destination: Annotated[Path, typer.Argument(help="File ending in .csv, .parquet, .jsonl or .zip.")],
    view: Annotated[str, typer.Option(help="Only the items of this saved view.")] = "",
) -> None:
    """Write the items and their attributes to a file; a zip holds the images as well."""
    from explorer.io.export import export_rows
    from explorer.workspace.summary import rows_of_view

    ws = open_workspace(workspace)
    rows = rows_of_view(ws, view)
    export_rows(ws, rows, destination)
    typer.echo(f"{len(rows):,} items written to {destination}")


@app.command()
def demo(which: Annotated[str, typer.Argument(help="scenes or digits")] = "scenes", job: Job = None) -> None:
    """Make a demo workspace: 2,000 drawn scenes, or 1,797 scans of digits."""
    from explorer.base.arrays import check_choice
    from explorer.workspace.demo import DEMOS
    from explorer.workspace.preparing import prepare_all

    workspace = DEMOS[check_choice(which, DEMOS, "demo")](workspaces_root(), progress_of(job))
    prepare_all(workspace, progress_of(job))
    typer.echo(f"The demo is in the workspace {workspace.name!r}. Look at it with: explorer serve")


@app.command()
def jobs(workspace: Target) -> None:
    """List the jobs of a workspace, the newest first."""
    from explorer.workspace.jobs import list_jobs

    found = list_jobs(open_workspace(workspace).path)
    for job in found:
        typer.echo(f"{job.state:<10} {job.title}  {job.what} {job.done:,}/{job.total:,}  {job.error}".rstrip())
    if not found:
        typer.echo("No jobs yet.")


@app.command(context_settings=PASS_ON)
def train(context: typer.Context) -> None:
    """Train heads on your own data, or the models that ship with the project."""
    _pass_on("training", "train", context)


@app.command("eval", context_settings=PASS_ON)
def evaluate(context: typer.Context) -> None:
    """Measure models and methods against their baselines."""
    _pass_on("evaluation", "eval", context)


@app.command(context_settings=PASS_ON)
def compare(context: typer.Context) -> None:
    """Compare models: similarity of representations, stitching, replacing one by another."""
    _pass_on("compare", "compare", context)


@app.command(context_settings=PASS_ON)
def elites(context: typer.Context) -> None:
    """MAP-Elites maps: the best item of every cell."""
    _pass_on("elites", "elites", context)


@app.command(context_settings=PASS_ON)
def judgments(context: typer.Context) -> None:
    """People's judgments: campaigns, import and export, agreement of models with people."""
    _pass_on("judgments", "judgments", context)


@app.command(context_settings=PASS_ON)
def anonymise(context: typer.Context) -> None:
    """Turn captions into anonymous ones: concrete words become typed {slots}."""
    _pass_on("relational", "anonymise", context)


@app.command(context_settings=PASS_ON)
def bench(context: typer.Context) -> None:
    """Measure speed as ratios; results go to benchmarks/results/."""
    import runpy

    script = ROOT / "benchmarks" / "__main__.py"
    if not script.is_file():
        raise InputError(f"The benchmarks are part of the source tree; there is no {script}.")
    sys.argv = [str(script), *context.args]
    sys.path.insert(0, str(ROOT))
    runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    """Run the command; an ExplorerError is one line on standard error, without a traceback."""
    try:
        app(prog_name="explorer")
    except ExplorerError as error:
        typer.echo(f"explorer: {error}", err=True)
        raise SystemExit(2 if isinstance(error, InputError) else 1) from None
    except KeyboardInterrupt:
        typer.echo("\nStopped. What was finished is kept; the same command goes on from there.", err=True)
        raise SystemExit(130) from None


def _open_demo() -> str:
    """Make the demo of scenes when it is not there; what more the pages need follows in the background. Its name."""
    from explorer.workspace.demo import FURTHER_MODELS, create_scenes_demo
    from explorer.workspace.jobs import start
    from explorer.workspace.layout import is_workspace

    if is_workspace(workspaces_root() / "scenes"):
        return "scenes"
    workspace = create_scenes_demo(workspaces_root(), progress_of(None))
    models = [word for spec in ("pocket", *FURTHER_MODELS) for word in ("--model", spec)]
    start(workspace.path, ["prepare", str(workspace.path), *models], "Draw finer maps, add models to compare with")
    return workspace.path.name


def _import(source: Path, name: str, columns: "Columns | None", progress: "Progress") -> "Workspace":
    from explorer.workspace.importing import import_source
    from explorer.workspace.names import name_for

    root = workspaces_root()
    source = source.expanduser().resolve()
    chosen = check_name(name or name_for(source, root))
    return import_source(source, root / chosen, columns=columns, name=chosen, data_root=data_root(), progress=progress)


def _open_source(source: Path) -> str:
    """Import a source, start preparing it in the background, and return the name of its workspace."""
    from explorer.workspace.jobs import start
    from explorer.workspace.preparing import missing_steps

    workspace = _import(source, "", None, progress_of(None))
    if missing_steps(workspace):
        start(workspace.path, ["prepare", str(workspace.path)], "Prepare for search")
    return workspace.path.name


def _pass_on(module: str, name: str, context: typer.Context) -> None:
    """Run the commands of explorer/commands/<module>.py; they are only imported when asked for."""
    from importlib import import_module

    import_module(f"explorer.commands.{module}").app(context.args, prog_name=f"explorer {name}")


if __name__ == "__main__":
    main()

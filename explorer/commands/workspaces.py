"""Commands on one workspace: from a source to a searchable map, what it holds, and what to take away."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.settings import data_root, workspaces_root
from explorer.commands.common import (
    Address,
    ExecutorName,
    Images,
    executor_of,
    note_result,
    open_target,
    open_workspace,
    progress_of,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Encoder = Annotated[
    str, typer.Option("--model", "-m", "--encoder", help="pocket, histogram, sentence:…, open_clip:MODEL/TAG")
]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Folder, zip, table, another tool's format, or hf:user/name.")],
    name: Annotated[str, typer.Option(help="Name of the workspace; the source's name when left out.")] = "",
    image: Annotated[str | None, typer.Option(help="Column with pictures or their paths.")] = None,
    text: Annotated[str | None, typer.Option(help="Column with texts.")] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column with unique ids.")] = None,
    vectors: Annotated[list[str] | None, typer.Option(help="Column with vectors; may be repeated.")] = None,
    root: Annotated[
        Path | None, typer.Option("--data-root", help="Image paths in a table may lie anywhere below this folder.")
    ] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="Embed, index and map as well.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read every file, also those that seem unchanged.")] = False,
    crops: Annotated[
        bool, typer.Option("--crops", help="Make an item of each box that a label file names: cut out of its picture.")
    ] = False,
    job: Job = None,
) -> None:
    """Make a workspace from a folder, zip or table, or update it when it exists.

    Formats of other tools are known by what they look like. hf:user/name fetches a data set of the Hugging Face hub,
    hf:user/name/folder a part of it, hf:user/name@revision an earlier state.

    Which column is what is guessed where --image, --text, --id or --vectors do not say it; an empty name, as in
    --id "", says that there is none.
    """
    from explorer.io.columns import NOT_SAID, Columns
    from explorer.io.guard.reading import limited_memory
    from explorer.workspace.hub_sets import hub_set, is_hub_name, look, size_words
    from explorer.workspace.import_report import read_report
    from explorer.workspace.importing import import_named
    from explorer.workspace.preparing import prepare_all

    said = Columns(id_column, image, text, tuple(vectors or ()))
    columns = None if said == NOT_SAID else said
    allowed = root.expanduser() if root else data_root()
    if is_hub_name(source):
        typer.echo(f"{size_words(look(hub_set(source)))}.")
    with limited_memory(source.name):
        workspace = import_named(
            source,
            name,
            columns=columns,
            data_root=allowed,
            verify=verify,
            crops=crops,
            progress=progress_of(job),
        )
    report = read_report(workspace)
    told = f"{len(workspace.dataset()):,} items{f', {report}' if report else ''}."
    note_result(job, told)
    typer.echo(f"{workspace.name}: {told}")
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
    note_result(job, " ".join(done))
    typer.echo("\n".join(done))


@app.command()
def embed(
    workspace: Target,
    encoder: Encoder = "",
    batch_size: int = 64,
    executor: ExecutorName = "cores",
    address: Address = "",
    images: Images = "",
    job: Job = None,
) -> None:
    """Turn the items into vectors. Can be stopped and started again at any time."""
    from explorer.io.image_places import ImageStore
    from explorer.workspace.embedding import embed as run
    from explorer.workspace.preparing import choose_encoder

    ws = open_workspace(workspace)
    place = ImageStore(images) if images else None
    with executor_of(executor, address) as chosen:
        report = run(
            ws,
            choose_encoder(ws, encoder),
            batch_size=batch_size,
            progress=progress_of(job),
            executor=chosen,
            images=place,
        )
    note_result(job, f"{report}.")
    typer.echo(f"{report}.")


@app.command()
def index(
    workspace: Target,
    encoder: Encoder = "",
    target: Annotated[float, typer.Option(help="Share of the true ten nearest to be found.")] = 0.99,
    links: Annotated[int, typer.Option("--links", help="HNSW links an item (M).")] = 16,
    ef_construction: Annotated[int, typer.Option(help="HNSW candidates while building.")] = 200,
    graph: Annotated[bool, typer.Option("--graph", help="Build the graph even where comparing all is fast.")] = False,
    engine: Annotated[
        str, typer.Option(help="hnsw, usearch (graphs), compressed (small vectors) or milvus; as it is when left out.")
    ] = "",
    uri: Annotated[
        str, typer.Option("--uri", help="Milvus server such as http://localhost:19530, or embedded for none.")
    ] = "",
    dims: Annotated[int | None, typer.Option("--dims", help="Numbers of a compressed vector.")] = None,
    bits: Annotated[int | None, typer.Option("--bits", help="Bits of such a number: 4, 8, or 0 for 32.")] = None,
    projection: Annotated[
        str | None, typer.Option("--projection", help="leanvec-ood, leanvec-id or pca, of a compressed index.")
    ] = None,
    keywords: Annotated[bool, typer.Option("--keywords", help="Index the words of the texts alone.")] = False,
    job: Job = None,
) -> None:
    """Build the search index, tuned to the target for each kind of query; none where comparing all items is fast."""
    from explorer.index.exact import FAST
    from explorer.io.text import counted
    from explorer.workspace.index_kinds import compression_of
    from explorer.workspace.indexing import build_index
    from explorer.workspace.keywords import build_keywords
    from explorer.workspace.preparing import choose_encoder

    ws = open_workspace(workspace)
    if keywords:
        typer.echo(f"{counted(build_keywords(ws, progress=progress_of(job)), 'text')} new or changed and indexed.")
        return
    report = build_index(
        ws,
        choose_encoder(ws, encoder),
        M=links,
        ef_construction=ef_construction,
        target=target,
        exact_up_to=0 if graph else FAST,
        engine=engine,
        compression=compression_of(engine, dims=dims, bits=bits, projecting=projection),
        uri=uri,
        progress=progress_of(job),
    )
    typer.echo("\n".join(report.lines))


@app.command("map")
def map_(
    workspace: Target,
    encoder: Encoder = "",
    method: Annotated[str, typer.Option(help="umap or pca")] = "umap",
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
    dimensions: Annotated[int, typer.Option(min=2, max=3, help="3: to be turned on Explore.")] = 2,
    job: Job = None,
) -> None:
    """Lay the items out on a map."""
    if dimensions == 3:
        _solid(workspace, encoder, method, job)
        return
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


def _solid(workspace: str, encoder: str, method: str, job: Path | None) -> None:
    from explorer.workspace.solid import solid

    opened = open_target(workspace)
    spec = opened.best_encoder(encoder)
    solid(opened, spec, method, progress_of(job))
    typer.echo(f"The items lie in three dimensions under {spec} by {method}: turn them on Explore.")


@app.command()
def info(
    workspace: Annotated[str, typer.Argument(help="Name or folder; all when left out.")] = "",
    runs: Annotated[bool, typer.Option("--runs", help="What was run on it, with all settings.")] = False,
) -> None:
    """Tell what a workspace holds: items, models, recall of the index, maps, skipped files."""
    from explorer.workspace.folder import list_workspaces
    from explorer.workspace.summary import summary_lines

    if workspace and runs:
        _tell_runs(open_workspace(workspace).path)
        return
    if workspace:
        typer.echo("\n".join(summary_lines(open_workspace(workspace))))
        return
    found = list_workspaces(workspaces_root())
    for one in found:
        typer.echo(f"{one.name}: {one.error or f'{one.count:,} items'}")
    if not found:
        typer.echo("No workspaces yet. Make one with: explorer demo, or explorer import SOURCE")


def _tell_runs(folder: Path) -> None:
    from explorer.workspace.runs import runs_of, settings_words

    for run in runs_of(folder):
        typer.echo(f"{run.begun}  {run.what}  {run.seconds:,.1f} s  version {run.version}")
        typer.echo(f"  {settings_words(run)}\n  {run.result}")


@app.command()
def demo(
    which: Annotated[str, typer.Argument(help="scenes, notes, digits or shop")] = "scenes",
    fill: Annotated[str, typer.Option(help="The answers and maps of scenes: now, later (as a job), or no.")] = "now",
    job: Job = None,
) -> None:
    """Make a demo workspace: 2,000 drawn scenes, 1,600 short notes, 1,797 scans of digits, or a shop of 400 products.

    The scenes come with a campaign that simulated people answered and two MAP-Elites maps.
    """
    from explorer.base.arrays import check_choice
    from explorer.library.demo_more import make_more, start_missing
    from explorer.workspace.demo import DEMOS, is_scenes_demo
    from explorer.workspace.preparing import prepare_all

    check_choice(fill, ("now", "later", "no"), "fill")
    workspace = DEMOS[check_choice(which, DEMOS, "demo")](workspaces_root(), progress_of(job))
    if is_scenes_demo(workspace) and fill == "later":
        start_missing(workspace)
    elif is_scenes_demo(workspace) and fill == "now":
        make_more(workspace, progress_of(job))
    else:
        prepare_all(workspace, progress_of(job))
    typer.echo(f"The demo is in the workspace {workspace.name!r}. Look at it with: explorer serve")


@app.command()
def jobs(workspace: Target) -> None:
    """List the jobs of a workspace: running ones first, then the newest first."""
    from explorer.workspace.job_words import job_line
    from explorer.workspace.jobs import jobs_of

    found = jobs_of(open_workspace(workspace).path)
    for one in found:
        typer.echo(job_line(one))
    if not found:
        typer.echo("No jobs yet.")

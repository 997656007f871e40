"""`explorer models …`: the short list, fetching a model, and what changes with it on the user's own data."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import note_result, open_target, open_workspace, progress_of

app = typer.Typer(
    help="Models that we stand behind: list them, download one, see what changes with it.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A name of the list, such as vit-b-32.")]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A name of the list, or any model.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]


@app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List the models: licence, download, what they are good at, how fast they are here."""
    if context.invoked_subcommand:
        return
    from explorer.encoders.hub import is_here
    from explorer.encoders.recommended import RECOMMENDED
    from explorer.encoders.speed import rate_of

    for one in RECOMMENDED:
        place = "built in" if one.built_in else "is here" if is_here(one) else f"{one.megabytes:,} MB to download"
        looks = f"{one.side} x {one.side} pixels" if one.side else "texts"
        published = f", ImageNet {one.imagenet} %" if one.imagenet else ""
        rate = rate_of(one)
        typer.echo(f"{one.name}: {one.title} · {place} · {one.licence}")
        typer.echo(f"  good at {one.good_at}")
        typer.echo(f"  {looks}, {one.dim} numbers{published}{f', {rate}' if rate else ''} · {one.spec}")
    typer.echo("Next: explorer models compare WORKSPACE NAME, or explorer prepare WORKSPACE --model SPEC")


@app.command()
def get(name: Name, job: Job = None) -> None:
    """Download a model of the list; goes on where it stopped, and every file is checked by its hash."""
    from explorer.encoders.fetching import fetch
    from explorer.encoders.recommended import recommended

    model = recommended(name)
    told = f"{model.title} is built in." if model.built_in else f"{model.title}: {fetch(model, progress_of(job))}."
    note_result(job, told)
    typer.echo(told)


@app.command()
def compare(
    workspace: Target,
    model: Model,
    beside: Annotated[str, typer.Option(help="A model that the workspace has; its default when left out.")] = "",
    query: Annotated[list[str] | None, typer.Option(help="A text that both shall answer; may be repeated.")] = None,
    items: Annotated[int, typer.Option(help="Items that are drawn.")] = 400,
    job: Job = None,
) -> None:
    """Look at a sample with another model, downloaded if need be, and tell what changes, before all is embedded."""
    from explorer.encoders.recommended import known
    from explorer.library.trying.service import try_model
    from explorer.library.trying.words import lines

    opened, listed = open_target(workspace), known(model)
    old = opened.best_encoder(beside)
    spec = listed.spec if listed else model
    found = try_model(opened, spec, old, queries=query or (), items=items, progress=progress_of(job))
    note_result(job, str(found))
    typer.echo("\n".join(lines(found)))


@app.command()
def default(workspace: Target, model: Model) -> None:
    """Choose the model that the pages of a workspace open with."""
    from explorer.encoders.recommended import known
    from explorer.workspace.preferred import set_default_model

    ws, listed = open_workspace(workspace), known(model)
    spec = listed.spec if listed else model
    set_default_model(ws, spec)
    typer.echo(f"{ws.name} opens with {spec} now.")

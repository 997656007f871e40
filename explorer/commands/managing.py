"""`explorer workspace …`: rename, duplicate, delete and restore workspaces, and empty the trash."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.settings import workspaces_root
from explorer.commands.common import note_result, open_workspace, progress_of

app = typer.Typer(
    help="Rename, duplicate, delete and restore workspaces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The new name.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]


@app.command()
def rename(workspace: Target, name: Name) -> None:
    """Give a workspace another name; links with the old one still lead to it."""
    from explorer.workspace.managing import rename_workspace

    old = open_workspace(workspace)
    typer.echo(f"{old.name} is called {rename_workspace(old, name).name} now.")


@app.command()
def duplicate(workspace: Target, name: Name, job: Job = None) -> None:
    """Make a second workspace with all that is in the first: vectors, maps, views, tags, judgments."""
    from explorer.features.judgments.store.moving import as_file
    from explorer.workspace.managing import duplicate_workspace

    first = open_workspace(workspace)
    with as_file(first.path) as judgments:
        second = duplicate_workspace(first, name, judgments=judgments, progress=progress_of(job))
    note_result(job, f"Everything that is in {first.name}.")
    typer.echo(f"{second.name} has everything that is in {first.name}.")


@app.command()
def delete(workspace: Target) -> None:
    """Move a workspace to the trash, where it stays for 30 days; `restore` brings it back."""
    from explorer.workspace.trash import delete_workspace
    from explorer.workspace.trashed import KEPT_DAYS

    gone = delete_workspace(open_workspace(workspace))
    typer.echo(f"{gone.name} is in the trash for {KEPT_DAYS} days. Bring it back with:")
    typer.echo(f"explorer workspace restore {gone.name!r}")


@app.command()
def restore(
    name: Annotated[str, typer.Argument(help="The deleted workspace; all are listed when left out.")] = "",
) -> None:
    """Bring a deleted workspace back, or list those that can be."""
    from explorer.workspace.job_words import clock
    from explorer.workspace.trash import restore_workspace
    from explorer.workspace.trashed import list_trash

    if name:
        typer.echo(f"{restore_workspace(workspaces_root(), name).name} is back.")
        return
    found = list_trash(workspaces_root())
    for one in found:
        typer.echo(f"{one.name}: deleted {clock(one.deleted)}, kept for {one.days_left} more days ({one.id})")
    if not found:
        typer.echo("The trash is empty.")


@app.command()
def clean() -> None:
    """Remove what killed work left behind, and uploads that nothing needs any more; done at each start as well."""
    from explorer.base.settings import home
    from explorer.workspace.sweeping import sweep

    gone = sweep(home())
    typer.echo(f"{gone.things:,} things removed, {gone.bytes / 1e6:,.1f} MB.")


@app.command("empty-trash")
def empty_trash(
    days: Annotated[float, typer.Option(help="Only what was deleted at least so many days ago.")] = 0,
) -> None:
    """Remove deleted workspaces for good."""
    from explorer.workspace.trash import empty_trash as empty

    gone = empty(workspaces_root(), days)
    typer.echo(f"Gone for good: {', '.join(one.name for one in gone) or 'nothing'}.")

"""`explorer check`, `repair`, `backup` and `restore`: what of a workspace is whole, and how it is kept."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import NotThere
from explorer.base.settings import check_name, workspaces_root
from explorer.commands.common import open_workspace, progress_of

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]


def check(workspace: Target) -> None:
    """Tell what of a workspace is whole, what is damaged, and what mends it; nothing is changed."""
    from explorer.features.judgments.store.moving import place_part
    from explorer.workspace.checking import check_workspace

    folder = _folder(workspace)
    parts = [*check_workspace(folder), *place_part(folder)]
    typer.echo("\n".join(map(str, parts)))
    damaged = sum(bool(part.wrong) for part in parts)
    typer.echo(f"{damaged} of {len(parts)} parts are damaged." if damaged else "Everything is whole.")
    if damaged:
        raise typer.Exit(1)


def repair(
    workspace: Target,
    source: Annotated[Path | None, typer.Option(help="Where the items came from, when it lies elsewhere now.")] = None,
) -> None:
    """Mend a damaged workspace from copies, earlier states or its source; judgments, tags and views stay.

    Rows of damaged judgments and tags are saved as far as they can be read. Stop the server before.
    """
    from explorer.workspace.repairing import repair as run

    done = run(_folder(workspace), source.expanduser().resolve() if source else None, progress_of(None))
    typer.echo("\n".join(done) or "There was nothing to repair.")


def backup(
    workspace: Target,
    file: Annotated[Path, typer.Argument(help="The zip to write; it must not exist.")],
    everything: Annotated[bool, typer.Option("--all", help="Also what `prepare` can make again.")] = False,
) -> None:
    """Write a workspace to one file: items, judgments, tags, views, and all else that cannot be made again."""
    from explorer.features.judgments.store.moving import as_file
    from explorer.workspace.backup import back_up

    found, target = open_workspace(workspace), file.expanduser()
    with as_file(found.path) as judgments:
        made = back_up(found, target, everything=everything, judgments=judgments, progress=progress_of(None))
    typer.echo(f"{made.name}: {len(made.files):,} files written to {file}. Bring it back with: explorer restore {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `explorer backup` wrote.")],
    name: Annotated[str, typer.Option(help="Name of the workspace; that of the backup when left out.")] = "",
) -> None:
    """Make a workspace from a backup, once every file in it is found to be whole; nothing is written over."""
    from explorer.workspace.backup import restore_backup

    ws = restore_backup(file.expanduser(), workspaces_root(), name, progress_of(None))
    typer.echo(f"{ws.path.name}: {ws.manifest.count:,} items are back. Next: explorer prepare {ws.path.name}")
    if ws.manifest.image_root:
        typer.echo(f"Its pictures are expected in {ws.manifest.image_root}.")


def _folder(target: str) -> Path:
    """Folder of a workspace, which may be damaged so far that it cannot be opened."""
    from explorer.workspace.layout import MANIFEST_COPY, is_workspace

    is_path = "/" in target or "\\" in target or is_workspace(Path(target))
    folder = Path(target).expanduser().resolve() if is_path else workspaces_root() / check_name(target)
    if not (is_workspace(folder) or (folder / MANIFEST_COPY).is_file()):
        raise NotThere(f"There is no workspace {target!r}. See what there is with: explorer info")
    return folder

"""`explorer tags`: which tags the items of a collection have, and putting them on or taking them off."""

from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import open_target
from explorer.commands.search import passing

if TYPE_CHECKING:
    from explorer.workspace.opened import Opened


def tags(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    add: Annotated[str, typer.Option(help="Put this tag on the items.")] = "",
    remove: Annotated[str, typer.Option(help="Take this tag off the items.")] = "",
    item: Annotated[list[str] | None, typer.Option(help="Id of an item; may be repeated.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Items with column=value, column=low..high or column=a,b; repeatable.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last change of tags back.")] = False,
) -> None:
    """List the tags with how many items have each; or put one on the items named, or take it off them."""
    if bool(add) + bool(remove) + undo > 1:
        raise InputError("Expected one of --add, --remove and --undo, got several.")
    opened = open_target(workspace)
    if undo:
        last = opened.tag_store.last()
        if last is None:
            raise InputError("There is no change of tags to take back.")
        typer.echo(f"Taken back: {opened.tag_store.undo(last.number)}.")
    elif add:
        typer.echo(f"{opened.tag_store.put(add, _ids(opened, item, where)).words}.")
    elif remove:
        typer.echo(f"{opened.tag_store.take(remove, _ids(opened, item, where)).words}.")
    else:
        _listed(opened)


def _listed(opened: "Opened") -> None:
    counts = opened.tag_counts()
    for name, count in counts.items():
        typer.echo(f"{count:>8,}  {name}")
    if not counts:
        typer.echo('No tags yet. Put one on with: explorer tags WORKSPACE --add "to check" --item ID')


def _ids(opened: "Opened", items: list[str] | None, where: list[str] | None) -> list[str]:
    """The items named, and those that pass the conditions."""
    if not items and not where:
        raise InputError("Which items? Expected --item ID or --where column=value.")
    opened.dataset.rows_of(items or [])
    filtered = opened.dataset.ids[passing(opened, where)] if where else ()
    return [*(items or []), *map(str, filtered)]

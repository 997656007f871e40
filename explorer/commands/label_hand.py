"""`explorer label list, give, column, file, undo, export`: labels that people gave."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import open_target
from explorer.commands.search import passing

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Set = Annotated[str, typer.Option("--set", help="Name of the set of labels.")]
By = Annotated[str, typer.Option(help="Who labels.")]
BY = "me"


def listed(workspace: Target) -> None:
    """List the sets of labels, with how many items have each label."""
    from explorer.features.label.service import overview

    for line in overview(open_target(workspace)):
        typer.echo(line)


def give(
    workspace: Target,
    label: Annotated[str, typer.Argument(help="The label.")],
    item: Annotated[list[str] | None, typer.Option(help="Id of an item; may be repeated.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Items with column=value, column=low..high or column=a,b; repeatable.")
    ] = None,
    set_name: Set = "labels",
    by: By = BY,
) -> None:
    """Give a label to the items named."""
    from explorer.base.errors import InputError
    from explorer.features.label.service import give as give_labels

    opened = open_target(workspace)
    if not item and not where:
        raise InputError("Which items? Expected --item ID or --where column=value.")
    filtered = opened.dataset.ids[passing(opened, where)] if where else ()
    ids = [*(item or []), *map(str, filtered)]
    typer.echo(f"{give_labels(opened, set_name, by, dict.fromkeys(ids, label)).words}.")


def column(
    workspace: Target,
    name: Annotated[str, typer.Argument(metavar="COLUMN", help="Column of labels.")],
    each: Annotated[int, typer.Option(help="Labels of each value, drawn at random; 0 for all.")] = 0,
    set_name: Set = "labels",
    by: By = BY,
) -> None:
    """Take the values of a column as labels: of all items, or of a few of each value."""
    from explorer.features.label.bringing import from_column

    opened = open_target(workspace)
    typer.echo(f"{from_column(opened, set_name, by, name, each).words}.")


def file(
    workspace: Target,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with the columns id and label.")],
    set_name: Set = "labels",
    by: By = BY,
) -> None:
    """Take labels from a file; the column labeller, where it is there, says whose each is."""
    from explorer.features.label.bringing import from_file

    for change in from_file(open_target(workspace), set_name, by, path):
        typer.echo(f"{change.words}.")


def undo(workspace: Target, set_name: Set = "labels", by: By = BY) -> None:
    """Take the latest change of a labeller back."""
    from explorer.features.label.service import store_of

    typer.echo(f"{store_of(open_target(workspace)).undo(set_name, by).words}.")


def export(
    workspace: Target,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV to write.")],
    set_name: Set = "labels",
) -> None:
    """Write what everybody said to a file: id, labeller, label, source."""
    from explorer.features.label.bringing import to_file

    typer.echo(to_file(open_target(workspace), set_name, path))

"""`explorer label`: the sets of labels of a collection."""

from typing import Annotated

import typer

from explorer.commands.common import open_target

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]


def listed(workspace: Target) -> None:
    """List the sets of labels, with how many items have each label."""
    from explorer.features.label.service import overview

    for line in overview(open_target(workspace)):
        typer.echo(line)

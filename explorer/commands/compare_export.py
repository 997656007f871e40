"""`explorer compare export`: two models side by side as a file to send."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import open_target

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]


def export(
    workspace: Target,
    a: Annotated[str, typer.Argument(help="Spec of the model A, such as pocket.")],
    b: Annotated[str, typer.Argument(help="Spec of the model B, such as histogram.")],
    destination: Annotated[Path, typer.Argument(help="File ending in .html (a page), .svg, .pdf or .png.")],
    measure: Annotated[str, typer.Option(help="A measure; see `explorer compare measures`.")] = "cka_debiased",
    items: Annotated[int, typer.Option(help="Items that are drawn.")] = 1_000,
) -> None:
    """Write scores, maps and neighbours of two models to a page that works alone, or the scores to a figure.

    The scores are those of the layers where `explorer compare layers` has collected them for so many items, else those
    of all models.
    """
    from explorer.features.compare.contract import get_measure
    from explorer.features.compare.export import export_comparison

    export_comparison(open_target(workspace), (a, b), destination, measure=get_measure(measure).name, items=items)
    typer.echo(f"Written: {destination}")

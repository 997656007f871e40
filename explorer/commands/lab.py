"""`explorer lab …`: ways to search a collection, quality against cost."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Measure ways to search a collection: quality against cost.",
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]

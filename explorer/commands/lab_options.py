"""What all commands of the lab take."""

from pathlib import Path
from typing import Annotated

import typer

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]

"""`explorer train …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.base.progress import Terminal
from explorer.base.shipped import ASSETS
from explorer.commands import relational

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Train models.")
app.add_typer(relational.train)

Photos = Annotated[
    Path, typer.Option(help="Image folder with a metadata.csv of source, label, coarse, split, caption.")
]
TeacherFolder = Annotated[Path, typer.Option(help="Folder with the teacher's .tflite file and label words.")]


@app.callback()
def train() -> None:
    """Train heads on your own data, or the models that ship with the project."""


@app.command("pocket")
def train_pocket_command(
    photos: Photos,
    teacher: TeacherFolder,
    out: Annotated[Path, typer.Option(help="Checkpoints, caches, log and the result; a stopped run goes on.")],
    install: Annotated[bool, typer.Option("--install", help="Copy the result into assets/ at the end.")] = False,
) -> None:
    """Train pocket from random weights; many hours on 2 cores. Stop it at any time and start it again to go on."""
    from recipes.pocket import recipe as pocket

    path = pocket.train_pocket(photos, teacher, out, pocket.Recipe(), Terminal())
    if install:
        pocket.install(out, ASSETS)
    typer.echo(f"Written: {path}. Measure it with: explorer eval pocket --weights {out} --photos {photos}")


@app.command("combiner")
def train_combiner_command(
    workspace: Annotated[str, typer.Argument(metavar="[WORKSPACE]", help="Your own data; none with --scenes.")] = "",
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the Combiner.")] = "pocket",
    column: Annotated[list[str] | None, typer.Option(help="Attribute column; may be repeated.")] = None,
    name: Annotated[str, typer.Option(help="Name of the head; made from the workspace's when left out.")] = "",
    scenes: Annotated[bool, typer.Option("--scenes", help="Train the one that ships, on drawn scenes.")] = False,
    photos: Annotated[Path | None, typer.Option(help="With --scenes: photos to learn from as well.")] = None,
    install: Annotated[bool, typer.Option("--install", help="With --scenes: write it to assets/heads.")] = False,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Train a Combiner on triplets from captions or attribute columns of a workspace. A stopped run goes on."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.conditional.train_workspace import run_scenes, run_workspace

    if scenes == bool(workspace):
        raise InputError("Name a workspace, or give --scenes for the Combiner that ships.")
    if scenes:
        typer.echo(run_scenes(model, photos, name, install, progress_of(job)))
    else:
        typer.echo(run_workspace(open_workspace(workspace), model, column or [], name, progress_of(job)))


@app.command("aspects")
def train_aspects_command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[list[str], typer.Option(help="Attribute column; may be repeated.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the aspect.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the head, for one column.")] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Learn one space an attribute column, measured on items that it has not seen."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.conditional.train_aspect import run_train

    typer.echo(run_train(open_workspace(workspace), model, column, name, progress_of(job)))

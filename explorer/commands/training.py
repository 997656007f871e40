"""`explorer train …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.encoders.pocket import ASSETS
from explorer.progress import Terminal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Train models.")

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
    from explorer.training import pocket

    path = pocket.train_pocket(photos, teacher, out, pocket.Recipe(), Terminal())
    if install:
        pocket.install(out, ASSETS)
    typer.echo(f"Written: {path}. Measure it with: explorer eval pocket --weights {out} --photos {photos}")

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


@app.command("relational")
def train_relational_command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the head.")] = "pocket",
    captions: Annotated[str, typer.Option(help="Column of anonymous captions; the first there is when left out.")] = "",
    name: Annotated[str, typer.Option(help="Name of the head; the workspace's name when left out.")] = "",
    embed: Annotated[bool, typer.Option("--embed", help="Make the relational vectors of all items as well.")] = False,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Train a relational head on the anonymous captions of a workspace. A stopped run goes on."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.training.relational_workspace import run_command

    typer.echo(run_command(open_workspace(workspace), model, captions, name, embed, progress_of(job)))


@app.command("relational-pocket")
def train_relational_pocket_command(
    result: Annotated[Path, typer.Option(help="JSON file that is written.")] = ASSETS.parent
    / "benchmarks/results/relations.json",
) -> None:
    """Train the relational head that ships with pocket, measure it, and write head, card and results."""
    from explorer.encoders.pocket import PocketEncoder
    from explorer.training.relational_eval import format_relations
    from explorer.training.relational_report import make_shipped
    from explorer.training.report import write_report

    pocket = PocketEncoder()
    report = make_shipped(pocket, pocket.text, Terminal())
    write_report(report, result)
    typer.echo(format_relations(report))

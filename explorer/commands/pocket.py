"""`explorer train pocket` and `explorer eval pocket`: the model that ships, made and measured by its recipe."""

import json
from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal
from explorer.base.shipped import ASSETS
from explorer.commands.source_tree import RESULTS, recipe

train = typer.Typer()
"""Commands of `explorer train`."""
evaluate = typer.Typer()
"""Commands of `explorer eval`."""

Photos = Annotated[
    Path, typer.Option(help="Image folder with a metadata.csv of source, label, coarse, split, caption.")
]
TeacherFolder = Annotated[Path, typer.Option(help="Folder with the teacher's .tflite file and label words.")]


@train.command("pocket")
def train_pocket_command(
    photos: Photos,
    teacher: TeacherFolder,
    out: Annotated[Path, typer.Option(help="Checkpoints, caches, log and the result; a stopped run goes on.")],
    further: Annotated[
        Path | None, typer.Option(help="Unlabelled pictures, made by python -m recipes.pocket.picture_set.")
    ] = None,
    begin: Annotated[
        Path | None,
        typer.Option(help="Begin with the weights in this folder (assets: those that ship), and train for 90 minutes."),
    ] = None,
    install: Annotated[bool, typer.Option("--install", help="Copy the result into assets/ at the end.")] = False,
) -> None:
    """Train pocket; many hours on 2 cores from random weights. Stop it at any time and start it again to go on."""
    pocket = recipe("pocket.recipe")
    fresh = pocket.Recipe() if further is None else pocket.WITH_FURTHER
    settings = fresh if begin is None else pocket.GOING_ON
    path = pocket.train_pocket(photos, teacher, out, settings, Terminal(), further=further, begin=begin)
    if install:
        pocket.install(out, ASSETS)
    typer.echo(f"Written: {path}. Measure it with: explorer eval pocket --weights {out} --photos {photos}")


@evaluate.command("pocket")
def eval_pocket_command(
    photos: Annotated[
        Path | None, typer.Option(help="Image folder with a metadata.csv; scenes only without it.")
    ] = None,
    teacher: Annotated[Path | None, typer.Option(help="Folder of the teacher, for its columns.")] = None,
    weights: Annotated[Path, typer.Option(help="Folder with pocket.safetensors and pocket.json.")] = ASSETS,
    kept_back: Annotated[
        list[Path] | None, typer.Option(help="Folder with a folder of pictures for each kind; repeat it.")
    ] = None,
    result: Annotated[Path, typer.Option(help="JSON file that is written.")] = RESULTS / "pocket.json",
    card: Annotated[bool, typer.Option("--card", help="Write the model card beside the weights as well.")] = False,
) -> None:
    """Print pocket's table: what was to be reached, pocket, and the baselines, with 95 % intervals."""
    from explorer.encoders.pocket import PocketFiles
    from explorer.io.atomic import write_json

    table = recipe("pocket.report")
    report = table.evaluate_pocket(PocketFiles(weights), photos, teacher, Terminal(), kept_back or [])
    write_json(result, report)
    if card:
        manifest = json.loads((weights / "pocket.json").read_text(encoding="utf-8"))
        text = recipe("pocket.card").write_card(report, manifest)
        (weights / "pocket.md").write_text(text, encoding="utf-8")
    typer.echo(table.format_report(report))


@evaluate.command("photos")
def eval_photos_command(
    folder: Annotated[Path, typer.Argument(help="A folder of pictures for each kind, named by what they show.")],
    model: Annotated[
        str,
        typer.Option("--model", "-m", help="Model that is measured; pocket:FOLDER for weights of pocket in a folder."),
    ] = "pocket",
    teacher: Annotated[
        Path | None, typer.Option(help="Folder of pocket's teacher: how often the first words agree.")
    ] = None,
    result: Annotated[Path | None, typer.Option(help="JSON file that is written.")] = None,
) -> None:
    """Measure a model on labelled pictures: names, neighbours, copies, beside chance, with 95 % intervals."""
    from explorer.encoders import load_encoder

    report = recipe("pocket.report")
    measured = report.measure_photos(load_encoder(model), folder, teacher, Terminal())
    if result is not None:
        from explorer.io.atomic import write_json

        write_json(result, measured)
    for message in measured["unread"]:
        typer.echo(f"Passed over: {message}", err=True)
    typer.echo(report.format_photos(measured))

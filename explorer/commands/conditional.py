"""`explorer train combiner`, `train aspects`, and `explorer eval` of everything conditional."""

import os
from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.base.progress import Terminal

IN_THE_BACKGROUND = 15
train = typer.Typer()
evaluate = typer.Typer()


@train.command("combiner")
def train_combiner(
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
    from explorer.commands.source_tree import recipe
    from explorer.features.conditional.train_workspace import run_combiner

    if scenes == bool(workspace):
        raise InputError("Name a workspace, or give --scenes for the Combiner that ships.")
    if scenes:
        typer.echo(recipe("combiner.pocket").run(model, photos, name, install, progress_of(job)))
    else:
        typer.echo(run_combiner(open_workspace(workspace), model, column or [], name, progress_of(job)))


@train.command("aspects")
def train_aspects(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[list[str], typer.Option(help="Attribute column; may be repeated.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the aspect.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the head, for one column.")] = "",
    background: Annotated[bool, typer.Option("--background", help="Leave the machine to others; no table.")] = False,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Learn one space an attribute column, measured on items that it has not seen."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.conditional.train_workspace import run_aspects

    if background:
        os.nice(IN_THE_BACKGROUND)
    made = run_aspects(open_workspace(workspace), model, column, name, progress_of(job), background=background)
    typer.echo(made)


@evaluate.command("genecis")
def eval_genecis(
    templates: Annotated[
        Path, typer.Option(help="Folder with the official template files, such as focus_object.json.")
    ],
    model: Annotated[str, typer.Option("--model", "-m", help="A model of pictures and words.")] = "pocket",
    coco: Annotated[Path | None, typer.Option(help="Folder of COCO's val2017, for the object tasks.")] = None,
    vg: Annotated[Path | None, typer.Option(help="Folder of Visual Genome's pictures, for attributes.")] = None,
    combiner: Annotated[str, typer.Option(help="Name of a trained Combiner; one of the model when left out.")] = "",
) -> None:
    """GeneCIS (Vaze et al. 2023): R@1, 2, 3 of a model on the official templates, with your copies of the pictures."""
    from explorer.encoders import load_encoder
    from explorer.features.conditional.evaluate_genecis import Folders, evaluate, format_results

    results = evaluate(load_encoder(model), templates, Folders(coco, vg), Terminal(), combiner)
    typer.echo(format_results(results, model))


@evaluate.command("scenes-genecis")
def eval_scenes_genecis(
    model: Annotated[str, typer.Option("--model", "-m", help="Pictures and words in one space.")] = "pocket",
    head: Annotated[str, typer.Option(help="A Combiner; the first of the model when left out.")] = "",
    templates: Annotated[int, typer.Option(help="Questions a task.", min=20)] = 200,
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
    write: Annotated[Path | None, typer.Option(help="Folder that takes the questions as JSON files.")] = None,
) -> None:
    """GeneCIS's four tasks on drawn scenes of held-out combinations: every method, with intervals."""
    from explorer.features.conditional.evaluate_scenes import run_eval

    typer.echo(run_eval(model, head, templates, result=result, write=write, progress=Terminal()))


@evaluate.command("conditional")
def eval_conditional(
    photos: Annotated[Path, typer.Option(help="Image folder with a metadata.csv.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Pictures and words in one space.")] = "pocket",
    head: Annotated[str, typer.Option(help="A Combiner; the first of the model when left out.")] = "",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Average precision of photos under a condition, for every method, beside the unconditional one."""
    from explorer.commands.source_tree import recipe

    typer.echo(recipe("combiner.evaluate_photos").run(model, head, photos, result, Terminal()))


@evaluate.command("aspects")
def eval_aspects(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[list[str], typer.Option(help="Attribute column; may be repeated.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the aspects.")] = "pocket",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Learned aspects against the model's own space on unseen items: P, R, MRR, MAP, shared neighbours."""
    from explorer.commands.common import open_workspace
    from explorer.features.conditional.evaluate_aspect import format_aspects, run_eval
    from explorer.io.atomic import write_json

    report = run_eval(open_workspace(workspace), model, column, Terminal())
    if result is not None:
        write_json(result, report)
    typer.echo(format_aspects(report))


@evaluate.command("columns")
def eval_columns(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[list[str] | None, typer.Option(help="Attribute column; all when left out.")] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")] = "",
    combiners: Annotated[bool, typer.Option("--combiners", help="Also its Combiners; a minute or so more.")] = False,
) -> None:
    """How well each method keeps to a column, on items that it was not made from: what the page chooses by."""
    from explorer.features.conditional.measured import measured, trials_table
    from explorer.features.conditional.wish import usable_columns
    from explorer.library.functions import open as open_collection

    opened = open_collection(workspace).opened
    spec = opened.best_encoder(model)
    for one in column or usable_columns(opened):
        found = measured(opened, spec, one, combiners=combiners)
        table = trials_table(found) if found else "Too few items share a value."
        typer.echo(f"## {one}\n\n{table}\n")

"""`explorer eval …`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal
from explorer.base.shipped import ASSETS
from explorer.commands import agreement, relational
from explorer.encoders.pocket import PocketFiles

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Measure models.")
app.add_typer(relational.evaluate)
app.add_typer(agreement.evaluate)

ROOT = ASSETS.parent


@app.callback()
def measure() -> None:
    """Measure models and methods against their baselines."""


@app.command("pocket")
def eval_pocket_command(
    photos: Annotated[
        Path | None, typer.Option(help="Image folder with a metadata.csv; scenes only without it.")
    ] = None,
    teacher: Annotated[Path | None, typer.Option(help="Folder of the teacher, for its columns.")] = None,
    weights: Annotated[Path, typer.Option(help="Folder with pocket.safetensors and pocket.json.")] = ASSETS,
    result: Annotated[Path, typer.Option(help="JSON file that is written.")] = ROOT / "benchmarks/results/pocket.json",
    card: Annotated[bool, typer.Option("--card", help="Write the model card beside the weights as well.")] = False,
) -> None:
    """Print pocket's table: what was to be reached, pocket, and the baselines, with 95 % intervals."""
    from recipes.pocket.card import write_card
    from recipes.pocket.report import evaluate_pocket, format_report, write_report

    report = evaluate_pocket(PocketFiles(weights), photos, teacher, Terminal())
    write_report(report, result)
    if card:
        manifest = json.loads((weights / "pocket.json").read_text(encoding="utf-8"))
        (weights / "pocket.md").write_text(write_card(report, manifest), encoding="utf-8")
    typer.echo(format_report(report))


@app.command("genecis")
def eval_genecis_command(
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
    from explorer.features.conditional.evaluate_genecis import evaluate, format_results

    typer.echo(format_results(evaluate(load_encoder(model), templates, coco, vg, Terminal(), combiner), model))


@app.command("scenes-genecis")
def eval_scenes_genecis_command(
    model: Annotated[str, typer.Option("--model", "-m", help="Pictures and words in one space.")] = "pocket",
    head: Annotated[str, typer.Option(help="A Combiner; the first of the model when left out.")] = "",
    templates: Annotated[int, typer.Option(help="Questions a task.", min=20)] = 200,
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
    write: Annotated[Path | None, typer.Option(help="Folder that takes the questions as JSON files.")] = None,
) -> None:
    """GeneCIS's four tasks on drawn scenes of held-out combinations: every method, with intervals."""
    from explorer.features.conditional.train_workspace import run_eval_scenes

    typer.echo(run_eval_scenes(model, head, templates, result, write, Terminal()))


@app.command("conditional")
def eval_conditional_command(
    photos: Annotated[Path, typer.Option(help="Image folder with a metadata.csv.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Pictures and words in one space.")] = "pocket",
    head: Annotated[str, typer.Option(help="A Combiner; the first of the model when left out.")] = "",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Average precision of photos under a condition, for every method, beside the unconditional one."""
    from explorer.features.conditional.train_workspace import run_eval_photos

    typer.echo(run_eval_photos(model, head, photos, result, Terminal()))


@app.command("aspects")
def eval_aspects_command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[list[str], typer.Option(help="Attribute column; may be repeated.")],
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the aspects.")] = "pocket",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Learned aspects against the model's own space on unseen items: P, R, MRR, MAP, shared neighbours."""
    from explorer.commands.common import open_workspace
    from explorer.features.conditional.train_aspect import format_aspects, run_eval
    from recipes.pocket.report import write_report

    report = run_eval(open_workspace(workspace), model, column, Terminal())
    if result is not None:
        write_report(report, result)
    typer.echo(format_aspects(report))

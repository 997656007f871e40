"""`explorer eval …`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from explorer.encoders.pocket import ASSETS, PocketFiles
from explorer.progress import Terminal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Measure models.")

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
    from explorer.training.card import write_card
    from explorer.training.report import evaluate_pocket, format_report, write_report

    report = evaluate_pocket(PocketFiles(weights), photos, teacher, Terminal())
    write_report(report, result)
    if card:
        manifest = json.loads((weights / "pocket.json").read_text(encoding="utf-8"))
        (weights / "pocket.md").write_text(write_card(report, manifest), encoding="utf-8")
    typer.echo(format_report(report))


@app.command("relations")
def eval_relations_command(
    head: Annotated[str, typer.Option(help="A relational head; the shipped one for pocket when left out.")] = "",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Find the scene of the same relation among ten that look the same: the head and its baselines, with intervals."""
    from explorer.training.relational_eval import format_relations
    from explorer.training.relational_report import evaluate_head
    from explorer.training.report import write_report

    report = evaluate_head(head, Terminal())
    if result is not None:
        write_report(report, result)
    typer.echo(format_relations(report))

"""`explorer tune pictures` and `explorer eval pictures`: pictures are tuned without losing the words."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import note_result, open_target, progress_of

tune = typer.Typer()
"""Commands of `explorer tune`."""
evaluate = typer.Typer()
"""Commands of `explorer eval`."""
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Column = Annotated[str, typer.Argument(help="Attribute column with the labels of the pictures.")]
Model = Annotated[str, typer.Option("--model", "-m", help="Model to start from; it reads pictures and texts.")]
Learns = Annotated[
    str, typer.Option("--learns", help="head (a matrix on frozen vectors) or block (pocket's last one).")
]
Split = Annotated[
    str,
    typer.Option(help="Column with the values train, val and test; when left out one called split, else at random."),
]
Captions = Annotated[list[str] | None, typer.Option("--captions", help="A further column whose values are captions.")]
Name = Annotated[str, typer.Option(help="Name of the results: the models tuned:NAME and tuned:NAME-mcip.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True)]


@tune.command("pictures")
def tune_pictures_command(
    workspace: Target,
    column: Column,
    model: Model = "pocket",
    learns: Learns = "head",
    split: Split = "",
    captions: Captions = None,
    name: Name = "pictures",
    steps: Annotated[int, typer.Option(help="Most steps of a training; as usual when left out.")] = 0,
    rate: Annotated[float, typer.Option(help="Size of a step; as usual when left out.")] = 0.0,
    job: Job = None,
) -> None:
    """Tune pictures by labels and re-align the texts; MCIP beside it. Both become models of the workspace."""
    from explorer.features.tune.retrieval.service import plan_of, tune_and_keep
    from explorer.features.tune.retrieval.words import said, table

    plan = plan_of(model, column, learns, split=split, captions=captions or (), name=name, steps=steps, rate=rate)
    report = tune_and_keep(open_target(workspace), plan, progress_of(job))
    typer.echo(f"{said(report)}\n{table(report)}")
    made = f"The collection has the models tuned:{name} and tuned:{name}-mcip."
    typer.echo(made)
    note_result(job, made)


@evaluate.command("pictures")
def eval_pictures_command(
    workspace: Target,
    column: Column,
    model: Model = "pocket",
    learns: Learns = "head",
    split: Split = "",
    captions: Captions = None,
    seed: Annotated[int, typer.Option(help="Of the training, and of a test part drawn at random.")] = 0,
    job: Job = None,
) -> None:
    """Pictures and words that find pictures: untuned, tuned, re-aligned, MCIP; on the test part. No model is made."""
    from explorer.features.tune.retrieval.service import plan_of, report_of
    from explorer.features.tune.retrieval.words import said, table

    plan = plan_of(model, column, learns, split=split, captions=captions or (), seed=seed, name=f"eval-{learns}")
    report = report_of(open_target(workspace), plan, progress_of(job))
    typer.echo(f"{said(report)}\n{table(report)}")

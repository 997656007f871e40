"""`explorer label guess, curve, accept, away`: what methods say of all items, and what becomes of it."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.label_hand import Set, Target

Model = Annotated[str, typer.Option(help="Model whose vectors are used; the default one when left out.")]
Job = Annotated[Path | None, typer.Option(hidden=True)]
Method = Annotated[str, typer.Option(help="Method; `explorer methods label` lists them.")]


def guess(
    workspace: Target, method: Method = "logistic", set_name: Set = "labels", model: Model = "", job: Job = None
) -> None:
    """Let a method guess the label of every item; the answer is kept until labels, items or model change."""
    import numpy as np

    from explorer.features.label.guessing import guesses

    opened = open_target(workspace)
    found = guesses(opened, opened.best_encoder(model), set_name, method, progress_of(job))
    counts = np.bincount(found.codes, minlength=len(found.names))
    lines = [f"{count:>8,}  {name}" for name, count in zip(found.names, counts.tolist(), strict=True)]
    sure = int((found.sureness >= 0.95).sum())
    sentence = f"{len(found.rows):,} items, {sure:,} of them at 0.95 or more, {len(found.labelled):,} by people."
    note_result(job, sentence)
    typer.echo("\n".join([*lines, sentence]))


def curve(
    workspace: Target,
    column: Annotated[str, typer.Argument(help="Column that tells what is right.")],
    method: Annotated[list[str] | None, typer.Option(help="Method; repeatable. All that need no training.")] = None,
    model: Model = "",
    job: Job = None,
) -> None:
    """Accuracy against the number of labels, all methods on the same labelled items."""
    from explorer.features.label.curve import measure_curve

    opened = open_target(workspace)
    found = measure_curve(opened, opened.best_encoder(model), column, methods=method or (), progress=progress_of(job))
    note_result(job, f"Measured on {found.tested:,} items of {found.classes:,} values of {column}.")
    for one in found.points:
        typer.echo(f"{one.method:<14}{one.each:>4} of each   {one.accuracy:.3f} ({one.low:.3f} to {one.high:.3f})")
    typer.echo(f"{found.tested:,} items tested, {found.seeds} draws, 95 % intervals (Student's t).")


def accept(
    workspace: Target,
    name: Annotated[str, typer.Argument(metavar="COLUMN", help="Name of the new column.")],
    above: Annotated[float, typer.Option(help="Probability from which a guess is accepted.")] = 0.95,
    method: Method = "logistic",
    set_name: Set = "labels",
    model: Model = "",
) -> None:
    """Write the sure guesses, and the labels by people, into a new column of the items."""
    from explorer.features.label.accepting import accept as accept_guesses
    from explorer.features.label.accepting import column_words
    from explorer.features.label.guessing import guesses

    opened = open_target(workspace)
    found = guesses(opened, opened.best_encoder(model), set_name, method, progress_of(None))
    typer.echo(f"{column_words(accept_guesses(opened, found, above, name))}.")


def away(workspace: Target, name: Annotated[str, typer.Argument(metavar="COLUMN", help="An accepted column.")]) -> None:
    """Take an accepted column away; nothing else changes."""
    from explorer.features.label.accepting import take_away

    take_away(open_target(workspace), name)
    typer.echo(f"{name} was taken away.")

"""`explorer why`: which sentences of a text answer what was asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of

if TYPE_CHECKING:
    from explorer.features.match.why.model import WhyModel
    from explorer.workspace.opened import Opened

UNTRAINED = "{} has no trained fusion yet: run `explorer why {} --train` (some minutes)."


def why(
    workspace: Annotated[str, typer.Argument(help="Name or folder of a collection of texts.")],
    query: Annotated[str, typer.Argument(help="What is asked.")] = "",
    item: Annotated[str, typer.Argument(help="Id of the text; left out, the first ones that a search finds.")] = "",
    train: Annotated[bool, typer.Option("--train", help="Train the fusion on the texts first.")] = False,
    pairs: Annotated[Path | None, typer.Option(help="Table of queries and ids of the texts that answer.")] = None,
    alpha: Annotated[float, typer.Option(min=0, max=10, help="How much saying the sentence counts; 0: copies.")] = 0.25,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Steps of the training.")] = 300,
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="Texts.")] = 3,
    model: Annotated[str, typer.Option("--model", "-m", help="Model that searches.")] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Show which sentences of a text answer a question, by cross-attention of a small fusion model.

    It is trained on the texts of the collection, with questions made from their words or given ones. The search that
    finds the texts is not changed by it.
    """
    from explorer.features.match.why.service import given_pairs, texts_model, train_why, why_model
    from explorer.features.match.why.training import Plan

    opened = open_target(workspace)
    if train:
        given = given_pairs(opened, pairs) if pairs else []
        made = train_why(opened, Plan(alpha=alpha, steps=steps), progress_of(job), given=given)
        sentence = _trained(made)
        note_result(job, sentence)
        typer.echo(sentence)
    if not query:
        if not train:
            raise InputError("What is asked? Give a query, or --train.")
        return
    known = why_model(opened)
    if known is None:
        raise InputError(UNTRAINED.format(opened.name, opened.name))
    spec = model or texts_model(opened, opened.best_encoder())
    _show(opened, known, query, item, spec, count)


def _trained(made: "WhyModel") -> str:
    about = made.about
    return (
        f"Trained on {about['texts']:,} texts and {about['given']:,} given queries in {about['steps']:,} steps, alpha "
        f"{about['alpha']:g}. Probability of the right one of 32 "
        f"held-out texts: {about['held_out']:.3f}."
    )


def _show(opened: "Opened", known: "WhyModel", query: str, item: str, spec: str, count: int) -> None:
    from explorer.features.match.why.service import found_texts, text_of, why

    items = [item] if item else opened.dataset.ids[found_texts(opened, spec, query, count)].tolist()
    for one in items:
        text = text_of(opened, one)
        found, scores = why(known, query, text)
        typer.echo(f"\n{one}")
        for number, (start, stop) in enumerate(found.sentences):
            mark = "*" if number == found.best else " "
            attention, cosine = scores["mean"][number], scores["cosine"][number]
            typer.echo(f" {mark} {attention:.4f}  cosine {cosine:+.3f}  {text[start:stop]}")
        typer.echo(f"   {'says' if found.said else 'copies'}: {found.snippet}")
    if not items:
        typer.echo("No text was found.")

"""`explorer eval match baskets` and `explorer eval match why`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal

evaluate = typer.Typer()
"""Commands of `explorer eval match`."""


@evaluate.command("baskets")
def eval_baskets(
    workspace: Annotated[str, typer.Argument(help="A collection; baskets hold its ids.")],
    baskets: Annotated[Path, typer.Argument(help="Table with a row for each thing of each basket.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Model that tells what things are like.")] = "",
    seed: Annotated[int, typer.Option(help="Of the baskets that are held out.", min=0)] = 0,
) -> None:
    """Recall of the others of held-out baskets: IN with OUT, IN with IN, counts and popularity, with intervals."""
    from explorer.commands.common import open_target
    from explorer.features.match.together.model import Choices
    from explorer.features.match.together.service import measure

    opened = open_target(workspace)
    told = measure(opened, baskets, opened.best_encoder(model), Choices(), seed=seed)
    typer.echo(f"{told.covered[0]:,} things in pairs, {told.covered[1]:,} with made ones; recall@10, 95 % intervals")
    for name, scores in (("baskets", told.baskets), ("things", told.things), ("unsold", told.cold)):
        for way, score in scores.items():
            typer.echo(f"{name:<8} {way:<8} {score.value:.3f} ({score.low:.3f} to {score.high:.3f})  n {score.items:,}")


@evaluate.command("why")
def eval_why(
    collection: Annotated[
        str, typer.Argument(help="Texts: half to learn from, half to ask; LIMIT-small when left out.")
    ] = "",
    alpha: Annotated[list[float] | None, typer.Option(help="Weight of saying the sentence; repeat it.")] = None,
    steps: Annotated[int, typer.Option(help="Steps of each training.", min=1)] = 300,
    cases: Annotated[int, typer.Option(help="Questions that are asked, drawn at random.", min=10)] = 400,
    given: Annotated[bool, typer.Option(help="LIMIT-small: learn from half of its questions as well.")] = False,
    seed: Annotated[int, typer.Option(help="Of the weights and of all that is drawn.", min=0)] = 0,
) -> None:
    """Train the fusion and find the sentence that answers, for each alpha, beside cosine and chance.

    Of a collection the questions are words of a sentence; of LIMIT-small its own, and the clause that is named.
    """
    from explorer.features.match.why.evaluate import WAYS, limit_cases, limit_given, localise, made_cases, trained_on

    pairs: list[tuple[str, int]] = []
    if collection:
        texts, asked = _halves(collection, seed)
        to_find = made_cases(asked, cases, seed)
    else:
        texts, pairs = limit_given()
        to_find = limit_cases(cases, seed)
    for one in alpha or [0.0, 0.25, 0.5]:
        model = trained_on(texts, one, steps, Terminal(), given=pairs if given else (), seed=seed)
        told = localise(model, to_find, seed=seed)
        typer.echo(f"alpha {one:g}, {steps} steps, R@1 of the sentence, 95 % intervals, n {len(to_find)}")
        for way, score in told.found.items():
            typer.echo(f"  {score.value:.3f} ({score.low:.3f} to {score.high:.3f})  {WAYS[way]}")
        for name, score in told.said.items():
            typer.echo(f"  {score.value:.3f} ({score.low:.3f} to {score.high:.3f})  snippet, {name}")


def _halves(collection: str, seed: int) -> tuple[tuple[str, ...], list[str]]:
    """The texts of a collection in two halves, by chance."""
    import numpy as np

    from explorer.base.dataset import TEXT
    from explorer.base.errors import InputError
    from explorer.commands.common import open_target

    opened = open_target(collection)
    texts = [text for text in opened.dataset.table.column(TEXT).to_pylist() if text.strip()]
    if len(texts) < 20:
        raise InputError(f"{opened.name}: expected at least 20 texts to hold half of them out, got {len(texts)}.")
    order = np.random.default_rng(seed).permutation(len(texts))
    first, second = np.array_split(order, 2)
    return tuple(texts[place] for place in first), [texts[place] for place in second]

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
    alpha: Annotated[list[float] | None, typer.Option(help="Weight of saying the sentence; repeat it.")] = None,
    steps: Annotated[int, typer.Option(help="Steps of each training.", min=1)] = 300,
    cases: Annotated[int, typer.Option(help="Questions that are asked, drawn at random.", min=10)] = 400,
    given: Annotated[bool, typer.Option(help="Half of the questions are learned from, the others asked.")] = False,
    seed: Annotated[int, typer.Option(help="Of the weights and of all that is drawn.", min=0)] = 0,
) -> None:
    """Train the fusion on LIMIT-small and find the clause that answers, for each alpha, beside cosine and chance."""
    from explorer.features.match.why.evaluate import WAYS, limit_trained, localise_limit

    for one in alpha or [0.0, 0.25, 0.5]:
        model = limit_trained(one, steps, Terminal(), given=given, seed=seed)
        told = localise_limit(model, cases, seed)
        typer.echo(f"alpha {one:g}, {steps} steps, R@1 of the clause, 95 % intervals, n {cases}")
        for way, score in told.found.items():
            typer.echo(f"  {score.value:.3f} ({score.low:.3f} to {score.high:.3f})  {WAYS[way]}")
        for name, score in told.said.items():
            typer.echo(f"  {score.value:.3f} ({score.low:.3f} to {score.high:.3f})  snippet, {name}")

"""`explorer similar`: the items most like one, in all respects or under a condition."""

import sys
from typing import Annotated

import typer


def similar(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item's id.")],
    under: Annotated[str, typer.Option(help="A column, a named aspect such as colour, or your own words.")] = "",
    to: Annotated[str, typer.Option(help="The value wanted instead, for “like it, but blue”.")] = "",
    method: Annotated[str, typer.Option(help="From `explorer methods conditional`; the best when left out.")] = "",
    k: Annotated[int, typer.Option("-k", "--count", help="How many results.")] = 10,
    model: Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")] = "",
    train: Annotated[bool, typer.Option("--train", help="First learn the aspect of the column, once.")] = False,
    measure: Annotated[bool, typer.Option("--measure", help="Print what each method scored on the column.")] = False,
) -> None:
    """Find the items most like one item, under a condition where one is given; the best method is measured."""
    from explorer.features.conditional.measured import measured, trials_table
    from explorer.library.functions import open as open_collection

    collection = open_collection(workspace)
    found = collection.similar(item, under=under, to=to, method=method, k=k, model=model, train=train)
    for rank, (name, score) in enumerate(found, 1):
        typer.echo(f"{rank:>4}  {score:7.3f}  {name}")
    typer.echo(f"Score: {found.measure}. {found.note}", file=sys.stderr)
    if measure and under in collection.opened.dataset.attributes:
        tried = measured(collection.opened, collection.opened.best_encoder(model), under)
        typer.echo(trials_table(tried) if tried else "Too few items share a value to measure anything.")

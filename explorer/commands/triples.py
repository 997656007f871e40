"""`explorer triples`: queries with an item that answers each and one that only seems to, for training a model."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of


def triples(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    query: Annotated[str, typer.Option(help="Add one: what is asked.")] = "",
    positive: Annotated[str, typer.Option(help="Id of the item that answers it.")] = "",
    negative: Annotated[list[str] | None, typer.Option(help="Id of one that does not; may be repeated.")] = None,
    mine: Annotated[int, typer.Option(help="Mine so many texts, drawn at random.")] = 0,
    model: Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")] = "",
    seed: Annotated[int, typer.Option(help="Draws the texts to mine.")] = 0,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what came in last.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write all to a .jsonl, .csv or .parquet.")] = None,
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Training triples of a collection: how many there are; add, mine, take back or export them."""
    from explorer.io.text import counted
    from explorer.search.triples import collect, export_triples
    from explorer.search.triples import mine as mine_triples
    from explorer.workspace.triple_store import Triple, triple_store

    if sum(map(bool, (query or positive, mine, undo, export))) > 1:
        raise InputError("Expected one of --query with --positive, --mine, --undo and --export, got several.")
    opened = open_target(workspace)
    store = triple_store(opened.workspace)
    if query or positive:
        told = f"{collect(opened, [Triple(query, positive, one) for one in negative or ('',)]).words}."
    elif mine:
        told = mine_triples(opened, opened.best_encoder(model), mine, seed=seed, progress=progress_of(job)).sentence
        note_result(job, told)
    elif undo:
        last = store.last()
        if last is None:
            raise InputError("There are no triples to take back.")
        told = f"Taken back: {store.undo(last.number).words}."
    elif export:
        told = f"{counted(export_triples(opened, export), 'triple')} written to {export}"
    else:
        told = f"{counted(store.count(), 'triple')}."
    typer.echo(told)

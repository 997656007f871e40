"""`explorer eval match names`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal
from explorer.commands.named_values import named_values

evaluate = typer.Typer()
Column = Annotated[str, typer.Option(help="The column of names; guessed when left out.")]
Ids = Annotated[str, typer.Option(help="The column of ids; numbers of rows when left out.")]


@evaluate.command("names")
def eval_names(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="A table, or the name of a collection.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The other list.")],
    truth: Annotated[str, typer.Option(help="Column of LEFT with the right ids of RIGHT.")],
    left_column: Column = "",
    right_column: Column = "",
    left_ids: Ids = "",
    right_ids: Ids = "",
    method: Annotated[
        list[str] | None, typer.Option(help="A matcher; repeat it. All by letters when left out.")
    ] = None,
    directory: Annotated[Path | None, typer.Option(help="A file of names and what they stand for.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting of matchers that have it.")
    ] = None,
    about: Annotated[float, typer.Option(help="Links a name, counted beside.", min=1e-6)] = 1.0,
    model: Annotated[str, typer.Option("--model", "-m", help="What turns names into vectors.")] = "pocket",
    seed: Annotated[int, typer.Option(help="Of the intervals of F1.", min=0)] = 0,
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Names of two lists: right pairs found, first and F1 of every matcher, with 95 % intervals."""
    from explorer.features.match.sources import read_source
    from explorer.features.match.strings.evaluate import measure_names
    from explorer.features.match.truth import truth_of_column
    from explorer.io.atomic import write_json

    mine = read_source(left, column=left_column, ids=left_ids)
    theirs = read_source(right, column=right_column, ids=right_ids)
    methods = method or [
        "jaccard",
        "jaro_winkler",
        "osa",
        "token_set",
        "tfidf",
        "mix",
        *(["directory"] * bool(directory)),
    ]
    options = {**named_values(set_), **({"file": str(directory)} if directory else {})}
    known = truth_of_column(mine, theirs, truth)
    for note in known.notes:
        typer.echo(note)
    reports = measure_names(
        mine, theirs, known, methods, options, about=about, model=model, progress=Terminal(), seed=seed
    )
    for one in reports:
        typer.echo(one.line())
    if result is not None:
        write_json(result, {"pairs": len(known), "matchers": [one.as_dict() for one in reports]})

"""`explorer eval match shelves` and `explorer eval match revisions`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.progress import Terminal

if TYPE_CHECKING:
    from explorer.base.arrays import Rows
    from explorer.features.match.side import Side

evaluate = typer.Typer()
"""Commands of `explorer eval match`."""


@evaluate.command("shelves")
def eval_shelves_command(
    spines: Annotated[Path, typer.Argument(metavar="SPINES", help="A table: a line a spine, and the id of its book.")],
    catalogue: Annotated[Path, typer.Argument(metavar="CATALOGUE", help="A table of books.")],
    line: Annotated[str, typer.Option(help="Column of SPINES with the lines; guessed when left out.")] = "",
    truth: Annotated[str, typer.Option(help="Column of SPINES with the ids of the right books.")] = "book",
    title: Annotated[str, typer.Option(help="Column of CATALOGUE with the titles; guessed when left out.")] = "",
    ids: Annotated[str, typer.Option(help="Column of CATALOGUE with the ids.")] = "id",
    missing: Annotated[float, typer.Option(help="Share of the true books that are taken away.", min=0, max=0.95)] = 0.3,
    draws: Annotated[int, typer.Option(help="How often; draw i has seed i.", min=1, max=100)] = 5,
    twice: Annotated[float, typer.Option(help="Share of spines that get a made second copy.", min=0, max=1)] = 0.0,
    method: Annotated[list[str] | None, typer.Option(help="A matcher; repeat it. Usual: those of texts.")] = None,
) -> None:
    """Tell how many spines find their book by each matcher and way to link, with all books and without some."""
    from explorer.features.match.method import Task
    from explorer.features.match.service import DEFAULT_MODEL, make_task
    from explorer.features.match.shelves.evaluate import shelf_scores, with_second_copies
    from explorer.features.match.sides import side_of_file

    left, right = side_of_file(spines, line), side_of_file(catalogue, title, ids)
    task: Task = make_task(left, right, "shelves", model=DEFAULT_MODEL)
    rows = _truth(left, right, truth)
    if twice:
        task, rows = with_second_copies(task, rows, twice)
    for share in dict.fromkeys((0.0, missing)):
        typer.echo(f"{share:.0%} of the books taken away: found of those there, left alone of the others, right of all")
        for one in shelf_scores(
            task, rows, missing=share, draws=draws, progress=Terminal(), methods=tuple(method or ())
        ):
            scores = (one.found, one.alone, one.right)
            shown = [f"{score.value:.4f} ({score.low:.4f} to {score.high:.4f})" if score else "–" for score in scores]
            typer.echo(f"{one.method}, {one.way}: {'; '.join(shown)}")


def _truth(left: "Side", right: "Side", column: str) -> "Rows":
    """(n,) right row of each left one; InputError names the first row whose book is not there."""
    import numpy as np

    from explorer.base.errors import InputError

    place = {one: row for row, one in enumerate(right.ids)}
    found = []
    for row, one in enumerate(left.strings(column), start=1):
        if one not in place:
            raise InputError(f"{left.name}, row {row}: expected the id of a book of {right.name}, got {one!r:.60}.")
        found.append(place[one])
    return np.array(found, np.int64)


@evaluate.command("revisions")
def eval_revisions_command(
    tokens: Annotated[int, typer.Option(help="Length of the made text.", min=10, max=40_000)] = 10_000,
    changed: Annotated[
        float, typer.Option(help="Share of tokens that a revision drops, and adds.", min=0, max=1)
    ] = 0.03,
    seed: Annotated[int, typer.Option(help="Of the made texts.", min=0)] = 0,
) -> None:
    """Time three-way comparison of made texts beside plain comparisons of two of them, in seconds of one core."""
    from explorer.features.match.revisions.evaluate import timed

    for name, seconds in timed(tokens, changed, seed).items():
        typer.echo(f"{name}: {seconds:.4f} s")

"""`explorer goes-with`: what is bought with an item, and what stands in for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.common import note_result, open_target, progress_of

if TYPE_CHECKING:
    from explorer.base.metrics import Score
    from explorer.features.match.together.model import Together
    from explorer.workspace.opened import Opened


def goes_with(
    workspace: Annotated[str, typer.Argument(help="Name or folder of a collection; baskets hold its ids.")],
    item: Annotated[str, typer.Argument(help="Id of an item; left out, all is only learned.")] = "",
    baskets: Annotated[
        Path | None, typer.Option(help="Table with a row for each thing of each basket; the shop's own in its demo.")
    ] = None,
    basket_column: Annotated[str, typer.Option(help="Its column of baskets; guessed when left out.")] = "",
    item_column: Annotated[str, typer.Option(help="Its column of ids; guessed when left out.")] = "",
    negatives: Annotated[int, typer.Option(min=1, max=100, help="Things drawn from the noise for a pair.")] = 5,
    exponent: Annotated[
        float, typer.Option(min=-2, max=2, help="Frequent things are noise more often above 0.")
    ] = 0.75,
    subsampling: Annotated[float, typer.Option(min=0, max=1, help="Things above this share count less; 0: all.")] = 0,
    cold: Annotated[int, typer.Option(min=0, max=50, help="Neighbours that lend unsold things their pairs.")] = 5,
    count: Annotated[int, typer.Option("-k", min=1, max=1000, help="Items of each list.")] = 10,
    model: Annotated[str, typer.Option("--model", "-m", help="Model that tells what things look or read like.")] = "",
    measure: Annotated[
        bool, typer.Option("--measure", help="Hold out a fifth of the baskets and ask for them.")
    ] = False,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """List what is bought with an item and what stands in for it, learned from baskets."""
    from explorer.features.match.together.model import Choices
    from explorer.features.match.together.service import learn_baskets
    from explorer.features.match.together.service import measure as measure_baskets

    opened = open_target(workspace)
    path, spec = _table(opened, baskets), opened.best_encoder(model)
    choices = Choices(negatives=negatives, exponent=exponent, subsampling=subsampling, cold=cold)
    columns = (basket_column, item_column)
    found = learn_baskets(opened, path, spec, choices, columns=columns, progress=progress_of(job))
    for note in found.about["notes"]:
        typer.echo(note)
    told = _covered(found)
    note_result(job, told)
    typer.echo(told)
    if item:
        _tell(opened, found, item, count)
    if measure:
        told_of = measure_baskets(opened, path, spec, choices, columns)
        for name, scores in (("baskets", told_of.baskets), ("things", told_of.things), ("unsold", told_of.cold)):
            for way, score in scores.items():
                typer.echo(_line(name, way, score))


def _table(opened: "Opened", baskets: Path | None) -> Path:
    from explorer.base.errors import InputError
    from explorer.workspace.shop import shop_files

    path = baskets or shop_files(opened.workspace).get("baskets")
    if path is None:
        raise InputError("Which baskets? Give a table with --baskets FILE: a row for each thing of each basket.")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file. Expected a table of baskets (.csv, .parquet, .jsonl).")
    return path


def _covered(found: "Together") -> str:
    from explorer.features.match.together.model import little
    from explorer.io.text import counted

    about = found.about
    return (
        f"{counted(about['baskets'], 'basket')} of several items, {about['pairs']:,} ordered pairs. "
        f"{about['covered']:,} of {about['things']:,} items stand in a pair, with made ones "
        f"{about['covered_with_made']:,}. {little(about)}"
    ).rstrip()


def _tell(opened: "Opened", found: "Together", item: str, count: int) -> None:
    import numpy as np

    from explorer.search.captions import captions

    row = int(opened.dataset.rows_of([item])[0])
    for title, (rows, scores) in (
        ("Bought with it (IN with OUT, product)", found.beside(row, count)),
        ("Stands in for it (IN with IN, cosine)", found.instead(row, count)),
    ):
        typer.echo(f"\n{title}")
        ids, words = opened.dataset.ids[rows], captions(opened, np.asarray(rows))
        for one, word, score in zip(ids, words, scores, strict=True):
            typer.echo(f"{score:>8.3f}  {one}  {word}")
        if not len(rows):
            typer.echo("  nothing: the item is in no basket, and nothing like it is")


def _line(name: str, way: str, score: "Score") -> str:
    return (
        f"recall@10 of {name:<8} {way:<8} {score.value:.3f} ({score.low:.3f} to {score.high:.3f}), n = {score.items:,}"
    )

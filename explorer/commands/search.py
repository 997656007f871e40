"""`explorer search`: what a collection holds that is like some words, a picture or an item."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError

if TYPE_CHECKING:
    from explorer.base.arrays import Mask
    from explorer.library.results import Results
    from explorer.search.where import Typed
    from explorer.workspace.opened import Opened


def search(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]...", help="What to look for, in words.")] = None,
    image: Annotated[list[Path] | None, typer.Option(help="A picture to search by; may be repeated.")] = None,
    item: Annotated[list[str] | None, typer.Option(help="An item's id to search by; may be repeated.")] = None,
    minus: Annotated[list[str] | None, typer.Option(help="Words for what it should be less like; repeatable.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="column=value, column=low..high, or column=a,b; may be repeated.")
    ] = None,
    k: Annotated[int, typer.Option("-k", "--count", help="How many results.")] = 10,
    model: Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")] = "",
    by: Annotated[
        str, typer.Option(help="dense (by meaning), keywords (by the words in the texts), or both, fused.")
    ] = "dense",
    batch: Annotated[
        Path | None, typer.Option(help="CSV of queries: text or id, k, where, columns of the collection.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With --batch: .csv, .jsonl or .parquet for the answers.")
    ] = None,
    clusters: Annotated[
        int, typer.Option(help="With --batch: look into so many nearest clusters alone; 0: exact.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines with all columns instead of a table.")] = False,
) -> None:
    """Find the items nearest to words, pictures or items, best first; or answer a file of queries with --batch."""
    if batch is not None:
        _answer_file(workspace, batch, output, clusters, model, asked=bool(text or image or item or minus or where))
        return
    if output is not None or clusters:
        raise InputError("--output and --clusters go with --batch FILE.")
    from explorer.library.functions import open as open_collection

    found = open_collection(workspace).search(
        text or (),
        image=image or (),
        item=item or (),
        minus=minus or (),
        where=conditions(where),
        k=k,
        model=model,
        by=by,
    )
    if as_json:
        for record in json.loads(found.to_pandas().to_json(orient="records", date_format="iso")):
            typer.echo(json.dumps(record, ensure_ascii=False))
        return
    digits = 5 if by == "both" else 3
    for rank, (name, score) in enumerate(found, 1):
        typer.echo(f"{rank:>4}  {score:7.{digits}f}  {name}")
    for line in (*_remarks(found), f"Score: {found.measure}. {found.note}"):
        typer.echo(line, file=sys.stderr)


def _answer_file(workspace: str, file: Path, output: Path | None, clusters: int, model: str, *, asked: bool) -> None:
    from explorer.commands.lab_batches import answer_file

    if asked:
        raise InputError("--batch: what is asked for stands in the file; leave out words, --item, --where and others.")
    answer_file(workspace, file, output, clusters=clusters, model=model)


def _remarks(found: "Results") -> list[str]:
    """What is said below the list: whether anything stands out, and what the words name."""
    stands = {None: "", 0: "None stands out: what you look for is probably not in this collection."}
    many = f"All {len(found)}" if found.clear == len(found) else f"The first {found.clear} of {len(found)}"
    words = stands.get(found.clear, f"{many} stand out.")
    names = f"Also by name: {' · '.join(found.names)}." if found.names else ""
    return [line for line in (words, names) if line]


def conditions(where: list[str] | None) -> "dict[str, Typed]":
    """Conditions as they are typed, in the form that the library takes; InputError for one that cannot be read."""
    from explorer.search.where import typed_condition

    return dict(typed_condition(one, "--where") for one in where or ())


def passing(opened: "Opened", where: list[str]) -> "Mask":
    """(n,) True for the items that pass the conditions."""
    from explorer.search.find import filter_mask
    from explorer.search.where import filters_of

    return filter_mask(opened, filters_of(opened.tagged, conditions(where)))

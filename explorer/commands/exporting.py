"""`explorer export`: the items as a table or in another tool's format, as a page to send, as a figure."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, open_workspace, progress_of

if TYPE_CHECKING:
    from explorer.base.arrays import Rows
    from explorer.library.sending.choice import Asked, Sent, Stop
    from explorer.workspace.opened import Opened

TABLES = ("csv", "parquet", "jsonl", "zip")

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Destination = Annotated[
    Path, typer.Argument(help="File ending in .csv, .parquet, .jsonl, .zip, .html (a page), or .svg, .pdf, .png.")
]


def export(
    workspace: Target,
    destination: Destination,
    view: Annotated[str, typer.Option(help="Only the items of this saved view.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Only items with column=value, column=low..high or column=a,b; repeatable.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="Write in the format of another tool; docs/formats.md lists them.")
    ] = "",
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="With --format: whose vectors go along; repeatable. Else: whose map."),
    ] = None,
    map_: Annotated[str, typer.Option("--map", help="Page and figure: umap or pca; the best when left out.")] = "",
    colour: Annotated[
        str, typer.Option(help="Page and figure: column:NAME, none, trust or continuity; else the clusters.")
    ] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="Page: only these columns go along; repeatable. Else all.")
    ] = None,
    no_columns: Annotated[bool, typer.Option("--no-columns", help="Page: no column goes along.")] = False,
    tour: Annotated[str, typer.Option(help="Page: the stops of this tour.")] = "",
    link: Annotated[str, typer.Option(help="Page: begin with what this address of Explore shows.")] = "",
    only: Annotated[bool, typer.Option("--only", help="With --link: only the items that it selects.")] = False,
    width: Annotated[float, typer.Option(help="Figure: millimetres; a column is 85, a page 180.")] = 180.0,
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Write the items, their attributes and tags to a file; a zip holds the images as well.

    With --format the vectors go along too, of all models where --model names none. A file that ends in .html is a page
    with map, pictures, search and neighbours that works without the app and a network; .svg, .pdf and .png are figures.
    """
    from explorer.base.arrays import check_choice
    from explorer.commands.search import passing
    from explorer.library.sending.choice import choose
    from explorer.library.sending.files import KINDS, kind_of, most_items
    from explorer.workspace.summary import rows_of_view

    kind = kind_of(destination)
    if not format_:
        check_choice(kind, [*TABLES, *KINDS], f"{destination.name}: the ending of the file")
    opened = open_target(workspace)
    rows = rows_of_view(opened.workspace, view)
    rows = rows[passing(opened, where)[rows]] if where else rows
    if format_ or kind in TABLES:
        notes = _write_table(workspace, rows, destination, format_, model)
    else:
        start, stops = _from_app(opened, link, tour, _one(model))
        asked = None
        if only and start:
            rows, asked, start = _only(opened, rows, link, start, _one(model))
        sent = choose(
            opened,
            model=_one(model),
            method=map_,
            rows=rows,
            colour=colour,
            columns=() if no_columns else tuple(column) if column else None,
            start=start,
            stops=stops,
            asked=asked,
            most=most_items(destination),
        )
        notes = _write_sent(sent, destination, width, job)
    told = f"{len(rows):,} items written to {destination}"
    note_result(job, f"{len(rows):,} items.")
    typer.echo("\n".join([*notes, told]))


def _write_table(workspace: str, rows: "Rows", destination: Path, format_: str, model: list[str] | None) -> list[str]:
    from explorer.io.export import export_rows
    from explorer.workspace.exporting import export_format
    from explorer.workspace.tags import WithTags

    ws = open_workspace(workspace)
    if format_:
        return export_format(ws, rows, format_, destination, models=model, progress=progress_of(None))
    export_rows(WithTags(ws), rows, destination)
    return []


def _one(model: list[str] | None) -> str:
    """The model whose map is sent."""
    if model and len(model) > 1:
        raise InputError(f"--model: a page and a figure show one model, got {len(model)}.")
    return model[0] if model else ""


def _from_app(opened: "Opened", link: str, tour: str, model: str) -> tuple["Stop | None", tuple["Stop", ...]]:
    """What an address and a tour show, as far as a page can."""
    if not link and not tour:
        return None, ()
    from explorer.app.explore.sent_view import stop_of_link, stops_of
    from explorer.workspace.tours_store import load_tour

    spec = opened.best_encoder(model)
    start = stop_of_link(opened, link, spec) if link else None
    return start, stops_of(opened, load_tour(tour), spec) if tour else ()


def _only(opened: "Opened", rows: "Rows", link: str, start: "Stop", model: str) -> tuple["Rows", "Asked", "Stop"]:
    """Those of the rows that an address selects or finds, the best first; what they are; where the page begins."""
    from dataclasses import replace

    import numpy as np

    from explorer.app.explore.sent_view import found_of_link

    found, asked = found_of_link(opened, link, opened.best_encoder(model))
    # All of them are there for the same reason: none is picked out, and the map is fitted to them.
    return found[np.isin(found, rows)], asked, replace(start, picked="", at="", selected=(), asked=None)


def _write_sent(sent: "Sent", destination: Path, width: float, job: Path | None) -> list[str]:
    """Write a page or a figure, as the ending says; return what is to be told."""
    from explorer.library.sending.files import export_sent

    export_sent(sent, destination, width_mm=width, progress=progress_of(job))
    return [one.note for one in (*((sent.start,) if sent.start else ()), *sent.stops) if one.note]

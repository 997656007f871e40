"""`explorer tour …`: list tours, check whether each stop still opens, bring one in, write one out."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.io.text import counted

app = typer.Typer(
    help="Guided tours: list and check them, bring one in, write one to a file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a tour; `explorer tour list` tells which there are.")
]


@app.command("list")
def list_tours() -> None:
    """List all tours."""
    from explorer.base.errors import ExplorerError
    from explorer.workspace.tours_store import load_tour, tour_names

    for name in tour_names():
        try:
            tour = load_tour(name)
            typer.echo(f"{name}: {counted(len(tour.stops), 'stop')}{', ships with the program' * tour.built_in}")
        except ExplorerError as error:
            typer.echo(f"{name}: {error}")


@app.command()
def check(name: Name) -> None:
    """Tell of each stop whether it still opens, what is missing, and what to do."""
    from explorer.app.tour.check import lacking
    from explorer.workspace.tours_store import load_tour

    tour = load_tour(name)
    bad = 0
    for number, stop in enumerate(tour.stops, 1):
        missing = lacking(stop)
        bad += bool(missing)
        typer.echo(f"{number:>3}  {stop.page}: {'opens' if not missing else ' '.join(missing)}")
    typer.echo(f"{bad} of {len(tour.stops)} stops lack something." if bad else f"All {len(tour.stops)} stops open.")
    if bad:
        raise typer.Exit(1)


@app.command("import")
def import_tour(
    file: Annotated[Path, typer.Argument(help="A tour as JSON.")],
    name: Annotated[str, typer.Option(help="Name of the tour; that of the file when left out.")] = "",
) -> None:
    """Bring a tour in; its stops may only show pages and workspaces that are here."""
    from explorer.workspace.tours_store import bring_tour

    try:
        data = file.expanduser().read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error
    tour = bring_tour(name or file.stem, data)
    typer.echo(
        f"{tour.name}: {counted(len(tour.stops), 'stop')}. Show it with: explorer serve --present --tour {tour.name!r}"
    )


@app.command()
def export(name: Name, file: Annotated[Path, typer.Argument(help="The JSON file to write.")]) -> None:
    """Write a tour to a file, to send it or to change it by hand."""
    from explorer.io.atomic import atomic_write
    from explorer.workspace.tours import write_tour
    from explorer.workspace.tours_store import load_tour

    tour = load_tour(name)
    with atomic_write(file.expanduser()) as temporary:
        temporary.write_text(write_tour(tour), encoding="utf-8")
    typer.echo(f"{counted(len(tour.stops), 'stop')} written to {file}")


@app.command()
def undo(name: Name) -> None:
    """Take the last change of a tour back, a deletion too."""
    from explorer.workspace.tours_store import undo_change

    tour = undo_change(name)
    typer.echo(f"{tour.name} is as it was before its last change: {counted(len(tour.stops), 'stop')}.")

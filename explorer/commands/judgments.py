"""`explorer judgments …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="People's judgments."
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Kind = Annotated[str, typer.Option("--format", "-f", help="events, odd-one-out, triplets, votes or matrix")]


@app.callback()
def judgments() -> None:
    """People's judgments: campaigns, import and export, agreement of models with people."""


@app.command("import")
def import_command(
    workspace: Target,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, TXT, JSONL, Parquet, JSON, NPY or NPZ, after the format.")],
    kind: Kind,
    campaign: Annotated[str, typer.Option(help="Name for these answers; the file's when left out.")] = "",
    base: Annotated[int | None, typer.Option(help="Items are numbered from here (0 or 1), not named by id.")] = None,
    by_path: Annotated[bool, typer.Option("--by-path", help="Numbers follow the sorted names of the images.")] = False,
    items: Annotated[str, typer.Option(help="Columns of the three items, by name or number from 1.")] = "1,2,3",
    odd: Annotated[str, typer.Option(help="third, second, or column:NAME with the position 1 to 3.")] = "third",
    person: Annotated[str, typer.Option(help="Column with the person, by name or number from 1.")] = "",
    array: Annotated[str, typer.Option(help="Which array of an .npz file.")] = "",
    similar: Annotated[bool, typer.Option("--similarities", help="The matrix holds similarities.")] = False,
) -> None:
    """Add judgments from a file. Items are known by id, or by number with --base."""
    from explorer.pipeline.judging import Options, import_judgments
    from explorer.workspace import open_named

    options = Options(kind, campaign, base, by_path, items, odd, person, array, similar)
    typer.echo(import_judgments(open_named(workspace), file, options).sentence)


@app.command("export")
def export_command(
    workspace: Target,
    destination: Annotated[Path, typer.Argument(help="File; its ending says how it is written.")],
    kind: Annotated[
        str,
        typer.Option("--format", "-f", help="events, odd-one-out, odd-one-out-second, triplets or dissimilarities"),
    ] = "events",
    campaign: Annotated[str, typer.Option(help="Only this campaign.")] = "",
) -> None:
    """Write judgments to a file: all events, or the arrays that other programs read."""
    from explorer.pipeline.judging import export_judgments
    from explorer.workspace import open_named

    typer.echo(export_judgments(open_named(workspace), destination, kind, campaign))

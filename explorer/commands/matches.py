"""`explorer matches WORKSPACE`: the matches that a collection keeps."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import open_target
from explorer.commands.match import write_links

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def matches(
    workspace: Target,
    away: Annotated[str, typer.Option(help="Take the match of this name away; decisions stay.")] = "",
    export: Annotated[str, typer.Option(help="Write the links of the match of this name to --out.")] = "",
    out: Annotated[Path | None, typer.Option(help="A .csv, .parquet or .jsonl file.")] = None,
    way: Annotated[str, typer.Option(help="best, mutual, about, one or many.")] = "best",
    threshold: Annotated[float | None, typer.Option(help="Link only pairs of at least this score.")] = None,
) -> None:
    """List the kept matches of a collection; write one's links as people decided them, or take one away."""
    from explorer.features.match.assigning import Rule
    from explorer.features.match.kept import kept_matches, open_match, take_away

    opened = open_target(workspace)
    if away:
        take_away(opened.workspace, away)
        typer.echo(f"{away} is taken away.")
    elif export:
        if out is None:
            raise InputError("Export a match: expected --out with a .csv, .parquet or .jsonl file.")
        from explorer.features.match.standing import standing
        from explorer.workspace.match_store import match_store

        matched, said = open_match(opened.workspace, export), match_store(opened.workspace).decisions(export)
        found = standing(matched, Rule(way=way, threshold=threshold), said)
        write_links(found.matched, found.links, out, said)
    else:
        for one in kept_matches(opened.workspace):
            typer.echo(f"{one.name}: {one.left} and {one.right}, {one.method}, {one.pairs:,} pairs, {one.made[:10]}")

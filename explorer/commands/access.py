"""`explorer keys` and `explorer audit`: who is let in, and who did what."""

from typing import Annotated

import typer


def keys(
    new: Annotated[bool, typer.Option("--new", help="Make other keys: links and browsers of before are out.")] = False,
    url: Annotated[str, typer.Option(help="Where people reach the server.")] = "http://localhost:8501",
) -> None:
    """Show the links that let people into a server beyond this computer, or make new ones."""
    from explorer.app.access.keys import new_keys, the_keys
    from explorer.app.access.links import links_with

    typer.echo("\n".join(links_with(new_keys() if new else the_keys(), url)))


def audit(
    last: Annotated[int, typer.Option(help="How many of the latest lines; 0 for all.")] = 100,
) -> None:
    """Print who deleted, imported, closed, added models, made keys or backups, and when (UTC)."""
    from collections import deque

    from explorer.io.audit import read_log

    lines = deque(map(str, read_log()), maxlen=last or None)
    typer.echo("\n".join(lines) or "Nothing was noted yet.")

"""`explorer anonymise`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def anonymise(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    column: Annotated[str, typer.Option(help="Column with captions.")] = "text",
    chat: Annotated[bool, typer.Option("--chat", help="Ask the endpoint of EXPLORER_CHAT_URL or --url.")] = False,
    url: Annotated[
        str, typer.Option(help="Endpoint with OpenAI's chat completions, such as http://localhost:11434/v1")
    ] = "",
    model: Annotated[str, typer.Option(help="Name of the endpoint's model.")] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Write the columns anonymous_caption and leftovers: concrete words of the captions become typed {slots}."""
    from explorer.base.errors import InputError
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.relational.chat_captions import LOG, URL, ChatWriter, configured
    from explorer.features.relational.service import anonymise_column, by_rules

    ws = open_workspace(workspace)
    endpoint = configured(url, model) if chat or url else None
    if chat and endpoint is None:
        raise InputError(f"--chat needs an endpoint: set {URL}, or give --url. Without --chat the rules are used.")
    writer = ChatWriter(endpoint, ws.path / LOG) if endpoint else by_rules
    typer.echo(anonymise_column(ws, column, writer, progress_of(job)).sentence)

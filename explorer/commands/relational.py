"""`explorer anonymise`, and what `explorer train` and `explorer eval` do for relational similarity."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal
from explorer.commands.source_tree import RESULTS, recipe

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
train = typer.Typer()
"""Commands of `explorer train`."""
evaluate = typer.Typer()
"""Commands of `explorer eval`."""

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True)]


@app.command()
def anonymise(
    workspace: Target,
    column: Annotated[str, typer.Option(help="Column with captions.")] = "text",
    chat: Annotated[bool, typer.Option("--chat", help="Ask the endpoint of EXPLORER_CHAT_URL or --url.")] = False,
    url: Annotated[
        str, typer.Option(help="Endpoint with OpenAI's chat completions, such as http://localhost:11434/v1")
    ] = "",
    model: Annotated[str, typer.Option(help="Name of the endpoint's model.")] = "",
    job: Job = None,
) -> None:
    """Write the columns anonymous_caption and leftovers: concrete words of the captions become typed {slots}."""
    from explorer.base.errors import InputError
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.relational.anonymise_column import anonymise_column, by_rules
    from explorer.features.relational.chat_captions import LOG, URL, ChatWriter, configured

    ws = open_workspace(workspace)
    endpoint = configured(url, model) if chat or url else None
    if chat and endpoint is None:
        raise InputError(f"--chat needs an endpoint: set {URL}, or give --url. Without --chat the rules are used.")
    writer = ChatWriter(endpoint, ws.path / LOG) if endpoint else by_rules
    typer.echo(anonymise_column(ws, column, writer, progress_of(job)).sentence)


@train.command("relational")
def train_relational_command(
    workspace: Target,
    model: Annotated[str, typer.Option("--model", "-m", help="The frozen model below the head.")] = "pocket",
    captions: Annotated[str, typer.Option(help="Column of anonymous captions; the first there is when left out.")] = "",
    name: Annotated[str, typer.Option(help="Name of the head; the workspace's name when left out.")] = "",
    embed: Annotated[bool, typer.Option("--embed", help="Make the relational vectors of all items as well.")] = False,
    job: Job = None,
) -> None:
    """Train a relational head on the anonymous captions of a workspace. A stopped run goes on."""
    from explorer.commands.common import open_workspace, progress_of
    from explorer.features.relational.train_workspace import run_command

    ws, progress = open_workspace(workspace), progress_of(job)
    typer.echo(run_command(ws, model, column=captions, name=name, embed=embed, progress=progress))


@train.command("relational-pocket")
def train_relational_pocket_command(
    result: Annotated[Path, typer.Option(help="JSON file that is written.")] = RESULTS / "relations.json",
) -> None:
    """Train the relational head that ships with pocket, measure it, and write head, card and results."""
    from explorer.encoders.pocket import PocketEncoder
    from explorer.features.relational.evaluate import format_relations
    from explorer.io.atomic import write_json

    make_shipped = recipe("relational.shipped").make_shipped
    pocket = PocketEncoder()
    report = make_shipped(pocket, pocket.text, Terminal())
    write_json(result, report)
    typer.echo(format_relations(report))


@evaluate.command("relations")
def eval_relations_command(
    head: Annotated[str, typer.Option(help="A relational head; the shipped one for pocket when left out.")] = "",
    result: Annotated[Path | None, typer.Option(help="JSON file that is written as well.")] = None,
) -> None:
    """Find the scene of the same relation among ten that look the same: the head and its baselines, with intervals."""
    from explorer.features.relational.evaluate import evaluate_head, format_relations
    from explorer.io.atomic import write_json

    report = evaluate_head(head, Terminal())
    if result is not None:
        write_json(result, report)
    typer.echo(format_relations(report))

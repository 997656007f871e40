"""`explorer tune …`: a model is made better at your own notion of alike."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands import tune_pictures, tune_texts

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Tune a model to your own notion of alike.",
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]
FROM = "column:NAME, tags, captions, triples, judgments:CAMPAIGN, campaign-tags:CAMPAIGN or file:PATH."
HOLD = "Measured on: groups, items or split:COLUMN; left out: a column split, else whole groups where there are many."
app.add_typer(tune_texts.tune)
app.add_typer(tune_pictures.tune)


@app.callback()
def tune() -> None:
    """Tune a model to your own notion of alike."""


@app.command("head")
def head(
    workspace: Target,
    source: Annotated[str, typer.Option("--from", help=FROM)],
    name: Annotated[str, typer.Option(help="Of the new model, tuned:NAME.")],
    loss: Annotated[str, typer.Option(help="As `explorer tune losses` lists them; left out: what fits.")] = "",
    learns: Annotated[str, typer.Option("--head", help="residual, linear or network.")] = "residual",
    hold: Annotated[str, typer.Option(help=HOLD)] = "",
    steps: Annotated[int, typer.Option(help="At most; it stops when nothing gets better.")] = 1500,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 1e-3,
    batch: Annotated[int, typer.Option(help="Rows a step.")] = 128,
    seed: Annotated[int, typer.Option(help="Of the split, the batches and the beginning.")] = 0,
    again: Annotated[bool, typer.Option("--again", help="Replace a model of this name that was tuned here.")] = False,
    model: Model = "",
    job: Job = None,
) -> None:
    """Train a head on the vectors of a model, measure it on what it never saw, prepare the collection with it."""
    from explorer.commands.common import note_result, open_target, progress_of
    from explorer.features.tune.service import Wish, sentence, tune
    from explorer.features.tune.train import TuneSettings
    from explorer.workspace.preparing import prepare

    opened = open_target(workspace)
    settings = TuneSettings(loss=loss, head=learns, steps=steps, rate=rate, batch=batch, seed=seed)
    wish = Wish(name=name, source=source, hold=hold, settings=settings, again=again)
    made = tune(opened, opened.best_encoder(model), wish, progress_of(job))
    typer.echo("\n".join(table(made.card)))
    typer.echo(prepare(opened.workspace, f"tuned:{name}", progress=progress_of(job)))
    note_result(job, sentence(name, made))


@app.command("sources")
def sources(workspace: Target, model: Model = "") -> None:
    """What can teach a model in a collection."""
    from explorer.commands.common import open_target
    from explorer.features.tune.sources.registry import sources_of

    opened = open_target(workspace)
    for source, label in sources_of(opened, opened.best_encoder(model)).items():
        typer.echo(f"{source:32}{label}")


@app.command("list")
def list_(workspace: Target) -> None:
    """The models that were tuned in a collection, each with its numbers."""
    from explorer.commands.common import open_target
    from explorer.features.tune.service import tuned_here

    opened = open_target(workspace)
    found = tuned_here(opened)
    for name, made in found.items():
        typer.echo("\n".join([f"tuned:{name}, on {made.encoder}", *table(made.card), ""]))
    if not found:
        typer.echo(f"None yet: `explorer tune head {opened.name} --from column:… --name …` makes one.")


@app.command("losses")
def losses() -> None:
    """The losses and what learns with them: name and formula."""
    from explorer.features.tune.contract import METHODS

    for card in METHODS.values():
        typer.echo(f"{card.name:16}{card.label}: {card.formula}")


def table(card: dict[str, object]) -> list[str]:
    """What a head is worth, a line a measure."""
    from explorer.features.tune.card import rows_of_card, said_of

    lines = [*said_of(card), f"{'':34}{'before':26}{'after':26}{'change':32}queries"]
    for row in rows_of_card(card):
        lines.append(f"{row['measure']:34}{row['before']:26}{row['after']:26}{row['change']:32}{row['queries']}")
    return lines

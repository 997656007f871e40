"""`explorer tune …`: a model is made better at your own notion of alike."""

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Tune a model to your own notion of alike.",
)


@app.command("losses")
def losses() -> None:
    """The losses and what learns with them: name, formula, what each needs."""
    from explorer.features.tune.contract import METHODS

    for card in METHODS.values():
        typer.echo(f"{card.name:16}{card.label}: {card.formula}")


@app.callback()
def tune() -> None:
    """Tune a model to your own notion of alike."""

"""`explorer eval …`."""

import typer

from explorer.commands import (
    agreement,
    conditional,
    eval_match,
    label_methods,
    pocket,
    relational,
    tune_pictures,
    tune_texts,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Measure models.")
app.add_typer(pocket.evaluate)
app.add_typer(conditional.evaluate)
app.add_typer(relational.evaluate)
app.add_typer(agreement.evaluate)
app.add_typer(label_methods.evaluate)
app.add_typer(tune_texts.evaluate)
app.add_typer(tune_pictures.evaluate)
app.add_typer(eval_match.evaluate, name="match")


@app.callback()
def measure() -> None:
    """Measure models and methods against their baselines."""

"""`explorer train …`."""

import typer

from explorer.commands import conditional, eval_match_records, pocket, relational

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Train models.")
app.add_typer(pocket.train)
app.add_typer(relational.train)
app.add_typer(conditional.train)
app.add_typer(eval_match_records.train)


@app.callback()
def train() -> None:
    """Train heads on your own data, or the models that ship with the project."""

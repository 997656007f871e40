"""`explorer lab …`: ways to search a collection, quality against cost."""

import typer

from explorer.commands import lab_batches, lab_engines, lab_several

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Measure ways to search a collection: quality against cost.",
)
app.command()(lab_engines.engines)
app.command()(lab_engines.compress)
app.command()(lab_engines.filters)
app.command()(lab_batches.batches)
app.command()(lab_several.vectors)
app.command()(lab_several.several)
app.command()(lab_several.detail)
app.command()(lab_several.scorers)

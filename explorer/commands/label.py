"""`explorer label …`: from a handful of labels to all items."""

import typer

from explorer.commands import label_guess, label_hand, label_methods

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Label items: from few labels to all.",
)
app.command("list")(label_hand.listed)
app.command()(label_hand.give)
app.command()(label_hand.column)
app.command()(label_hand.file)
app.command()(label_hand.undo)
app.command()(label_hand.export)
app.command()(label_guess.guess)
app.command()(label_guess.curve)
app.command()(label_guess.accept)
app.command()(label_guess.away)
app.command()(label_methods.words)
app.command()(label_methods.views)
app.command()(label_methods.whole)

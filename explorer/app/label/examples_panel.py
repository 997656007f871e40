"""The tab "examples" of the page Label."""

from explorer.app.label.view import Context


def examples_panel(context: Context) -> None:
    """Draw the tab."""

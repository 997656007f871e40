"""The tab "words" of the page Label."""

from explorer.app.label.view import Context


def words_panel(context: Context) -> None:
    """Draw the tab."""

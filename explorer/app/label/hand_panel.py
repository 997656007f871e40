"""The tab "hand" of the page Label."""

from explorer.app.label.view import Context


def hand_panel(context: Context) -> None:
    """Draw the tab."""

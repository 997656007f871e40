"""The tab "quality" of the page Label."""

from explorer.app.label.view import Context


def quality_panel(context: Context) -> None:
    """Draw the tab."""

"""Label: from a handful of labels to all items."""

from explorer.app.frame.page import run_page
from explorer.app.frame.tabs import Parts, show_parts
from explorer.app.label.panels import PANELS
from explorer.app.label.view import ADDRESS, QUESTIONS, TABS
from explorer.workspace.opened import Opened


def label(opened: Opened) -> None:
    """The page."""
    show_parts(opened, "label", ADDRESS, Parts(names=TABS, questions=QUESTIONS, panels=PANELS))


run_page("Label", label)

"""Search lab: one collection, ways to search it side by side, quality against cost."""

from explorer.app.frame.page import run_page
from explorer.app.frame.tabs import Parts, show_parts
from explorer.app.lab.panels import PANELS
from explorer.app.lab.view import ADDRESS, QUESTIONS, TABS
from explorer.workspace.opened import Opened


def lab(opened: Opened) -> None:
    """The page."""
    show_parts(opened, "lab", ADDRESS, Parts(names=TABS, questions=QUESTIONS, panels=PANELS))


run_page("Search_lab", lab)

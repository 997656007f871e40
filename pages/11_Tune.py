"""Tune: a model is made better at your own notion of alike."""

from explorer.app.frame.page import run_page
from explorer.app.frame.tabs import Parts, show_parts
from explorer.app.tune.panels import PANELS
from explorer.app.tune.view import ADDRESS, QUESTIONS, TABS
from explorer.workspace.opened import Opened


def tune(opened: Opened) -> None:
    """The page."""
    show_parts(opened, "tune", ADDRESS, Parts(names=TABS, questions=QUESTIONS, panels=PANELS))


run_page("Tune", tune)

"""Match: which of these is the same as which of those."""

from explorer.app.frame.page import run_page
from explorer.app.frame.tabs import Parts, show_parts
from explorer.app.match.panels import PANELS
from explorer.app.match.view import ADDRESS, QUESTIONS, TABS
from explorer.workspace.opened import Opened


def match(opened: Opened) -> None:
    """The page."""
    show_parts(opened, "match", ADDRESS, Parts(names=TABS, questions=QUESTIONS, panels=PANELS))


run_page("Match", match)

"""The address of the home page: which tab is open, which new workspace is on its way, what was just deleted."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, choice, text

TABS = ("what", "models", "skipped", "add", "all", "tours")


@dataclass(frozen=True)
class View:
    """What a link to the page carries besides the workspace.

    job: the work of the home that makes a new workspace, shown in place of the page until that is there, "" for none.
    gone: the deleted workspace, by its id in the trash, that can be brought back at once, "" for none.
    trial: the model whose trial is shown among the models, "" for the newest.
    chosen: the tour whose stops are shown, "" for the first.
    """

    tab: str = "what"
    job: str = ""
    gone: str = ""
    trial: str = ""
    chosen: str = ""


ADDRESS = Address(
    View(), tab=choice("tab", TABS), job=text("job", 60), gone=text("gone", 120), chosen=text("chosen", 80)
)

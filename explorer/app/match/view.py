"""What the page Match shows, as a value and in the address, and what one run of it works on."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, choice, each, flag, number, text
from explorer.app.frame.tabs import TabContext

TABS = {
    "links": "Links",
    "copies": "Copies",
    "revisions": "Revisions",
    "together": "Together",
    "why": "Why",
}
QUESTIONS = {
    "links": "Which of these is the same as which of those?",
    "copies": "What stands here twice, or nearly so?",
    "revisions": "What did each revision change, and which changes are the same?",
    "together": "What goes with an item, and what stands in for it?",
    "why": "Which sentences of a text answer what was asked?",
}
"""The first sentence of each tab."""
ASSIGNMENTS = ("best", "mutual", "about", "one", "many")


def _entry(value: str) -> str:
    return text("", 300).read(value)


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model. Fields of a tab begin with its name.

    tab: of `TABS`.
    links_left, links_right: what is matched, as `sources` names it, "" for the usual. links_left_column,
    links_right_column: what is compared, "" for the likeliest. links_method: name of the matcher, "" for the first
    that fits. links_set: settings that differ from the usual, NAME=VALUE each. links_assign: of `ASSIGNMENTS`.
    links_from: least score of a link, None where the usual one holds. links_about: matches a name for "about".
    links_truth: column that tells the right ones, "" for none. links_mix: scores are those of the learned mix.
    """

    tab: str = "links"
    links_left: str = ""
    links_right: str = ""
    links_left_column: str = ""
    links_right_column: str = ""
    links_method: str = ""
    links_set: tuple[str, ...] = ()
    links_assign: str = "best"
    links_from: float | None = None
    links_about: float = 1.0
    links_truth: str = ""
    links_mix: bool = False


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    links_left=text("left", 300),
    links_right=text("right", 300),
    links_left_column=text("left_column"),
    links_right_column=text("right_column"),
    links_method=text("method", 80),
    links_set=each("set", _entry, str, 20),
    links_assign=choice("assign", ASSIGNMENTS),
    links_from=number("from", -1e9, 1e9),
    links_about=number("about", 0, 1000),
    links_truth=text("truth"),
    links_mix=flag("mix"),
)


Context = TabContext[View]
"""What one run of the page works on."""

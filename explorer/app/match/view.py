"""What the page Match shows, as a value and in the address, and what one run of it works on."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, choice, each, flag, number, text, whole
from explorer.app.frame.tabs import TabContext
from explorer.features.match.assigning import WAYS

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
BINS = {
    "links": "Links",
    "left": "Left alone",
    "right": "Right alone",
    "rejected": "Rejected",
}
"""What the list of the tab Links shows, for people."""
ORDERS = {"surest": "surest first", "doubtful": "least sure first", "left": "as in the left list"}


def _entry(value: str) -> str:
    return text("", 300).read(value)


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model. Fields of a tab begin with its name.

    tab: of `TABS`.
    links_left, links_right: what is matched, as `links_sources` names it. links_left_column, links_right_column: what
    is compared, "" for the likeliest. links_kept: name of a kept match that is shown instead, "" for none.
    links_method: name of the matcher, "" for the usual. links_set: settings that differ from the usual, NAME=VALUE
    each. links_way: of `WAYS`, how pairs become links. links_from: least score of a link, None for no bound.
    links_about, links_copies: numbers of these ways, see `Rule`. links_truth: column that tells the right ones, "" for
    none. links_learned: scores are those of what was learned from decisions. links_bin: of `BINS`, what is listed.
    links_order: of `ORDERS`, how.
    """

    tab: str = "links"
    links_left: str = "items"
    links_right: str = "same"
    links_left_column: str = ""
    links_right_column: str = ""
    links_kept: str = ""
    links_method: str = ""
    links_set: tuple[str, ...] = ()
    links_way: str = "best"
    links_from: float | None = None
    links_about: float = 1.0
    links_copies: int = 1
    links_truth: str = ""
    links_learned: bool = False
    links_bin: str = "links"
    links_order: str = "surest"


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    links_left=text("left", 300),
    links_right=text("right", 300),
    links_left_column=text("left_column"),
    links_right_column=text("right_column"),
    links_kept=text("kept", 80),
    links_method=text("method", 80),
    links_set=each("set", _entry, str, 20),
    links_way=choice("way", tuple(WAYS)),
    links_from=number("from", -1e9, 1e9),
    links_about=number("about", 0, 1000),
    links_copies=whole("copies", range(1, 101)),
    links_truth=text("truth"),
    links_learned=flag("learned"),
    links_bin=choice("bin", tuple(BINS)),
    links_order=choice("order", tuple(ORDERS)),
)


Context = TabContext[View]
"""What one run of the page works on."""

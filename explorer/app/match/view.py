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
NEGATIVES, NEIGHBOURS = (1, 2, 5, 10, 15, 20, 30), (0, 1, 3, 5, 10, 20)
"""Choices of the tab Together."""
ORDERS = {"surest": "surest first", "doubtful": "least sure first", "left": "as in the left list"}


def _entry(value: str) -> str:
    return str(text("", 300).read(value))


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
    copies_source: what is compared, as `links_sources` names it, "" for the collection. copies_column: "" for the
    likeliest. copies_cosine: from which two are linked, 0 for the proposed. copies_truth: column that tells what is the
    same, copies_solved: what was solved, copies_among with its value copies_seen: what was seen before, copies_period:
    dates; "" for none. copies_asked: a text that similar ones are looked for.
    revisions_file: KEY/NAME of a kept table, "" for the example. revisions_original, revisions_reference,
    revisions_candidate: its columns, "" for the likeliest. revisions_row: the one that is open, from 1.
    together_baskets: table of baskets as `links_sources` names it, "" for that of the made shop. together_basket,
    together_thing: its columns of baskets and of ids, "" for the likeliest. together_item: id of the chosen item.
    together_negatives, together_exponent, together_subsampling, together_cold: see `Choices`.
    why_query, why_item: what was asked, and the id of the text that is looked at.
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
    copies_source: str = ""
    copies_column: str = ""
    copies_cosine: float = 0.0
    copies_truth: str = ""
    copies_solved: str = ""
    copies_among: str = ""
    copies_seen: str = ""
    copies_period: str = ""
    copies_asked: str = ""
    revisions_file: str = ""
    revisions_original: str = ""
    revisions_reference: str = ""
    revisions_candidate: str = ""
    revisions_row: float = 1
    together_baskets: str = ""
    together_basket: str = ""
    together_thing: str = ""
    together_item: str = ""
    together_negatives: int = 5
    together_exponent: float = 0.75
    together_subsampling: float = 0.0
    together_cold: int = 5
    why_query: str = ""
    why_item: str = ""


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
    copies_source=text("copies_source", 300),
    copies_column=text("copies_column"),
    copies_cosine=number("cosine", 0, 1),
    copies_truth=text("same"),
    copies_solved=text("solved"),
    copies_among=text("among"),
    copies_seen=text("seen", 300),
    copies_period=text("period"),
    copies_asked=text("copies_asked", 1000),
    revisions_file=text("revisions_file", 300),
    revisions_original=text("original"),
    revisions_reference=text("reference"),
    revisions_candidate=text("candidate"),
    revisions_row=number("row", 1, 1e9),
    together_baskets=text("baskets", 300),
    together_basket=text("basket_column"),
    together_thing=text("thing_column"),
    together_item=text("item", 300),
    together_negatives=whole("negatives", NEGATIVES),
    together_exponent=number("exponent", -1, 1),
    together_subsampling=number("subsampling", 0, 1),
    together_cold=whole("cold", NEIGHBOURS),
    why_query=text("asked", 300),
    why_item=text("text", 300),
)


Context = TabContext[View]
"""What one run of the page works on."""

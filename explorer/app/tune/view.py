"""What the page Tune shows, as a value and in the address, and what one run of it works on."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, choice, text
from explorer.app.frame.tabs import TabContext
from explorer.features.tune.contract import HEADS, LOSSES

TABS = {
    "train": "Train",
    "pictures": "Pictures and words",
    "titles": "Titles",
    "questions": "Questions",
    "domains": "Domains",
}
QUESTIONS = {
    "train": "How does a model learn what you call alike?",
    "pictures": "Can pictures be tuned by labels so that words still find them?",
    "titles": "Which entry of a closed list does a title mean, as people write it?",
    "questions": "Do two questions ask the same?",
    "domains": "Does every domain need a model of its own?",
}
"""The first sentence of each tab."""
MOST_WORDS = 1_000


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the page carries besides workspace and model.

    tab: of `TABS`. source: what teaches, as `explorer tune head --from` takes it, "" for the likeliest. hold: how the
    test part is chosen, as --hold takes it, "" as usual. loss: of `LOSSES`, "" for the source's usual one. head: of
    `HEADS`. name: of the tuned model that is shown, "" for the newest. column, setting: of other tabs, in their words.
    first, second, label, extra: columns of the tabs for texts. one, other: texts to compare there.
    """

    tab: str = "train"
    source: str = ""
    hold: str = ""
    loss: str = ""
    head: str = "residual"
    name: str = ""
    column: str = ""
    setting: str = ""
    first: str = ""
    second: str = ""
    label: str = ""
    extra: str = ""
    one: str = ""
    other: str = ""


ADDRESS = Address(
    View(),
    tab=choice("tab", tuple(TABS)),
    source=text("from"),
    hold=text("hold"),
    loss=choice("loss", ("", *LOSSES)),
    head=choice("head", tuple(HEADS)),
    name=text("name", 80),
    column=text("column"),
    setting=text("setting"),
    first=text("first"),
    second=text("second"),
    label=text("label"),
    extra=text("extra"),
    one=text("one", MOST_WORDS),
    other=text("other", MOST_WORDS),
)


Context = TabContext[View]
"""What one run of the page works on."""

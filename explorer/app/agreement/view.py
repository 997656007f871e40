"""What the Agreement page shows, as a value, and its form in the address."""

from dataclasses import dataclass, replace
from typing import Any

from explorer.app.frame.address import Address, Field, choice, each, expect, flag, number, text
from explorer.features.judgments.agreement.candidates import Candidate, usual
from explorer.features.judgments.agreement.service import Asking, candidates, learned_here
from explorer.features.judgments.agreement.which import Which
from explorer.workspace.opened import Opened

TABS = {
    "people": "People with each other",
    "models": "Models against people",
    "disagreements": "Disagreements",
    "learn": "Learn from people",
}
WHICH: dict[Which, str] = {
    "enough": "drawn at random, if enough",
    "random": "drawn at random only",
    "all": "all, hard ones too",
}
MOST_MODELS, MOST_QUESTIONS = 12, 1_000_000


@dataclass(frozen=True, kw_only=True)
class View:
    """campaign: its name. tab: one of TABS. models: keys of candidates, () for the usual ones. least: share of the
    checks that a person must pass. which, condition: the questions that count, condition "" for the one with most
    answers. learned: whether models that learned from these very answers are shown. question: place in the list of
    disagreements. against: the candidate that they are disagreements with.
    """

    campaign: str = ""
    tab: str = "people"
    models: tuple[str, ...] = ()
    least: float = 0.0
    which: Which = "enough"
    condition: str = ""
    learned: bool = False
    question: int = 0
    against: str = ""


def _read_place(value: str) -> int:
    expect(value.isdecimal() and int(value) < MOST_QUESTIONS, "expected a whole number, 0 or more")
    return int(value)


_FIELDS: dict[str, Any] = {
    "campaign": text("campaign"),
    "tab": choice("tab", list(TABS)),
    "models": each("vs", str, str, MOST_MODELS),
    "least": number("pass", 0, 1),
    "which": choice("questions", list(WHICH)),
    "condition": text("condition"),
    "learned": flag("learned"),
    "question": Field("question", _read_place, str),
    "against": text("against"),
}
ADDRESS = Address(View(), **_FIELDS)


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: the workspace in one state, the answers, and the view of the address."""

    opened: Opened
    asking: Asking
    view: View

    @property
    def candidates(self) -> dict[str, Candidate]:
        """Everything that can be compared with people, by key; what learned from these answers marked, or left out."""
        learned = learned_here(self.opened, self.asking)
        known = candidates(self.opened, self.asking.last)
        shown = [one for one in known if self.view.learned or one.key not in learned]
        return {one.key: _marked(one) if one.key in learned else one for one in shown}

    @property
    def chosen(self) -> list[Candidate]:
        """The candidates of the address, else the usual ones."""
        known = self.candidates
        asked = [known[key] for key in dict.fromkeys(self.view.models) if key in known]
        return asked or usual(list(known.values()))


def _marked(one: Candidate) -> Candidate:
    return replace(one, label=f"{one.label} (learned from these answers)")

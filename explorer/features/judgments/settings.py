"""What a campaign asks of whom, and how: values that never change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.values import ITEMS_NEEDED, MOST_ARRANGED, TASKS

IMPORTED = "import"  # what chose the questions of answers that were collected elsewhere
RANDOM_SHARE = 0.15  # of the questions that a way to ask chooses, to measure on
RESUME = ("resume", "restart", "block")
WORDINGS = ("odd", "pair")
SHOWN = ("both", "images", "texts")
LONGEST_NAME, LONGEST_TEXT = 60, 500
NAME = re.compile(r"[^\W_][\w .,@()+'-]*", re.UNICODE)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a campaign asks.

    task: one of TASKS. condition: such as "by colour"; "" for none. instruction: shown to the annotator above each
    question. wording: of an odd one out: "odd" (pick the odd one) or "pair" (pick the two most alike).
    questions: how many different ones; answers_per_question: by different people; per_person: most questions that one
    person is asked, 0 for no limit. sampler: name of the way to ask, or IMPORTED; models: encoders that it asks about.
    items_per_question: of an arrangement. scale: lowest and highest rating of a pair.
    repeat_share, check_share: of the questions, from 0 to 0.5: asked again later; with a known answer.
    resume: what a person who was away for half an hour meets: "resume" goes on, "restart" starts over, "block" is
    turned away. max_age_hours: after so long, "resume" starts over; 0 for never. code: invitation code, "" for none.
    personal: people answer through a link of their own, so that nobody answers under another's name.
    source: file that the answers were imported from; sampled: what chose their questions, "" when unknown.
    seed: of everything random. show: one of SHOWN, of items that have an image and a text.
    """

    task: str
    condition: str = ""
    instruction: str = ""
    wording: str = "odd"
    questions: int = 100
    answers_per_question: int = 1
    per_person: int = 0
    sampler: str = "random"
    models: tuple[str, ...] = ()
    items_per_question: int = 0
    scale: tuple[float, float] = (1.0, 7.0)
    repeat_share: float = 0.0
    check_share: float = 0.0
    resume: str = "resume"
    max_age_hours: float = 0.0
    code: str = ""
    personal: bool = False
    source: str = ""
    sampled: str = ""
    seed: int = 0
    show: str = "both"

    @property
    def size(self) -> int:
        """Items in one question."""
        return self.items_per_question or {"arrangement": 6}.get(self.task, ITEMS_NEEDED[self.task])


@dataclass(frozen=True)
class Campaign:
    """A campaign as it is kept. closed: when it was closed, "" while it is open."""

    name: str
    settings: Settings
    created: str
    closed: str = ""
    secret: str = field(default="", repr=False)

    @property
    def state(self) -> str:
        """imported, closed or open."""
        return "imported" if self.settings.sampler == IMPORTED else "closed" if self.closed else "open"


@dataclass(frozen=True)
class PoolQuestion:
    """One question to be asked: ids of its items (the reference of a triplet first) and what chose it."""

    items: tuple[str, ...]
    sampler: str


def check_fields(settings: Settings) -> None:
    """InputError when no way to ask could ask this."""
    check_choice(settings.task, TASKS, "task")
    check_choice(settings.resume, RESUME, "resume policy")
    check_choice(settings.wording, WORDINGS, "wording")
    check_choice(settings.show, SHOWN, "show")
    _check_numbers(settings)
    for name, text in (("condition", settings.condition), ("instruction", settings.instruction)):
        if len(text) > LONGEST_TEXT:
            raise InputError(f"The {name}: expected at most {LONGEST_TEXT} characters, got {len(text)}.")


def _check_numbers(settings: Settings) -> None:
    _whole(settings.questions, 1, 200_000, "Different questions")
    _whole(settings.answers_per_question, 1, 1000, "Answers a question")
    _whole(settings.per_person, 0, 100_000, "Questions a person")
    for name, share in (("repeats", settings.repeat_share), ("attention checks", settings.check_share)):
        if not 0 <= share <= 0.5:
            raise InputError(f"Share of {name}: expected 0 to 0.5, got {share:g}.")
    low, high = settings.scale
    if settings.sampler != IMPORTED and not (0 <= low < high <= 9 and float(low + high).is_integer()):
        raise InputError(f"Scale: expected whole numbers from 0 to 9, the lowest first; got {low:g} to {high:g}.")
    if settings.task == "arrangement":
        _whole(settings.size, 3, MOST_ARRANGED, "Items in an arrangement")
    if settings.max_age_hours < 0:
        raise InputError(f"Maximum age: expected hours from 0, got {settings.max_age_hours:g}.")


def parse_scale(text: str) -> tuple[float, float]:
    """Lowest and highest rating from "1,7"; InputError when it is something else."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"Scale: expected two numbers such as 1,7; got {text!r}.") from error
    return low, high


def check_person(name: str) -> str:
    """Return the name that an annotator gave, without blanks around it; InputError when it cannot be one."""
    return _clean_name(name, "name", "dots, dashes or an e-mail address")


def check_campaign_name(name: str) -> str:
    """Return the name of a campaign, without blanks around it; InputError when it cannot be one."""
    return _clean_name(name, "campaign name", "dots or dashes")


def _clean_name(name: str, what: str, signs: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= LONGEST_NAME or not NAME.fullmatch(clean):
        raise InputError(
            f"Expected a {what} of 1 to {LONGEST_NAME} letters, digits, spaces, {signs}, "
            f"starting with a letter or digit; got {clean[:80]!r}."
        )
    return clean


def check_items(settings: Settings, item_ids: Sequence[str]) -> None:
    """InputError when there are fewer items than one question needs."""
    if settings.sampler != IMPORTED and len(item_ids) < settings.size:
        raise InputError(
            f"A question of this campaign shows {settings.size} different items; only {len(item_ids)} were chosen. "
            "Choose more items, or a wider filter."
        )


def _whole(value: int, low: int, high: int, what: str) -> None:
    if not low <= value <= high:
        raise InputError(f"{what}: expected {low:,} to {high:,}, got {value:,}.")

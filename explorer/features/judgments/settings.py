"""What a campaign asks of whom, and how: values that never change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.study import Study, check_study, study_from
from explorer.features.judgments.values import ITEMS_NEEDED, MOST_ARRANGED, TASKS

IMPORTED = "import"  # what chose the questions of answers that were collected elsewhere
RANDOM_SHARE = 0.15  # of the questions that a way to ask chooses, to measure on
RESUME = ("resume", "restart", "block")
WORDINGS = ("odd", "pair")
SHOWN = ("both", "images", "texts")
ORDERS = ("random", "listed")
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
    conditions: each person judges under one of them, about as many people under each; () when `condition` is for all.
    order: one of ORDERS, of the questions for each person. block: questions between two breaks, 0 for no breaks.
    confidence: whether people say how sure they are. none_of_these: whether they may say that no answer fits.
    evidence: of `weakest`, the evidence on every pair that is enough, see `asking.weakest`.
    study: what stands around the questions.
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
    conditions: tuple[str, ...] = ()
    order: str = "random"
    block: int = 0
    confidence: bool = False
    none_of_these: bool = False
    evidence: float = 0.5
    study: Study = field(default_factory=Study)

    @property
    def size(self) -> int:
        """Items in one question."""
        return self.items_per_question or {"arrangement": 6}.get(self.task, ITEMS_NEEDED[self.task])


@dataclass(frozen=True)
class Campaign:
    """A campaign as it is kept. closed, archived: when it was closed and put away, "" before."""

    name: str
    settings: Settings
    created: str
    closed: str = ""
    secret: str = field(default="", repr=False)
    archived: str = ""

    @property
    def state(self) -> str:
        """imported, closed or open."""
        return "imported" if self.settings.sampler == IMPORTED else "closed" if self.closed else "open"


@dataclass(frozen=True)
class PoolQuestion:
    """One question to be asked: ids of its items (the reference of a triplet first), what chose it, and
    the condition that it is asked under where people are assigned to several.
    """

    items: tuple[str, ...]
    sampler: str
    condition: str = ""


def check_fields(settings: Settings) -> None:
    """InputError when no way to ask could ask this."""
    check_choice(settings.task, TASKS, "task")
    check_choice(settings.resume, RESUME, "resume policy")
    check_choice(settings.wording, WORDINGS, "wording")
    check_choice(settings.show, SHOWN, "show")
    check_choice(settings.order, ORDERS, "order")
    _check_conditions(settings)
    _check_numbers(settings)
    texts = [("condition", one) for one in (settings.condition, *settings.conditions)]
    for name, text in (*texts, ("instruction", settings.instruction)):
        if len(text) > LONGEST_TEXT:
            raise InputError(f"The {name}: expected at most {LONGEST_TEXT} characters, got {len(text)}.")


def _check_conditions(settings: Settings) -> None:
    conditions = settings.conditions
    if conditions and (len(conditions) < 2 or len(set(conditions)) < len(conditions) or not all(conditions)):
        raise InputError("Conditions: expected two or more, each another.")
    if conditions and settings.condition:
        raise InputError("Give one condition for all, or several that people are assigned to; not both.")


def _check_numbers(settings: Settings) -> None:
    _whole(settings.questions, 1, 200_000, "Different questions")
    _whole(settings.answers_per_question, 1, 1000, "Answers a question")
    _whole(settings.per_person, 0, 100_000, "Questions a person")
    _whole(settings.block, 0, 100_000, "Questions between breaks")
    for name, share in (("repeats", settings.repeat_share), ("attention checks", settings.check_share)):
        if not 0 <= share <= 0.5:
            raise InputError(f"Share of {name}: expected 0 to 0.5, got {share:g}.")
    low, high = settings.scale
    if settings.sampler != IMPORTED and not (0 <= low < high <= 9 and float(low + high).is_integer()):
        raise InputError(f"Scale: expected whole numbers from 0 to 9, the lowest first; got {low:g} to {high:g}.")
    if settings.task == "arrangement":
        _whole(settings.size, 3, MOST_ARRANGED, "Items in an arrangement")
    if not 0 < settings.evidence <= 100:
        raise InputError(f"Evidence: expected a number above 0 and up to 100, got {settings.evidence:g}.")
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


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Settings from what `dataclasses.asdict` made of some and JSON of that; names that are missing are the usual."""
    given = dict(values)
    for name in ("models", "scale", "conditions"):
        if name in given:
            given[name] = tuple(given[name])
    return Settings(**{**given, "study": study_from(given.get("study", {}))})


def check_items(settings: Settings, item_ids: Sequence[str]) -> None:
    """InputError when there are fewer items than a question needs, or a question with a known answer has others."""
    if settings.sampler != IMPORTED:
        check_study(settings.study, settings.task, item_ids, settings.scale)
    if settings.sampler != IMPORTED and len(item_ids) < settings.size:
        raise InputError(
            f"A question of this campaign shows {settings.size} different items; only {len(item_ids)} were chosen. "
            "Choose more items, or a wider filter."
        )


def _whole(value: int, low: int, high: int, what: str) -> None:
    if not low <= value <= high:
        raise InputError(f"{what}: expected {low:,} to {high:,}, got {value:,}.")

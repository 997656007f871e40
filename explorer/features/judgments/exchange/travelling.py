"""Settings of a campaign in the export of its events: a line of the kind "campaign", which comes back on import.

Who may answer (the invitation code, links, what happens on coming back) stays here: an imported campaign is closed.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.files import CAMPAIGN
from explorer.features.judgments.settings import IMPORTED, Campaign, Settings
from explorer.features.judgments.values import Answer, to_json

TRAVELS = (
    "condition",
    "instruction",
    "wording",
    "questions",
    "answers_per_question",
    "per_person",
    "models",
    "items_per_question",
    "scale",
    "repeat_share",
    "check_share",
    "seed",
    "show",
)
USUAL = (1.0, 7.0)


def with_settings(events: Sequence[dict[str, Any]], campaigns: Iterable[Campaign]) -> list[dict[str, Any]]:
    """The events after one line for each campaign that they belong to."""
    names = {event["campaign"] for event in events}
    return [*(_line(one) for one in campaigns if one.name in names), *events]


def _line(campaign: Campaign) -> dict[str, Any]:
    settings = asdict(campaign.settings)
    values = {name: settings[name] for name in TRAVELS}
    sampler = campaign.settings.sampled or campaign.settings.sampler
    empty = {"annotator": "", "trial": "", "items": "[]", "rt_ms": None, "is_check": 0, "passed": None, "repeat_of": ""}
    return empty | {
        "campaign": campaign.name,
        "task": campaign.settings.task,
        "kind": CAMPAIGN,
        "answer": to_json(values),
        "condition": campaign.settings.condition,
        "sampler": sampler,
        "created": campaign.created,
        "imported": campaign.settings.source,
    }


def settings_of(line: dict[str, Any] | None, answers: Sequence[Answer], file: str) -> Settings:
    """Settings of an imported campaign from its line in the file, or from its answers alone where there is none.

    line: {"sampler": text, "answer": values}. InputError names the file and the value that cannot be.
    """
    task, name = answers[0].task, answers[0].campaign
    base = Settings(task=task, sampler=IMPORTED, source=file, resume="block")
    if line is None:
        conditions = {one.condition for one in answers}
        return replace(base, scale=_seen(answers), condition=conditions.pop() if len(conditions) == 1 else "")
    given = line["answer"] if isinstance(line["answer"], dict) else {}
    usual = asdict(base)
    where = f"{file}, campaign {name!r}"
    values = {one: _checked(given[one], usual[one], f"{where}, {one}") for one in TRAVELS if one in given}
    return Settings(**{**usual, **values, "sampled": line["sampler"]})


def _seen(answers: Sequence[Answer]) -> tuple[float, float]:
    """The usual scale, or as much more as the ratings need."""
    ratings = [one.answer for one in answers if one.task == "pair_rating"]
    return min([USUAL[0], *ratings]), max([USUAL[1], *ratings])


def _checked(value: Any, usual: Any, where: str) -> Any:
    if usual == USUAL:
        return _scale(value, where)
    if isinstance(usual, tuple):
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
    elif isinstance(usual, float):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = type(value) is type(usual)
    if not fits:
        raise InputError(f"{where}: expected what the export writes, got {value!r:.80}.")
    return tuple(value) if isinstance(usual, tuple) else value


def _scale(value: Any, where: str) -> tuple[float, float]:
    numbers = value if isinstance(value, list) and all(type(one) in (int, float) for one in value) else []
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)) or numbers[0] > numbers[1]:
        raise InputError(f"{where}: expected the lowest and the highest rating, got {value!r:.80}.")
    return float(numbers[0]), float(numbers[1])

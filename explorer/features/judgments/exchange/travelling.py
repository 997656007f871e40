"""What travels with events in our own export: a line for each campaign with what it asked and its rules, and one for
each person; and how they come back.

Who may answer (the invitation code, links, what a person gets at the end) stays here: an imported campaign is closed.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.event_files import CAMPAIGN, PERSON, Row
from explorer.features.judgments.exchange.incoming import Incoming
from explorer.features.judgments.exclusion import Rules, rules_from
from explorer.features.judgments.settings import IMPORTED, Campaign, Settings
from explorer.features.judgments.store.people import Person
from explorer.features.judgments.study import Study, check_study
from explorer.features.judgments.study_files import study_of
from explorer.features.judgments.values import to_json

STAYS = ("task", "sampler", "source", "sampled", "code", "personal")
TRAVELS = tuple(one.name for one in fields(Settings) if one.name not in STAYS)
RULES, COMPLETION = "rules", "completion"
USUAL = (1.0, 7.0)
EMPTY: Row = {
    "annotator": "",
    "trial": "",
    "items": "[]",
    "condition": "",
    "sampler": "",
    "rt_ms": None,
    "is_check": 0,
    "passed": None,
    "repeat_of": "",
    "imported": "",
    "late": "",
    "marks": "{}",
    "confidence": None,
    "name": "",
    "extra": "{}",
    "left_out": "",
}


def campaign_line(campaign: Campaign, rules: Rules) -> Row:
    """The line of a campaign; `sampler` says what chose its questions."""
    settings = asdict(campaign.settings)
    values = {name: settings[name] for name in TRAVELS}
    values["study"] = {name: value for name, value in settings["study"].items() if name != COMPLETION}
    return EMPTY | {
        "campaign": campaign.name,
        "task": campaign.settings.task,
        "kind": CAMPAIGN,
        "answer": to_json(values | {RULES: asdict(rules)}),
        "condition": campaign.settings.condition,
        "sampler": campaign.settings.sampled or campaign.settings.sampler,
        "created": campaign.created,
        "imported": campaign.settings.source,
    }


def person_line(one: Person, task: str, label: str) -> Row:
    """The line of a person, or of one who withdrew."""
    values = {name: getattr(one, name) for name in ("name", "arm", "language", "withdrawn")}
    return EMPTY | {
        "campaign": one.campaign,
        "task": task,
        "annotator": one.key,
        "kind": PERSON,
        "answer": to_json(values),
        "created": one.created,
        "name": label,
        "extra": to_json(dict(one.extra)),
    }


def person_of(line: Mapping[str, Any], file: str) -> Person:
    """The person of a line of `Incoming.people`; InputError when it is none."""
    said, extra = line["answer"], line["extra"]
    texts = {name: said.get(name, "") for name in ("name", "arm", "language", "withdrawn")} if _is_object(said) else {}
    if (
        not texts
        or not _is_object(extra)
        or not all(isinstance(one, str) for one in (*texts.values(), *extra.values()))
    ):
        raise InputError(f"{file}, person {line['key']!r}: expected what the export writes, got {said!r:.80}.")
    return Person(
        campaign=line["campaign"], key=line["key"], via=IMPORTED, extra=extra, created=line["created"], **texts
    )


def settings_of(name: str, incoming: Incoming, file: str) -> Settings:
    """Settings of an imported campaign from its line in the file, or from its answers alone where there is none.

    InputError names the file and the value that cannot be.
    """
    line = incoming.settings.get(name)
    mine = [one for one in incoming.answers if one.campaign == name]
    base = Settings(task=line["task"] if line else mine[0].task, sampler=IMPORTED, source=file)
    other = next((one for one in mine if one.task != base.task), None)
    if other is not None:
        raise InputError(
            f"{file}, campaign {name!r}: expected one task, got {base.task} and {other.task} (trial {other.trial})."
        )
    if line is None:
        kinds = zip(incoming.kinds, incoming.answers, strict=True)
        mine = [one for kind, one in kinds if kind == "answer" and one.campaign == name]
        conditions = {one.condition for one in mine}
        ratings = [float(one.answer) for one in mine if one.task == "pair_rating"]
        scale = (min([USUAL[0], *ratings]), max([USUAL[1], *ratings]))
        return replace(base, scale=scale, resume="block", condition=conditions.pop() if len(conditions) == 1 else "")
    given = line["answer"] if _is_object(line["answer"]) else {}
    usual, where = asdict(base), f"{file}, campaign {name!r}"
    values = {
        one: _checked(given[one], usual[one], f"{where}, {one}") for one in TRAVELS if one in given and one != "study"
    }
    found = replace(base, **values, sampled=line["sampler"])
    return replace(found, study=_study(given.get("study", {}), found, f"{where}, study"))


def travelled_rules(name: str, incoming: Incoming, file: str) -> Rules:
    """The rules in the line of a campaign, the usual ones where it has none; InputError for what cannot be."""
    given = incoming.settings.get(name, {}).get("answer", {})
    values = given.get(RULES, {}) if _is_object(given) else {}
    return rules_from(values, f"{file}, campaign {name!r}, rules")


def _study(value: object, settings: Settings, where: str) -> Study:
    found = study_of(value, where)
    known = [item for one in (*found.practice, *found.gold) for item in one.items]
    try:
        check_study(found, settings.task, known, settings.scale)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    return found


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


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

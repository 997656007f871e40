"""The steps of a study before and after its questions: consent, a name, practice, questions about the person."""

from collections.abc import Mapping
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.settings import Settings, check_person
from explorer.features.judgments.store.people import Person
from explorer.features.judgments.study import Field, check_field

BEFORE = ("consent", "name", "before", "practice")
AFTER = ("after",)
MOST_PRACTISED = 200


def pending(settings: Settings, person: Person, done: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps before the questions that a person has yet to take, in order."""
    return tuple(step for step in BEFORE if step not in done and is_asked(settings, person, step))


def are_any(settings: Settings, person: Person) -> bool:
    """Whether a campaign asks a person to take any step."""
    return any(is_asked(settings, person, step) for step in (*BEFORE, *AFTER))


def is_asked(settings: Settings, person: Person, step: str) -> bool:
    """Whether a campaign asks a person to take a step."""
    study = settings.study
    wanted = {
        "consent": any(texts.get("consent") for texts in study.words.values()),
        "name": study.ask_name and person.via == "browser",
        "before": any(one.when == "before" for one in study.fields),
        "practice": bool(study.practice),
        "after": any(one.when == "after" for one in study.fields),
    }
    return wanted.get(step, False)


def pending_after(settings: Settings, person: Person, done: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps after the questions that a person has yet to take."""
    return tuple(step for step in AFTER if step not in done and is_asked(settings, person, step))


def check_step(settings: Settings, step: str, value: object) -> Any:
    """What a person said to a step, in its plain form; InputError when it does not answer it."""
    given = value if isinstance(value, Mapping) else {}
    if step == "consent":
        if given.get("agreed") is not True:
            raise InputError("Nobody takes part without agreeing.")
        return {"agreed": True, "language": str(given.get("language", ""))[:20]}
    if step == "name":
        return {"name": check_person(str(given.get("name", "")))}
    if step in ("before", "after"):
        return _fields([one for one in settings.study.fields if one.when == step], given)
    if step == "practice":
        answers = given.get("answers", [])
        if not isinstance(answers, list) or len(answers) > MOST_PRACTISED:
            raise InputError("Expected the answers to the practice questions.")
        return {"answers": [_practised(one) for one in answers]}
    raise InputError(f"There is no step called {step[:40]!r}.")


def _fields(fields: list[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    found = {one.key: check_field(one, given.get(one.key)) for one in fields}
    return {key: value for key, value in found.items() if value is not None}


def _practised(one: object) -> dict[str, Any]:
    given = one if isinstance(one, Mapping) else {}
    rt = given.get("rt_ms")
    return {
        "question": int(given["question"]) if isinstance(given.get("question"), int) else -1,
        "right": bool(given.get("right")),
        "rt_ms": rt if isinstance(rt, int | float) and not isinstance(rt, bool) and 0 <= rt < 1e8 else None,
    }

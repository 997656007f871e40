"""The frame of a study around its questions: the organiser's own texts, practice, questions about the person, an end.

Every part is optional. Texts are plain: nothing in them is read as markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.values import check_answer
from explorer.features.judgments.wording import DEFAULT, check_words

FIELD_KINDS = ("choice", "number", "text", "scale")
WHEN = ("before", "after")
IDS = ("PROLIFIC_PID", "workerId", "participant", "participantId", "survey_code", "id")
"""Parameters by which recruiting services name one person in a link."""
RECRUITED = (*IDS, "STUDY_ID", "SESSION_ID", "assignmentId", "hitId")
"""All that such services put into a link; it is kept with the person."""
MOST_KNOWN, MOST_FIELDS, LONGEST_OPTION = 50, 30, 200


@dataclass(frozen=True, kw_only=True)
class KnownQuestion:
    """A question whose answer is known: to practise on, or a gold question.

    items: ids, the reference of a triplet first. answer: as `Answer.answer`; None in practice where any answer is fine.
    explain: shown after practice.
    """

    items: tuple[str, ...]
    answer: Any = None
    explain: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question about the person, such as their age.

    key: its name in the data. label: what is asked. kind: one of FIELD_KINDS. options: of a choice. low, high: of a
    number or a scale. when: "before" or "after" the questions about items.
    """

    key: str
    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 120.0
    required: bool = True
    when: str = "after"


@dataclass(frozen=True, kw_only=True)
class Study:
    """What stands around the questions of a campaign.

    words: by language ("en", "de", ...) texts by their key, see `wording.DEFAULT`; the first language is the usual
    one, and what a language lacks is shown in the first, then in English. practice, gold: questions with known answers;
    gold ones take the place of attention checks by "the same item twice". fields: about the person. ask_name: whether a
    person gives a name, which is a label and nothing more. completion: a code, or the https address that a person is
    sent back to; {person} and the names of parameters in braces are filled in. parameters: of the link, kept beside
    those of RECRUITED.
    """

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    practice: tuple[KnownQuestion, ...] = ()
    gold: tuple[KnownQuestion, ...] = ()
    fields: tuple[Field, ...] = ()
    ask_name: bool = True
    completion: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it can be taken in, the usual one first."""
        return tuple(self.words) or ("en",)

    def text(self, key: str, language: str = "") -> str:
        """The text of a key in a language, else in the usual one, else in English."""
        known = [self.words.get(one, {}).get(key, "") for one in (language, self.languages[0])]
        return next(filter(None, known), DEFAULT.get(key, ""))

    def spoken(self, wanted: str) -> str:
        """The language that fits best what a browser wants, such as de-AT: de-AT, de, or the usual one."""
        return next((one for one in (wanted, wanted.split("-")[0]) if one in self.languages), self.languages[0])


def study_from(values: Mapping[str, Any]) -> Study:
    """A study from what `dataclasses.asdict` made of one and JSON of that."""
    given = dict(values)
    for name in ("practice", "gold"):
        given[name] = tuple(_known(one) for one in given.get(name, ()))
    given["fields"] = tuple(
        Field(**{**one, "options": tuple(one.get("options", ()))}) for one in given.get("fields", ())
    )
    given["parameters"] = tuple(given.get("parameters", ()))
    return Study(**given)


def _known(one: Mapping[str, Any]) -> KnownQuestion:
    return KnownQuestion(**{**one, "items": tuple(one["items"])})


def check_study(study: Study, task: str, item_ids: Sequence[str], scale: tuple[float, float]) -> None:
    """InputError when a study cannot be run with these items."""
    check_words(study.words)
    known = set(item_ids)
    for what, questions in (("Practice", study.practice), ("Gold", study.gold)):
        if len(questions) > MOST_KNOWN:
            raise InputError(f"{what} questions: expected at most {MOST_KNOWN}, got {len(questions)}.")
        for number, one in enumerate(questions, 1):
            _check_known(f"{what} question {number}", one, task, known, scale)
    if study.gold and task in ("tags", "arrangement"):
        raise InputError(f"Gold questions: {task} has no single right answer. Leave them out.")
    if any(one.answer is None for one in study.gold):
        raise InputError("Gold questions: each needs its answer.")
    _check_fields(study.fields)
    _check_completion(study.completion)


def _check_known(what: str, one: KnownQuestion, task: str, known: set[str], scale: tuple[float, float]) -> None:
    unknown = [item for item in one.items if item not in known]
    if unknown:
        raise InputError(f"{what}: there is no item with the id {unknown[0]!r} among those of the campaign.")
    if one.answer is None:
        return
    try:
        check_answer(task, one.items, one.answer, scale)
    except InputError as error:
        raise InputError(f"{what}: {error}") from error


def _check_fields(fields: Sequence[Field]) -> None:
    if len(fields) > MOST_FIELDS:
        raise InputError(f"Questions about the person: expected at most {MOST_FIELDS}, got {len(fields)}.")
    keys = [one.key for one in fields]
    for number, one in enumerate(fields, 1):
        where = f"Question {number} about the person"
        check_choice(one.kind, FIELD_KINDS, f"{where}, kind")
        check_choice(one.when, WHEN, f"{where}, when")
        if not one.key.isidentifier() or keys.count(one.key) > 1:
            raise InputError(f"{where}: expected a name of its own of letters, digits and _, got {one.key!r}.")
        if not one.label.strip():
            raise InputError(f"{where}: expected what is asked, got nothing.")
        if one.kind == "choice" and len(one.options) < 2:
            raise InputError(f"{where}: expected at least two options, got {len(one.options)}.")
        if one.kind in ("number", "scale") and not one.low < one.high:
            raise InputError(f"{where}: expected the lowest before the highest, got {one.low:g} and {one.high:g}.")


def _check_completion(completion: str) -> None:
    if "://" in completion and urlsplit(completion).scheme != "https":
        raise InputError(
            f"Completion: expected a code or an address that begins with https://, got {completion[:80]!r}."
        )


def check_field(one: Field, value: object) -> object:
    """The plain form of what a person said to a field, None for nothing; InputError when it does not answer it."""
    if value is None or value == "":
        if one.required:
            raise InputError(f"{one.label}: an answer is needed.")
        return None
    if one.kind == "choice":
        return check_choice(str(value), one.options, one.label)
    if one.kind == "text":
        return str(value).strip()[:2000]
    if isinstance(value, bool) or not isinstance(value, int | float) or not one.low <= value <= one.high:
        raise InputError(f"{one.label}: expected a number from {one.low:g} to {one.high:g}.")
    return float(value)

"""From what was given in the form to the settings of a campaign, and back: for a copy, and for a change."""

from collections.abc import Mapping
from typing import Any

from explorer.features.judgments.asking.issuing import CHECKABLE
from explorer.features.judgments.known_lines import known_from, known_lines
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.study import Field, Study
from explorer.features.judgments.values import TASKS

Draft = Mapping[str, Any]
TEXTS = ("title", "welcome", "consent", "debrief")
"""Texts that the form has fields for; all others are brought as a file."""

FIELD_PARTS = ("key", "label", "kind", "options", "low", "high", "required", "when")
ENTRIES = ("all", "personal", "recruited")


def usual(task: str) -> dict[str, Any]:
    """What the form holds of a task before anything is changed."""
    tags, arranged = task == "tags", task == "arrangement"
    return {
        "name": "",
        "wording": "odd",
        "scale": (1, 7),
        "size": 6,
        "condition": "",
        "several": False,
        "conditions": "",
        "instruction": "",
        "items": "all",
        "show": "both",
        "entry": "all",
        "code": "",
        "resume": "resume",
        "age": 0.0,
        "ask_name": True,
        "completion": "",
        "parameters": "",
        "languages": "en",
        "words": {},
        "fields": 0,
        "sampler": "random",
        "models": [],
        "list": "",
        "questions": 20 if arranged else 100,
        "answers": 3 if tags else 2,
        "per_person": 20 if arranged else 50,
        "checks": 10,
        "repeats": 5,
        "block": 0,
        "order": "random",
        "confidence": False,
        "none_of_these": False,
        "evidence": 0.5,
        "practice": "",
        "gold": "",
        "seed": 0,
    }


def filled(draft: Draft) -> dict[str, Any]:
    """A draft with the usual in place of what was not given."""
    task = draft.get("task", TASKS[0])
    return {**usual(task), "task": task, **draft}


def settings_of(draft: Draft) -> Settings:
    """The settings that the form stands for; InputError names what cannot be read. Nothing is checked beyond that."""
    form = filled(draft)
    task = form["task"]
    low, high = form["scale"]
    choices = task not in ("tags", "arrangement")
    conditions = tuple(dict.fromkeys(_lines(form["conditions"]))) if form["several"] else ()
    return Settings(
        task=task,
        condition="" if form["several"] else form["condition"].strip(),
        conditions=conditions,
        instruction=form["instruction"].strip(),
        wording=form["wording"] if task == "odd_one_out" else "odd",
        scale=(float(low), float(high)) if task == "pair_rating" else (1.0, 7.0),
        items_per_question=int(form["size"]) if task == "arrangement" else 0,
        show=form["show"],
        questions=int(form["questions"]),
        answers_per_question=int(form["answers"]),
        per_person=int(form["per_person"]) if form["sampler"] != "weakest" else 0,
        sampler=form["sampler"],
        models=tuple(form["models"]) if form["sampler"] == "disagreement" else (),
        evidence=float(form["evidence"]) if form["sampler"] == "weakest" else 0.5,
        check_share=form["checks"] / 100 if task in CHECKABLE else 0.0,
        repeat_share=form["repeats"] / 100 if task != "tags" else 0.0,
        order=form["order"],
        block=int(form["block"]),
        confidence=bool(form["confidence"]),
        none_of_these=bool(form["none_of_these"]) and choices,
        resume=form["resume"],
        max_age_hours=float(form["age"]) if form["resume"] == "resume" else 0.0,
        code=form["code"].strip() if form["entry"] != "personal" else "",
        personal=form["entry"] == "personal",
        seed=int(form["seed"]),
        study=study_of(form),
    )


def study_of(draft: Draft) -> Study:
    """What stands around the questions, as the form says it; InputError names a line that cannot be read."""
    form = filled(draft)
    gold = known_from(form["gold"], form["task"], "Gold questions") if form["task"] in CHECKABLE else ()
    return Study(
        words=words_of(form),
        practice=known_from(form["practice"], form["task"], "Practice questions"),
        gold=gold,
        fields=tuple(_field(form, number) for number in range(form["fields"])),
        ask_name=form["entry"] != "recruited" and bool(form["ask_name"]),
        completion=form["completion"].strip(),
        parameters=tuple(dict.fromkeys(part.strip() for part in form["parameters"].split(",") if part.strip())),
    )


def languages_of(draft: Draft) -> list[str]:
    """The languages of a draft, the usual one first."""
    return list(dict.fromkeys(part.strip() for part in filled(draft)["languages"].split(",") if part.strip())) or ["en"]


def words_of(draft: Draft) -> dict[str, dict[str, str]]:
    """Texts by language and key: those of files, and over them those of fields; {} when all is as usual."""
    found = {}
    for language in languages_of(draft):
        texts = dict(filled(draft)["words"].get(language, {}))
        for name, text in draft.items():
            if name.startswith(f"text.{language}."):
                texts[name.removeprefix(f"text.{language}.")] = str(text).strip()
        found[language] = {key: text for key, text in texts.items() if text}
    return {} if found == {"en": {}} else found


def draft_of(settings: Settings) -> dict[str, Any]:
    """The draft that `settings_of` turns into these settings."""
    study = settings.study
    draft: dict[str, Any] = {
        "task": settings.task,
        "wording": settings.wording,
        "scale": (int(settings.scale[0]), int(settings.scale[1])),
        "size": settings.size,
        "condition": settings.condition,
        "several": bool(settings.conditions),
        "conditions": "\n".join(settings.conditions),
        "instruction": settings.instruction,
        "show": settings.show,
        "questions": settings.questions,
        "answers": settings.answers_per_question,
        "per_person": settings.per_person,
        "sampler": settings.sampler,
        "models": list(settings.models),
        "evidence": settings.evidence,
        "checks": round(settings.check_share * 100),
        "repeats": round(settings.repeat_share * 100),
        "order": settings.order,
        "block": settings.block,
        "confidence": settings.confidence,
        "none_of_these": settings.none_of_these,
        "resume": settings.resume,
        "age": settings.max_age_hours,
        "code": settings.code,
        "entry": _entry(settings),
        "seed": settings.seed,
    }
    return draft | _draft_of_study(study)


def _draft_of_study(study: Study) -> dict[str, Any]:
    draft: dict[str, Any] = {
        "languages": ", ".join(study.languages),
        "words": {language: dict(texts) for language, texts in study.words.items()},
        "practice": known_lines(study.practice),
        "gold": known_lines(study.gold),
        "fields": len(study.fields),
        "ask_name": study.ask_name,
        "completion": study.completion,
        "parameters": ", ".join(study.parameters),
    }
    for number, one in enumerate(study.fields):
        values = {**{part: getattr(one, part) for part in FIELD_PARTS}, "options": "\n".join(one.options)}
        draft |= {f"field.{number}.{part}": value for part, value in values.items()}
    return draft


def _entry(settings: Settings) -> str:
    if settings.personal:
        return "personal"
    return "all" if settings.study.ask_name else "recruited"


def _field(form: Draft, number: int) -> Field:
    plain = Field(key="", label="")
    given = {part: form.get(f"field.{number}.{part}", getattr(plain, part)) for part in FIELD_PARTS}
    label = str(given["label"]).strip()
    options = tuple(_lines(given["options"])) if isinstance(given["options"], str) else ()
    return Field(
        key=str(given["key"]).strip() or key_of(label),
        label=label,
        kind=given["kind"],
        options=options if given["kind"] == "choice" else (),
        low=float(given["low"]),
        high=float(given["high"]),
        required=bool(given["required"]),
        when=given["when"],
    )


def key_of(label: str) -> str:
    """A name for the data from what is asked: "How old are you?" becomes how_old_are_you."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in label.lower())
    name = "_".join(plain.split())[:40]
    return name if name.isidentifier() else f"q_{name}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

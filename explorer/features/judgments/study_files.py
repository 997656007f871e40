"""The settings of a campaign, the frame of its study and its texts as JSON files: to keep, translate and bring back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.settings import Settings, settings_from
from explorer.features.judgments.study import Field, KnownQuestion, Study, study_from
from explorer.features.judgments.wording import DEFAULT, LANGUAGE, check_words

LARGEST = 4_000_000  # bytes
PARTS: dict[str, type] = {"practice": KnownQuestion, "gold": KnownQuestion, "fields": Field}
SIMPLE: dict[str, tuple[str, tuple[type, ...]]] = {
    str(str): ("a text", (str,)),
    str(float): ("a number", (int, float)),
    str(bool): ("true or false", (bool,)),
    str(int): ("a whole number", (int,)),
    str(tuple[str, ...]): ("a list of texts", (list,)),
    str(tuple[float, float]): ("a list of two numbers", (list,)),
}
Words = dict[str, dict[str, str]]


def read_study(path: Path) -> Study:
    """The study of a JSON file with the fields of `Study`, each of which may be left out.

    InputError names the file and the field that is none, or is not of the kind that it must be.
    """
    return study_of(_loaded(_bytes(path), path.name), path.name)


def study_of(values: object, name: str) -> Study:
    """A study from what JSON gave; name: of the file, for messages."""
    if not isinstance(values, Mapping):
        raise InputError(f"{name}: expected an object with the parts of a study, got {type(values).__name__}.")
    _check_names(values, Study, name)
    for part in PARTS:
        if not isinstance(values.get(part, []), list):
            raise InputError(f"{name}, {part}: expected a list, got {type(values[part]).__name__}.")
    for part, kind in PARTS.items():
        for number, one in enumerate(values.get(part, []), 1):
            _check_entry(one, kind, f"{name}, {part} {number}")
    words = read_words(json.dumps(values.get("words", {})).encode(), name) if values.get("words") else {}
    try:
        return study_from({**values, "words": words})
    except (TypeError, ValueError) as error:
        raise InputError(f"{name}: expected the parts of a study ({error}).") from error


def read_settings(path: Path) -> Settings:
    """The settings of a JSON file with the fields of `Settings`; what is left out is as usual, but for the task."""
    values = _loaded(_bytes(path), path.name)
    if not isinstance(values, Mapping) or not values.get("task"):
        raise InputError(f"{path.name}: expected the settings of a campaign, at least its task.")
    _check_names(values, Settings, path.name)
    study = study_of(values.get("study", {}), f"{path.name}, study")
    return replace(settings_from({name: value for name, value in values.items() if name != "study"}), study=study)


def settings_bytes(settings: Settings) -> bytes:
    """The file that `read_settings` reads."""
    return (json.dumps(asdict(settings), ensure_ascii=False, indent=2) + "\n").encode()


def read_words(data: bytes, name: str, language: str = "") -> Words:
    """Texts by language and key from a JSON file: {language: {key: text}}, or {key: text} of one language.

    language: of the second form, else what stands in the file's name ("de.json", "study_de.json"). What is empty, or
    the English text that stands there anyway, is left out.
    """
    found = _loaded(data, name)
    if not isinstance(found, Mapping) or not found:
        raise InputError(f'{name}: expected texts such as {{"de": {{"next": "Weiter"}}}}, got something else.')
    if all(isinstance(text, str) for text in found.values()):
        found = {language or _language_of(name): found}
    for one, texts in found.items():
        if not isinstance(texts, Mapping):
            raise InputError(f"{name}, {str(one)[:40]}: expected texts by their keys, got {type(texts).__name__}.")
    words = {str(one): {str(key): text for key, text in texts.items()} for one, texts in found.items()}
    check_words(words)
    kept = {one: {key: text for key, text in texts.items() if text.strip()} for one, texts in words.items()}
    return {one: {key: text for key, text in texts.items() if text != DEFAULT.get(key)} for one, texts in kept.items()}


def words_bytes(study: Study, language: str) -> bytes:
    """All texts of a study in one language as the file that `read_words` reads; English where it has none."""
    own = {f"field.{one.key}": one.label for one in study.fields}
    own |= {f"field.{one.key}.{at}": text for one in study.fields for at, text in enumerate(one.options, 1)}
    own |= {f"practice.{at}": one.explain for at, one in enumerate(study.practice, 1) if one.explain}
    texts = {key: study.text(key, language) or text for key, text in {**DEFAULT, **own}.items()}
    return (json.dumps({language: texts}, ensure_ascii=False, indent=2) + "\n").encode()


def _language_of(name: str) -> str:
    found = Path(name).stem.replace(" ", "_").split("_")[-1]
    if not LANGUAGE.fullmatch(found):
        raise InputError(
            f"{name}: its texts are of one language, which it does not name. "
            'Call it de.json, or write {"de": {...}} around them.'
        )
    return found


def _check_names(values: Mapping[str, Any], kind: type, where: str) -> None:
    known = [one.name for one in fields(kind)]
    unknown = [str(name) for name in values if name not in known]
    if unknown:
        raise InputError(f"{where}: there is no {unknown[0][:60]!r}; expected {', '.join(known)}.")
    for one in fields(kind):
        expected, kinds = SIMPLE.get(str(one.type), ("", ()))
        if expected and one.name in values and not _is(values[one.name], kinds, expected):
            raise InputError(f"{where}, {one.name}: expected {expected}, got {str(values[one.name])[:60]!r}.")


def _is(given: object, kinds: tuple[type, ...], expected: str) -> bool:
    if isinstance(given, list) and list in kinds:
        entries = (str,) if "texts" in expected else (int, float)
        return all(_is(one, entries, "") for one in given) and (entries == (str,) or len(given) == 2)
    return isinstance(given, kinds) and (bool in kinds or not isinstance(given, bool))


def _check_entry(one: object, kind: type, where: str) -> None:
    if not isinstance(one, Mapping):
        raise InputError(f"{where}: expected an object, got {type(one).__name__}.")
    _check_names(one, kind, where)
    needed = "items" if kind is KnownQuestion else "key"
    if not one.get(needed):
        raise InputError(f"{where}: expected {needed}, got nothing.")


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path.name}: expected at most {LARGEST:,} bytes, got {path.stat().st_size:,}.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: expected a file that can be read ({error.strerror}).") from error


def _loaded(data: bytes, name: str) -> object:
    if len(data) > LARGEST:
        raise InputError(f"{name}: expected at most {LARGEST:,} bytes, got {len(data):,}.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: expected JSON in UTF-8 ({error}).") from error

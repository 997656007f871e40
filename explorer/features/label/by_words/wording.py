"""Labels and their keywords as people write them, one label a line: "sports: football, league | texts on a match"."""

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.base.errors import InputError

MOST_LABELS, MOST_KEYWORDS, MOST_LETTERS = 60, 60, 300


@dataclass(frozen=True)
class WordLabel:
    """A label. keywords: one or more. description: a sentence, "" without."""

    name: str
    keywords: tuple[str, ...]
    description: str = ""


def read_labels(text: str) -> tuple[WordLabel, ...]:
    """The labels that `text` describes, a line each: "name: keyword, keyword | description".

    A line without a colon is a label whose name is its keyword. InputError names the line that cannot be read, and
    when there are fewer than two labels, the same twice, or too many.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [_read(line, number) for number, line in enumerate(lines, 1) if line]
    if len(found) < 2:
        raise InputError(
            f"Expected at least two labels, one a line as in “sports: football, league”; got {len(found)}."
        )
    if len(found) > MOST_LABELS:
        raise InputError(f"Expected at most {MOST_LABELS} labels, got {len(found)}.")
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputError(f"The label {twice!r} stands in two lines. Put its keywords into one.")
    return tuple(found)


def write_labels(labels: Iterable[WordLabel]) -> str:
    """The text that `read_labels` reads."""
    return "\n".join(
        f"{one.name}: {', '.join(one.keywords)}" + (f" | {one.description}" if one.description else "")
        for one in labels
    )


def with_keyword(labels: tuple[WordLabel, ...], name: str, keyword: str) -> tuple[WordLabel, ...]:
    """The labels, one of them with a keyword more; unchanged when it has it already."""
    clean = _keywords(keyword)
    return tuple(
        WordLabel(one.name, tuple(dict.fromkeys((*one.keywords, *clean))), one.description) if one.name == name else one
        for one in labels
    )


def _read(line: str, number: int) -> WordLabel:
    if len(line) > MOST_LETTERS * 10:
        raise InputError(f"Line {number}: expected at most {MOST_LETTERS * 10} letters, got {len(line)}.")
    head, _, description = line.partition("|")
    name, _, words = head.partition(":")
    name = name.strip()
    keywords = _keywords(words) or ((name,) if name else ())
    if not name:
        raise InputError(f"Line {number}: expected a name before the colon, as in “sports: football, league”.")
    if len(keywords) > MOST_KEYWORDS:
        raise InputError(f"Line {number}: expected at most {MOST_KEYWORDS} keywords, got {len(keywords)}.")
    return WordLabel(name[:80], keywords, description.strip()[:MOST_LETTERS])


def _keywords(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip()[:MOST_LETTERS] for word in words.split(",") if word.strip()))

"""Reading the attributes back out of a caption, by the table of words alone."""

import re

from explorer.scenes.words import (
    BACKGROUND_WORDS,
    COLOUR_WORDS,
    COUNT_WORDS,
    DIRECTION_WORDS,
    FILL_WORDS,
    RELATION_MARKS,
    SHAPE_WORDS,
    SIDE_WORDS,
    SIZE_WORDS,
)

Reading = dict[str, str | int]


def _spoken() -> dict[str, dict[str, str | int]]:
    """Attribute -> word -> value."""
    shapes: dict[str, str | int] = {w: shape for shape, names in SHAPE_WORDS.items() for pair in names for w in pair}
    ways: dict[str, str | int] = {w: d for table in (DIRECTION_WORDS, SIDE_WORDS) for d, w in table.items()}
    spoken: dict[str, dict[str, str | int]] = {"shape": shapes, "direction": ways}
    spoken["count"] = {w: n for n, words in COUNT_WORDS.items() for w in words}
    tables = {"colour": COLOUR_WORDS, "fill": FILL_WORDS, "size": SIZE_WORDS}
    for name, table in (tables | {"background": BACKGROUND_WORDS, "relation": RELATION_MARKS}).items():
        spoken[name] = {w: value for value, words in table.items() for w in words}
    return spoken


def _either(words: dict[str, str | int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _find(words: dict[str, str | int], text: str) -> str | int | None:
    found = re.search(rf"(?<![\w-])({_either(words)})(?![\w-])", text)
    return words[found[1]] if found else None


def parse(caption: str) -> Reading:
    """Caption -> the attributes its words name; an attribute that is not named is left out."""
    spoken, text = _spoken(), caption.lower()
    reading: Reading = {}
    second = re.search(rf"\ban? ({_either(spoken['colour'])}) ({_either(spoken['shape'])})(?![\w-])", text)
    if second:
        reading["second_colour"] = spoken["colour"][second[1]]
        reading["second_shape"] = spoken["shape"][second[2]]
        text = text.replace(second[0], "", 1)
    text = text.replace("odd one out", "stranger")
    for name, words in spoken.items():
        value = _find(words, text)
        if value is not None:
            reading[name] = value
    return reading

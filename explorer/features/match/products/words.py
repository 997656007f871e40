"""Words of a listing: cut, in small letters, without plural endings; and which of them are codes, numbers or sizes.

Source of what is told apart: ProMap (Macková and Pilát). The authors' lists of brands and of dictionary words are not
published with a licence: codes are told here by their letters and digits alone, brands only from a column.
"""

import re
from dataclasses import dataclass

from explorer.features.match.products.units import UNITS, Quantity

_WORD = re.compile(r"\w+(?:[.×/]\d\w*|(?<=\d)%|×\w+)*")
_CODE = re.compile(r"\w+(?:[-/.]\w+)*")
_WITH_UNIT = re.compile(r"((?:\d*\.)?\d+(?:×(?:\d*\.)?\d+)*)([a-zA-Z]+)")
_NUMBER = re.compile(r"(?:\d*\.)?\d+")
_SIZES = re.compile(r"\d+(?:\.\d+)?(?:×\d+(?:\.\d+)?)+")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75", "⅓": ".333", "⅔": ".667", "⅕": ".2"}
SHORTEST_CODE, SHORTEST_NUMBER_CODE = 4, 5
Span = tuple[int, int]


@dataclass(frozen=True)
class Listed:
    """What a text says. words: in their order, as compared. codes: such as TO3250XSB. numbers: bare ones, in order.

    quantities: numbers with a unit, in the unit's base.
    """

    words: tuple[str, ...]
    codes: frozenset[str]
    numbers: tuple[str, ...]
    quantities: tuple[Quantity, ...]


NOTHING = Listed((), frozenset(), (), ())


def cleaned(text: str) -> str:
    """One line in which numbers are written one way: 1,000 is 1000, 12" is 12 inch, 10 x 5 is 10×5."""
    text = re.sub(r"(\d)\s*([½¼¾⅓⅔⅕])", lambda found: found[1] + _FRACTIONS[found[2]], text)
    for sign, digits in _FRACTIONS.items():
        text = text.replace(sign, "0" + digits)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d)(?:\"|”|″|'')", " inch ", text)
    return re.sub(r"(?<=\d)\s*[xX×]\s*(?=\d)", "×", text)


def stem(word: str) -> str:
    """A word without the ending of its plural (the S stemmer, Harman 1991)."""
    if len(word) < 4 or not word.endswith("s") or not word.isalpha():
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else word[:-3] + "y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared; a number and its unit are two."""
    return [stem(part.lower()) for found in _WORD.finditer(cleaned(text)) for part in _parts(found.group())]


def spans_of(text: str) -> list[tuple[Span, list[str]]]:
    """Where words stand in a text, with how each is compared."""
    found = re.finditer(r"\S+", text)
    return [(_inner(one.group(), one.start()), words_of(one.group())) for one in found]


def _inner(word: str, start: int) -> Span:
    """The place of a word without the signs around it."""
    lead = len(word) - len(word.lstrip("([{'\"“.,;:"))
    return start + lead, start + max(len(word.rstrip(")]}'\"”.,;:!?")), lead)


def listed(text: str) -> Listed:
    """What a text says, "" says nothing."""
    if not text.strip():
        return NOTHING
    clean = cleaned(text)
    raw = [part for found in _WORD.finditer(clean) for part in _parts(found.group())]
    small = [word.lower() for word in raw]
    quantities, used = _quantities(small)
    numbers = tuple(
        word for place, word in enumerate(small) if place not in used and _NUMBER.fullmatch(word) and not _is_code(word)
    )
    codes = frozenset(found.group().lower() for found in _CODE.finditer(clean) if _is_code(found.group()))
    return Listed(tuple(stem(word) for word in small), codes, numbers, quantities)


def _parts(word: str) -> list[str]:
    found = _WITH_UNIT.fullmatch(word)
    return [found[1], found[2]] if found and found[2].lower() in UNITS else [word]


def _is_code(word: str) -> bool:
    """Letters and digits together, or a long number; not a number with its unit."""
    plain = re.sub(r"[\W_]+", "", word)
    if len(plain) < SHORTEST_CODE or len(_parts(word)) > 1 or _SIZES.fullmatch(word):
        return False
    if plain.isdigit():
        return word.isdigit() and len(plain) >= SHORTEST_NUMBER_CODE
    digits = sum(sign.isdigit() for sign in plain)
    return digits >= 2 and any(sign.isalpha() for sign in plain) and not re.fullmatch(r"\d+[a-z]+", plain)


def _quantities(words: list[str]) -> tuple[tuple[Quantity, ...], set[int]]:
    """Numbers that a unit follows, and the places of these numbers."""
    found, used = [], set()
    for place, word in enumerate(words[:-1]):
        values = _values(word)
        unit = words[place + 1]
        if unit in ("fl", "fluid") and place + 2 < len(words):
            unit = f"fl {words[place + 2]}"
        if values and unit in UNITS:
            base, factor = UNITS[unit]
            found.append(Quantity(base, tuple(value * factor for value in values)))
            used.add(place)
    return tuple(found), used


def _values(word: str) -> tuple[float, ...]:
    if _NUMBER.fullmatch(word):
        return (float(word),)
    return tuple(float(one) for one in word.split("×")) if _SIZES.fullmatch(word) else ()

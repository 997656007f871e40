"""Anonymous captions: concrete nouns and attributes become typed {slots}, what is left says the relation.

"Two red dogs chasing a cat on the beach" -> "{Animals} chasing {Other Animal} on {Place}". Rules and a word list, no
language model. Words that stay and name a thing, a colour or a material, and words that no list knows, are reported as
left over, so that nothing concrete stays unseen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer.base.errors import InputError
from explorer.base.shipped import ASSETS
from explorer.features.relational.plain_words import (
    AMBIGUOUS,
    DETERMINERS,
    HARMLESS,
    PREPOSITIONS,
    PROTECTED,
    VERB_ENDINGS,
)
from explorer.features.relational.things import is_thing

SLOT_WORDS = ASSETS / "slot_words.txt"
ATTRIBUTES = ("Colour", "Material", "Pattern", "Size", "Number")
UNSEEN = ("Pattern", "Size", "Number", "Shape")
"""Types of words that name no thing."""
CONNECTING = frozenset(("and", "or", "is", "are", "was", "were", "that", "which", "who", "while"))
ENDING_A_NOUN = PREPOSITIONS | DETERMINERS | CONNECTING
"""What comes after a noun: a word before anything else may only describe it, as "key" in "the key moments"."""
NAME, ORDINALS = "Name", ("", "Other ", "Third ", "Fourth ", "Fifth ")
_TOKEN = re.compile(r"\{[^{}]*\}|\d+(?:[.,]\d+)*|\w+(?:[-']\w+)*|[^\w\s]", re.UNICODE)
_SLOT = re.compile(r"\{[^{}]*\}")
Lexicon = Mapping[str, str]


@dataclass(frozen=True)
class Anonymous:
    """A caption with {slots}, and the words in it that may still name something concrete."""

    text: str
    leftovers: tuple[str, ...]


@cache
def read_lexicon(path: Path = SLOT_WORDS) -> Lexicon:
    """Word (or up to three words) -> type, from a file of words below their [Type]; plurals are worked out."""
    found: dict[str, str] = {}
    kind = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip().lower() if not line.startswith("[") else line.strip()
        if line.startswith("[") and line.endswith("]"):
            kind = line[1:-1]
        elif line and not line.startswith("#"):
            if not kind:
                raise InputError(f"{path}: expected a [Type] before the word {line!r}.")
            found.setdefault(line, kind)
            if kind not in ATTRIBUTES:
                found.setdefault(plural(line), kind)
    return found


def plural(word: str) -> str:
    """A noun or a type -> its plural."""
    if word == "Person":
        return "People"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def anonymise(caption: str, lexicon: Lexicon) -> Anonymous:
    """A caption -> its anonymous form. Slots that are there already stay.

    Determiners, numbers and attributes go into the slot of the noun that follows; a noun's slot is plural when the noun
    is; another noun of the same type gets {Other ...}, the same noun the same slot. InputError for an empty caption.
    """
    if not caption.strip():
        raise InputError("Expected a caption with at least one word, got an empty one.")
    tokens: list[str] = _TOKEN.findall(caption.replace("’", "'"))
    run = _Run(tokens, lexicon)
    text = _joined(run.words())
    return Anonymous(text, leftovers(text, lexicon))


def leftovers(anonymous: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Words of an anonymous caption that name a thing, a colour or a material, or that are not known; outside slots.

    Verbs and nouns of change, logic, number, shape or relation are none (see `things`). A word that is not always a
    thing ("watch", "fly", "key") counts after a determiner alone, and not before the noun that it describes.
    """
    text = _SLOT.sub(" {} ", anonymous)
    for phrase in PROTECTED:
        text = re.sub(rf"\b{phrase}\b", " ", text, flags=re.IGNORECASE)
    words = re.findall(r"\w+(?:[-']\w+)*|\{\}", text)
    around = zip(["", *words], words, [*words[1:], ""], strict=False)
    return tuple(dict.fromkeys(word for before, word, after in around if _concrete(word, (before, after), lexicon)))


def without_nouns(caption: str, lexicon: Lexicon) -> str:
    """A caption with its concrete words simply struck out: a baseline of caption similarity, not the method."""
    return " ".join(re.sub(r"\s+([,.:;])", r"\1", _SLOT.sub(" ", anonymise(caption, lexicon).text)).split())


def _concrete(word: str, around: tuple[str, str], lexicon: Lexicon) -> bool:
    """Whether a word that stayed tells of something concrete. around: the word before it and the one after it."""
    low, (before, after) = word.lower().removesuffix("'s"), around
    if low in HARMLESS or low[0].isdigit() or low == "{}":
        return False
    kind = lexicon.get(low, "")
    if {low, low.removesuffix("s"), low.removesuffix("es")} & AMBIGUOUS:
        ends = not after or after.lower() in ENDING_A_NOUN or after.lower().endswith(VERB_ENDINGS)
        return before.lower() in DETERMINERS and ends and kind not in UNSEEN
    return kind not in UNSEEN if kind else is_thing(low) is not False


def _harmless(word: str, lexicon: Lexicon) -> bool:
    low = word.lower().removesuffix("'s")
    if low in HARMLESS or low.removesuffix("s") in AMBIGUOUS or low.removesuffix("es") in AMBIGUOUS:
        return True
    return low.endswith(VERB_ENDINGS) and low not in lexicon and word[0].islower() and len(low) > 4


class _Run:
    """One caption on its way."""

    def __init__(self, tokens: list[str], lexicon: Lexicon) -> None:
        self.tokens, self.lexicon = tokens, lexicon
        self.low = [token.lower() for token in tokens]
        self.slots: dict[str, dict[str, str]] = {}
        self.guarded = self._guarded()

    def words(self) -> list[str]:
        """The tokens of the anonymous caption."""
        out: list[str] = []
        place = 0
        while place < len(self.tokens):
            place = self._phrase(place, out)
        return out

    def _guarded(self) -> set[int]:
        """Places inside phrases that stay as they are, such as "in a circle"."""
        places: set[int] = set()
        for phrase in PROTECTED:
            parts = phrase.split()
            for start in range(len(self.low) - len(parts) + 1):
                before_noun = start + len(parts) < len(self.low) and self._is_noun(start + len(parts))
                if self.low[start : start + len(parts)] == parts and not before_noun:
                    places |= set(range(start, start + len(parts)))
        return places

    def _phrase(self, start: int, out: list[str]) -> int:
        """Take the noun phrase that begins here, or one token; returns the place after it."""
        place = start
        while place < len(self.tokens) and place not in self.guarded and self._leads(place):
            place += 1
        noun, end = self._noun(place, start)
        if noun:
            out.append(self._slot(noun, place, end))
            return self._possessive(end, out)
        if self._is_name(start):
            return self._name(start, out)
        kind = "" if start in self.guarded else self._attribute(start)
        out.append(f"{{{kind}}}" if kind else self.tokens[start])
        return start + 1

    def _leads(self, place: int) -> bool:
        return self.low[place] in DETERMINERS or bool(self._attribute(place))

    def _attribute(self, place: int) -> str:
        if self.tokens[place][0].isdigit():
            return "Number"
        kind = self.lexicon.get(self.low[place], "")
        if kind in ATTRIBUTES:
            return kind
        if self.low[place] in ("orange", "gold", "silver", "glass", "brick", "stone", "rose") and self._is_noun(
            place + 1
        ):
            return "Colour"
        return ""

    def _is_noun(self, place: int) -> bool:
        return place < len(self.low) and self.lexicon.get(self.low[place], "") not in ("", *ATTRIBUTES)

    def _noun(self, place: int, start: int) -> tuple[str, int]:
        """("type", place after it) of the noun at `place`; the last of several nouns in a row decides."""
        kind, end = "", place
        while end < len(self.tokens) and end not in self.guarded:
            if not kind and self._modifies(end, start):
                end += 1
            length = next((n for n in (3, 2, 1) if self._known(end, n)), 0)
            if not length or (length == 1 and self._doubtful(end, start, bool(kind))):
                break
            kind, end = self.lexicon[" ".join(self.low[end : end + length])], end + length
        if not kind and start < place and self._attribute(place - 1) == "Material" and place == len(self.tokens):
            return "Material", place
        return kind, end

    def _modifies(self, place: int, start: int) -> bool:
        """An unknown word between a determiner and a noun, as "fir" in "a fir tree", goes with the noun."""
        word = self.tokens[place]
        unknown = (
            word.isalpha() and (word.endswith("ed") or not _harmless(word, self.lexicon)) and not self._is_noun(place)
        )
        return unknown and start < place and self._is_noun(place + 1) and place + 1 not in self.guarded

    def _known(self, place: int, length: int) -> bool:
        if place + length > len(self.tokens):
            return False
        return self.lexicon.get(" ".join(self.low[place : place + length]), "") not in ("", *ATTRIBUTES)

    def _doubtful(self, place: int, start: int, after_noun: bool) -> bool:
        """A word that may be a verb ("watch", "fly") is a noun only after a determiner, attribute or preposition."""
        if self.low[place] not in AMBIGUOUS and self.low[place].removesuffix("s") not in AMBIGUOUS:
            return False
        before = self.low[place - 1] if place else ""
        described = before.endswith("ing") and place > 1 and self.low[place - 2] in DETERMINERS
        return after_noun or not (start < place or before in PREPOSITIONS or described or place == 0)

    def _slot(self, kind: str, place: int, end: int) -> str:
        noun = self.low[end - 1]
        several = noun.endswith("s") and not noun.endswith("ss") and noun not in ("glasses", "scissors", "bus")
        several = several or noun in ("people", "men", "women", "children", "mice", "geese", "sheep", "teeth", "feet")
        stem = noun.removesuffix("s")
        known = self.slots.setdefault(kind, {})
        order = known.setdefault(stem, ORDINALS[min(len(known), len(ORDINALS) - 1)])
        return f"{{{order}{plural(kind) if several else kind}}}"

    def _possessive(self, end: int, out: list[str]) -> int:
        if end < len(self.tokens) and self.tokens[end] == "'":
            out[-1] += "'"
            return end + 1
        return end

    def _is_name(self, place: int) -> bool:
        """A capitalised word that no list knows, beyond the start of a sentence or followed by another one."""
        word = self.tokens[place]
        if not word[0].isupper() or self.low[place].removesuffix("'s") in HARMLESS or self.low[place] in self.lexicon:
            return False
        starts = place == 0 or self.tokens[place - 1] in ".!?:"
        return not starts or (place + 1 < len(self.tokens) and self.tokens[place + 1][0].isupper())

    def _name(self, start: int, out: list[str]) -> int:
        end = start
        while end < len(self.tokens) and self.tokens[end][0].isupper() and self.low[end] not in HARMLESS:
            end += 1
        whole = " ".join(self.low[start:end]).removesuffix("'s")
        known = self.slots.setdefault(NAME, {})
        order = known.setdefault(whole, ORDINALS[min(len(known), len(ORDINALS) - 1)])
        out.append(f"{{{order}{NAME}}}" + ("'s" if self.low[end - 1].endswith("'s") else ""))
        return end


def _joined(words: list[str]) -> str:
    text = re.sub(r"\s+([,.;:!?)])", r"\1", " ".join(words))
    return re.sub(r"([(])\s+", r"\1", text)

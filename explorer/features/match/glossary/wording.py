"""Headers of columns as words: joined and shortened ones taken apart and written out, by rules."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_PLURAL = re.compile(r"\((?:s|es|en|e|n)\)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MARKS: Mapping[str, str] = {"#": " number ", "%": " percent ", "№": " number ", "&": " and ", "$": " dollar "}
_SHORT = """
acct account, addr address, alt altitude, amt amount, approx approximate, asst assistant, attr attribute, avg average,
bal balance, bday birth date, bldg building, capt captain, cat category, cd code, cnt count, coord coordinate,
ctry country, cust customer, dept department, desc description, descr description, dist distance, dob date of birth,
dod date of death, doc document, dt date, dur duration, elev elevation, emp employee, est established, exp expiry,
fname first name, freq frequency, fy fiscal year, geo geographic, gov governor, govt government, hq headquarters,
hr hour, ht height, id identifier, img image, inc income, info information, inst institution, inv invoice,
lang language, lat latitude, len length, lname last name, lng longitude, loc location, lon longitude, long longitude,
manuf manufacturer, max maximum, mfg manufacturer, mfr manufacturer, mgr manager, min minimum, mo month, msg message,
nbr number, no number, nr number, num number, ord order, org organisation, pct percent, perc percent, phone telephone,
pop population, pos position, prev previous, prod product, pub published, publ publisher, qty quantity, ref reference,
reg registration, rel release, sec second, seq sequence, spec specification, sq square, st state, stat status,
std standard, tel telephone, temp temperature, tot total, txn transaction, univ university, uom unit of measure,
usr user, val value, vol volume, wt weight, yr year, yrs years
"""
ABBREVIATIONS: Mapping[str, str] = dict(one.split(maxsplit=1) for one in _SHORT.split(","))
"""What short words of headers usually stand for. Rules of this program, no language model."""


def header_words(text: str) -> list[str]:
    """Words of a header in small letters: taken apart at camelCase, underscores, digits; "(s)" and marks resolved.

    "Director(s)", "birthPlace", "EMP_ID2" give director; birth, place; emp, id, 2.
    """
    plain = _PLURAL.sub("", text)
    for mark, word in _MARKS.items():
        plain = plain.replace(mark, word)
    return [word.lower() for word in _WORD.findall(_BREAK.sub(" ", plain))]


class Vocabulary:
    """Words that a glossary itself uses, by which joined words are taken apart and shortened ones written out."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.counts = Counter(word for text in texts for word in header_words(text))

    @cached_property
    def by_first(self) -> Mapping[str, Sequence[str]]:
        """Words of at least five letters by their first letter, the frequent ones first."""
        found: dict[str, list[str]] = {}
        for word, _ in sorted(self.counts.items(), key=lambda one: (-one[1], one[0])):
            if len(word) > 4:
                found.setdefault(word[0], []).append(word)
        return found

    def written_out(self, header: str) -> list[str]:
        """Words of a header: known ones as they are, joined ones taken apart, shortened ones written out."""
        return [word for one in header_words(header) for word in self._word(one)]

    def _word(self, word: str) -> list[str]:
        if word in ABBREVIATIONS and (len(word) < 4 or word not in self.counts):
            return ABBREVIATIONS[word].split()
        if word in self.counts or word.isdigit():
            return [word]
        return self.taken_apart(word) or [self.lengthened(word) or word]

    def taken_apart(self, word: str) -> list[str]:
        """Words of at least three letters that together make this one, as few as can be; [] where there are none."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(3, len(word) + 1):
            for start in range(end - 2):
                before, piece = best[start], word[start:end]
                if before is None or piece not in self.counts:
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, piece]
        return best[-1] or []

    def lengthened(self, word: str) -> str:
        """The word that a short one begins, or whose letters without vowels it has; "" for none."""
        if not 3 <= len(word) <= 6:
            return ""
        for known in self.by_first.get(word[0], ()):
            if len(known) >= len(word) + 2 and (known.startswith(word) or _bones(known) == word):
                return known
        return ""


def _bones(word: str) -> str:
    """A word without the vowels behind its first letter."""
    return word[0] + re.sub("[aeiou]", "", word[1:])


def in_words(header: str, vocabulary: Vocabulary) -> str:
    """A header as a text: its words with spaces between; the header itself where it has no words."""
    return " ".join(vocabulary.written_out(header)) or header.strip()

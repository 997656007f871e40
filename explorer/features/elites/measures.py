"""What lies along an axis, and what is good: one number a candidate, in its written form and in words."""

import re
from dataclasses import dataclass

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.elites.text_statistics import TEXT_ENDS, TEXT_STATISTICS, TEXT_UNITS
from explorer.pictures.statistics import ENDS, STATISTICS, UNITS

MEASURES = {
    "pair": "Between two texts",
    "prompt": "Similarity to a text",
    "column": "Numeric attribute",
    "image": "Measured on the picture",
    "text": "Measured on the text",
    "map": "Place on the map",
    "item": "Similarity to an item",
    "python": "A function of your own",
}
"""Kinds of measures: the word before the colon, and what people read."""

MOST_TEXT = 300
ABOUT = re.compile(r"(?:an? )?texts? (about .+)", re.IGNORECASE)
SAME_THING = re.compile(r"(?:an?|the) (\S+) (picture|photo|image|text|scene)", re.IGNORECASE)
FORMS = (
    "pair:LOW TEXT|HIGH TEXT, prompt:TEXT, column:NAME, image:STATISTIC, text:STATISTIC, map:x, map:y, item:ID or "
    "python:FILE.py:NAME"
)


@dataclass(frozen=True)
class Measure:
    """One number a candidate. kind: a key of MEASURES; value: its text, column, statistic, item or function; other:
    the high text of a pair.
    """

    kind: str
    value: str
    other: str = ""

    def __str__(self) -> str:
        """The written form, such as "pair:dark|bright"."""
        return f"{self.kind}:{self.value}|{self.other}" if self.kind == "pair" else f"{self.kind}:{self.value}"

    @property
    def label(self) -> str:
        """A short title."""
        return {
            "pair": f"{self.value} → {self.other}",
            "prompt": f"like “{self.value}”",
            "map": f"map {self.value}",
            "item": f"like {self.value.split('/')[-1]}",
            "python": self.value.rpartition(":")[2],
        }.get(self.kind, self.value)

    @property
    def ends(self) -> tuple[str, str]:
        """What the low and the high end are called."""
        named = {
            "pair": _ends_of_pair(self.value, self.other),
            "prompt": (f"unlike {self.value}", f"like {self.value}"),
            "item": (f"unlike {self.value.split('/')[-1]}", f"like {self.value.split('/')[-1]}"),
            "map": ("left", "right") if self.value == "x" else ("bottom", "top"),
            "image": ENDS.get(self.value, ("", "")),
            "text": TEXT_ENDS.get(self.value, ("", "")),
        }
        return named.get(self.kind, (f"low {self.value}", f"high {self.value}"))

    @property
    def unit(self) -> str:
        """What its numbers count, "" where that is not known."""
        return {
            "pair": "difference of two cosines",
            "prompt": "cosine",
            "item": "cosine",
            "map": "place on the map",
            "image": UNITS.get(self.value, ""),
            "text": TEXT_UNITS.get(self.value, ""),
        }.get(self.kind, "")

    @property
    def axis(self) -> str:
        """What stands along an axis between its ends: the name where the ends do not say it, and the unit."""
        named = "" if self.kind in ("pair", "prompt", "item", "map") else self.label
        return f"{named} ({self.unit})" if named and self.unit else named or self.unit

    @property
    def formula(self) -> str:
        """What is computed, in words."""
        return {
            "pair": f"cosine similarity to “{self.other}” minus cosine similarity to “{self.value}”",
            "prompt": f"cosine similarity to the text “{self.value}”",
            "column": f"the attribute {self.value}",
            "image": f"{self.value} of the picture at 64 x 64 pixels",
            "text": f"{self.value} of the text ({TEXT_UNITS.get(self.value, '')})",
            "map": f"{self.value} coordinate on the map",
            "item": f"cosine similarity to the item {self.value}",
            "python": f"{self.value}, a function of the user's own",
        }[self.kind]


def _ends_of_pair(low: str, high: str) -> tuple[str, str]:
    """What differs between two texts: of “a dark picture” and “a bright picture” dark and bright; others stay."""
    one, other = SAME_THING.fullmatch(low), SAME_THING.fullmatch(high)
    if one and other and one[2] == other[2]:
        return one[1], other[1]
    one, other = ABOUT.fullmatch(low), ABOUT.fullmatch(high)
    return (one[1], other[1]) if one and other else (low, high)


def parse_measure(text: str) -> Measure:
    """Written form -> measure; InputError that lists the forms."""
    kind, colon, value = text.strip().partition(":")
    value, bar, other = value.partition("|") if kind == "pair" else (value, "", "")
    value, other = value.strip(), other.strip()
    if not colon or kind not in MEASURES or not value or (kind == "pair" and not other):
        raise InputError(f"Axis or quality: expected {FORMS}; got {text!r}.")
    if max(len(value), len(other)) > MOST_TEXT:
        raise InputError(
            f"Axis or quality: expected at most {MOST_TEXT} characters, got {max(len(value), len(other))}."
        )
    if kind == "image":
        check_choice(value, STATISTICS, "image statistic")
    if kind == "text":
        check_choice(value, TEXT_STATISTICS, "text statistic")
    if kind == "map":
        check_choice(value, ("x", "y"), "map coordinate")
    return Measure(kind, value, other)

"""What lies along an axis, and what is good: one number a candidate, in its written form and in words."""

from dataclasses import dataclass

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.pictures.statistics import ENDS, STATISTICS

MEASURES = {
    "pair": "Between two texts",
    "prompt": "Similarity to a text",
    "column": "Numeric attribute",
    "image": "Measured on the picture",
    "map": "Place on the map",
    "item": "Similarity to an item",
    "python": "A function of your own",
}
"""Kinds of measures: the word before the colon, and what people read."""

MOST_TEXT = 300
FORMS = (
    "pair:LOW TEXT|HIGH TEXT, prompt:TEXT, column:NAME, image:STATISTIC, map:x, map:y, item:ID or python:FILE.py:NAME"
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
            "pair": (self.value, self.other),
            "prompt": (f"unlike {self.value}", self.value),
            "item": (f"unlike {self.value.split('/')[-1]}", f"like {self.value.split('/')[-1]}"),
            "map": ("left", "right") if self.value == "x" else ("bottom", "top"),
            "image": ENDS.get(self.value, ("", "")),
        }
        return named.get(self.kind, (f"low {self.value}", f"high {self.value}"))

    @property
    def formula(self) -> str:
        """What is computed, in words."""
        return {
            "pair": f"cosine similarity to “{self.other}” minus cosine similarity to “{self.value}”",
            "prompt": f"cosine similarity to the text “{self.value}”",
            "column": f"the attribute {self.value}",
            "image": f"{self.value} of the picture at 64 x 64 pixels",
            "map": f"{self.value} coordinate on the map",
            "item": f"cosine similarity to the item {self.value}",
            "python": f"{self.value}, a function of the user's own",
        }[self.kind]


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
    if kind == "map":
        check_choice(value, ("x", "y"), "map coordinate")
    return Measure(kind, value, other)

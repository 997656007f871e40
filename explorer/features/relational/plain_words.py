"""Words that name nothing by themselves: function words, words of place, order, movement and comparison."""

from pathlib import Path

from explorer.base.shipped import ASSETS

FILE = ASSETS / "plain_words.txt"


def sections(path: Path = FILE) -> dict[str, list[str]]:
    """Lines below each [name] of a file of words."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append(line)
    return found


_READ = sections()
DETERMINERS, PREPOSITIONS, AMBIGUOUS = (
    frozenset(" ".join(_READ[name]).split()) for name in ("determiners", "prepositions", "ambiguous")
)
HARMLESS = DETERMINERS | PREPOSITIONS | frozenset(" ".join(_READ["harmless"]).split())
"""Words that may stay in an anonymous caption."""

PROTECTED = tuple(_READ["protected"])
"""Phrases with a concrete word in them that say a relation."""

VERB_ENDINGS = ("ing", "ed", "ly", "wards", "ward", "wise")

"""What a caption says of concrete things: subject, relation, object (after Vaze et al. 2023, section 4.2). Pure.

The paper parses captions with a scene-graph parser and keeps concrete words by norms of people's ratings. This is a
reconstruction: rules over word lists find (subject, relation, object), and a word counts as concrete when it is on the
list of concrete nouns and attributes that also serves the anonymous captions (in the place of a mean rating above 4.8).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.features.relational.contract import ATTRIBUTES, DETERMINERS

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*|[^\w\s]")
_FILLERS = frozenset(["is", "are", "was", "were", "be", "being", "been", "that", "which", "who", "very"])
_BREAKS = frozenset(["and", "or", "but", "while", "as"])
_LONGEST = 4


@dataclass(frozen=True)
class Fact:
    """subject relation object, such as dog / on / sofa; the relation is "" for an attribute: dog / / brown."""

    subject: str
    relation: str
    object: str


def facts_of(caption: str, lexicon: Mapping[str, str]) -> list[Fact]:
    """What a caption says of concrete things: pairs of neighbouring nouns and the words between, and attributes."""
    tokens = [token.lower() for token in _TOKEN.findall(caption.replace("’", "'"))]
    reader = _Reader(lexicon=lexicon)
    for token, after in zip(tokens, [*tokens[1:], ""], strict=False):
        reader.read(token, after)
    if reader.subject and not reader.broken:  # "the car is red"
        reader.found += [Fact(reader.subject, "", mark) for mark in reader.marks]
    return list(dict.fromkeys(reader.found))


@dataclass(kw_only=True)
class _Reader:
    """What was read so far: the last noun, the words since, attributes of the noun to come, whether a comma came."""

    lexicon: Mapping[str, str]
    found: list[Fact] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    subject: str = ""
    broken: bool = False

    def read(self, token: str, after: str) -> None:
        """Take in one word or mark; `after`: the one that follows."""
        kind = self.lexicon.get(token, "")
        compound = bool(after) and self.lexicon.get(after, "") not in ("", *ATTRIBUTES)
        if kind in ATTRIBUTES:
            self.marks.append(token)
        elif kind and not compound:
            self._noun(singular(token, self.lexicon))
        elif not token[0].isalpha() or token in _BREAKS:
            self.broken = True
        elif not kind:
            self.between.append(token)

    def _noun(self, noun: str) -> None:
        self.found += [Fact(noun, "", mark) for mark in self.marks]
        relation = " ".join(word for word in self.between if word not in DETERMINERS | _FILLERS)
        near = relation and len(self.between) <= _LONGEST + 2
        if self.subject and near and not self.broken and noun != self.subject:
            self.found.append(Fact(self.subject, relation, noun))
        self.subject, self.between, self.marks, self.broken = noun, [], [], False


def singular(noun: str, lexicon: Mapping[str, str]) -> str:
    """A noun in the singular, where the list has it."""
    for ending, other in (("ies", "y"), ("es", ""), ("s", "")):
        stem = noun.removesuffix(ending) + other
        if noun.endswith(ending) and stem in lexicon:
            return stem
    return noun

"""Triplets mined from captions and from attribute columns (after Vaze et al. 2023, section 4.2). Pure.

The paper parses captions with a scene-graph parser and keeps concrete words by norms of people's ratings. This is a
reconstruction: rules over word lists find (subject, relation, object), and a word counts as concrete when it is on the
list of concrete nouns and attributes that also serves the anonymous captions (in the place of a mean rating above 4.8).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from explorer.features.conditional.triplets import Triplets, check_enough
from explorer.features.relational.anonymise import ATTRIBUTES
from explorer.features.relational.plain_words import DETERMINERS

LEAST_IMAGES, LEAST_OBJECTS = 5, 2
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
    found: list[Fact] = []
    between: list[str] = []
    subject, marks, broken = "", [], False
    for place, token in enumerate(tokens):
        kind = lexicon.get(token, "")
        compound = place + 1 < len(tokens) and lexicon.get(tokens[place + 1], "") not in ("", *ATTRIBUTES)
        if kind in ATTRIBUTES and kind:
            marks.append(token)
        elif kind and not compound:
            noun = _one(token, lexicon)
            found += [Fact(noun, "", mark) for mark in marks]
            relation = " ".join(word for word in between if word not in DETERMINERS | _FILLERS)
            if subject and not broken and relation and len(between) <= _LONGEST + 2 and noun != subject:
                found.append(Fact(subject, relation, noun))
            subject, between, marks, broken = noun, [], [], False
        elif not token[0].isalpha() or token in _BREAKS:
            broken = True
        elif not kind:
            between.append(token)
    if subject and marks and not broken:  # "the car is red"
        found += [Fact(subject, "", mark) for mark in marks]
    return list(dict.fromkeys(found))


def _one(noun: str, lexicon: Mapping[str, str]) -> str:
    """A noun in the singular, where the list has it."""
    for ending, other in (("ies", "y"), ("es", ""), ("s", "")):
        stem = noun.removesuffix(ending) + other
        if noun.endswith(ending) and stem in lexicon:
            return stem
    return noun


def caption_triplets(
    captions: Sequence[str], lexicon: Mapping[str, str], rng: Generator, most: int = 20_000, least: int = 0
) -> Triplets:
    """Reference (s, r1, o1), target (s, r2, o2), condition "r2 o2"; the distractor shares o2 with another subject.

    Subjects need at least five captions and two objects. The reference says nothing of o2. InputError below `least`.
    """
    facts = [facts_of(caption, lexicon) for caption in captions]
    by_subject: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    by_object: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, own in enumerate(facts):
        for fact in own:
            by_subject[fact.subject].append((row, fact))
            by_object[fact.object].append((row, fact.subject))
    subjects = [
        found
        for found in by_subject.values()
        if len({row for row, _ in found}) >= LEAST_IMAGES and len({fact.object for _, fact in found}) >= LEAST_OBJECTS
    ]
    texts: dict[str, int] = {}
    rows = []
    for found in subjects:
        for _ in range(min(len(found) * 4, most)):
            (start, one), (end, other) = (found[int(i)] for i in rng.integers(0, len(found), 2))
            if start == end or one.object == other.object or any(f.object == other.object for f in facts[start]):
                continue
            words = f"{other.relation} {other.object}".strip()
            others = [row for row, subject in by_object[other.object] if subject != other.subject]
            wrong = others[int(rng.integers(len(others)))] if others else -1
            rows.append((start, texts.setdefault(words, len(texts)), end, wrong))
    rows = list(dict.fromkeys(rows))
    check_enough(
        len(rows),
        least,
        f"{len(subjects)} subjects have {LEAST_IMAGES} or more captions and {LEAST_OBJECTS} or more objects. Captions "
        "should say what is where, such as “a dog on a sofa”, or choose attribute columns.",
    )
    if len(rows) > most:
        rows = [rows[int(i)] for i in rng.choice(len(rows), most, replace=False)]
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    none = np.full(len(rows), -1, dtype=np.int64)
    values = np.full((len(captions), 1), -1, dtype=np.int64)
    return Triplets(table[:, 0], table[:, 1], table[:, 2], table[:, 3:4], none, list(texts), values)


def column_triplets(
    values: NDArray[np.int64], columns: Sequence[str], names: Sequence[Sequence[str]], rng: Generator, each: int = 2
) -> Triplets:
    """Exact triplets from (n, c) codes of attribute columns (-1: none): the same value, and another value.

    Focus: condition "column", the target has the reference's value, the distractor another value. Change, where there
    are two columns or more: condition "value", the target has it and shares another column with the reference; the
    distractor shares that column and lacks the value. each: tries an item and a column.
    """
    texts: dict[str, int] = {}
    rows: list[tuple[int, int, int, int, int]] = []
    groups = [
        {int(code): np.flatnonzero(column == code) for code in np.unique(column) if code >= 0} for column in values.T
    ]
    for number, name in enumerate(columns):
        if len(groups[number]) < 2:
            continue
        for row in np.repeat(np.flatnonzero(values[:, number] >= 0), each):
            own = int(values[row, number])
            target, wrong = (
                int(part[rng.integers(len(part))]) for part in (groups[number][own], np.arange(len(values)))
            )
            if target != row:
                wrong = wrong if values[wrong, number] != own else -1
                words = texts.setdefault(_say(("{}", "the same {}"), name, rng), len(texts))
                rows.append((int(row), words, target, wrong, number))
            rows += _changes(int(row), number, values, groups, names, texts, rng)
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return Triplets(table[:, 0], table[:, 1], table[:, 2], table[:, 3:4], table[:, 4], list(texts), values)


def _changes(
    row: int,
    number: int,
    values: NDArray[np.int64],
    groups: Sequence[Mapping[int, NDArray[np.int64]]],
    names: Sequence[Sequence[str]],
    texts: dict[str, int],
    rng: Generator,
) -> list[tuple[int, int, int, int, int]]:
    """At most one triplet: another value of column `number`, the value of one more column kept."""
    kept = [other for other in range(values.shape[1]) if other != number and values[row, other] >= 0]
    if not kept:
        return []
    other = kept[int(rng.integers(len(kept)))]
    group = groups[other][int(values[row, other])]
    target, wrong = (int(group[int(i)]) for i in rng.integers(0, len(group), 2))
    value = int(values[target, number])
    if value < 0 or value == values[row, number]:
        return []
    wrong = wrong if values[wrong, number] != value else row
    words = texts.setdefault(_say(("{}", "but {}"), names[number][value], rng), len(texts))
    return [(row, words, target, wrong, -1)]


def _say(forms: Sequence[str], words: str, rng: Generator) -> str:
    return forms[int(rng.integers(len(forms)))].format(words.replace("_", " "))

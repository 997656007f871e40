"""Triplets mined from captions (after Vaze et al. 2023, section 4.2). Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from explorer.features.conditional.facts import Fact, facts_of
from explorer.features.conditional.triplets import Triplets, check_enough

LEAST_IMAGES, LEAST_OBJECTS = 5, 2
DRAWS = 4
"""How often a subject is drawn from, for each of its captions."""
Row = tuple[int, int, int, int]
Facts = list[list[Fact]]


def caption_triplets(
    captions: Sequence[str], lexicon: Mapping[str, str], rng: Generator, most: int = 20_000, least: int = 0
) -> Triplets:
    """Reference (s, r1, o1), target (s, r2, o2), condition "r2 o2"; the distractor shares o2 with another subject.

    Subjects need at least five captions and two objects. The reference says nothing of o2. InputError below `least`.
    """
    facts = [facts_of(caption, lexicon) for caption in captions]
    subjects = _subjects(facts)
    texts: dict[str, int] = {}
    rows = list(dict.fromkeys(_rows(facts, subjects, texts, rng, most)))
    check_enough(
        len(rows),
        least,
        f"{len(subjects)} subjects have {LEAST_IMAGES} or more captions and {LEAST_OBJECTS} or more objects. Captions "
        "should say what is where, such as “a dog on a sofa”, or choose attribute columns.",
    )
    if len(rows) > most:
        rows = [rows[int(i)] for i in rng.choice(len(rows), most, replace=False)]
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    return Triplets(
        reference=table[:, 0],
        condition=table[:, 1],
        target=table[:, 2],
        distractors=table[:, 3:4],
        column=np.full(len(rows), -1, dtype=np.int64),
        conditions=list(texts),
        values=np.full((len(captions), 1), -1, dtype=np.int64),
    )


def _subjects(facts: Facts) -> list[list[tuple[int, Fact]]]:
    """For each subject with enough captions and objects, its facts with the caption that says them."""
    by_subject: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for row, own in enumerate(facts):
        for fact in own:
            by_subject[fact.subject].append((row, fact))
    return [
        found
        for found in by_subject.values()
        if len({row for row, _ in found}) >= LEAST_IMAGES and len({fact.object for _, fact in found}) >= LEAST_OBJECTS
    ]


def _rows(
    facts: Facts, subjects: list[list[tuple[int, Fact]]], texts: dict[str, int], rng: Generator, most: int
) -> list[Row]:
    """(reference, condition, target, distractor) of random pairs of facts of a subject; new texts are numbered."""
    by_object: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, own in enumerate(facts):
        for fact in own:
            by_object[fact.object].append((row, fact.subject))
    rows = []
    for found in subjects:
        for _ in range(min(len(found) * DRAWS, most)):
            (start, one), (end, other) = (found[int(i)] for i in rng.integers(0, len(found), 2))
            if start == end or one.object == other.object or any(f.object == other.object for f in facts[start]):
                continue
            words = f"{other.relation} {other.object}".strip()
            others = [row for row, subject in by_object[other.object] if subject != other.subject]
            wrong = others[int(rng.integers(len(others)))] if others else -1
            rows.append((start, texts.setdefault(words, len(texts)), end, wrong))
    return rows

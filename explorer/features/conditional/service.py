"""Conditional similarity on an opened workspace: neighbours under a condition, scores and places of all items.

What is returned is shared and must not be changed.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.encoders.pool import POOL
from explorer.features.conditional import layout
from explorer.features.conditional.asking import Question, lens, meaning, seen_through
from explorer.features.conditional.aspect_values import column_values, named_aspects
from explorer.features.conditional.chosen import question_of
from explorer.features.conditional.conditions import Condition, check_condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.readings import least_told
from explorer.features.conditional.seen import Found, find, fitting, measure
from explorer.features.conditional.usable import why_not
from explorer.search.find import item_vector
from explorer.workspace.opened import Opened

BLOCK = 8_192
PictureKind = Literal["wheel", "axes", "plane", "plain"]


def condition_named(opened: Opened, text: str) -> Condition:
    """What `text` asks to be the same: the column of that name, else the named aspect, else the words themselves.

    InputError when it is empty or too long.
    """
    name = text.strip()
    if name in opened.dataset.attributes:
        return Condition("column", name)
    return check_condition(Condition("aspect" if name in named_aspects() else "text", name))


def methods_for(opened: Opened, spec: str, condition: Condition) -> dict[str, str]:
    """Every method, and why it cannot answer this condition under an encoder; "" for those that can, which come first.

    Waits while the encoder loads.
    """
    can, pixels = POOL.get(spec).abilities, opened.pixels() is not None
    reasons = {name: why_not(method, condition, can, spec, pixels=pixels) for name, method in METHODS.items()}
    return dict(sorted(reasons.items(), key=lambda found: bool(found[1])))


def neighbours(
    opened: Opened,
    spec: str,
    *,
    row: int,
    condition: Condition,
    method: str = "",
    head: str = "",
    strength: float = 1.0,
    count: int = 24,
) -> Found:
    """The `count` items nearest to the item in `row` under a condition; the item itself is not among them.

    method: "" for the chosen one (`chosen.choose`). head: of a method that learns, "" for the best there is.
    strength: from 0, without the condition, to 1, the condition alone.
    InputError when the method cannot answer the condition.
    """
    question = question_of(opened, spec, condition, method, head)
    pixels = opened.pixels() is not None
    reason = why_not(METHODS[question.method], question.condition, POOL.get(spec).abilities, spec, pixels=pixels)
    if reason:
        raise InputError(reason)
    return answer(opened, question, row, strength, count)


@remembered(256)
def answer(opened: Opened, question: Question, row: int, strength: float, count: int) -> Found:
    """The neighbours of an item under a question."""
    vectors = opened.embeddings(question.spec)
    return find(
        opened.index(question.spec),
        vectors.vectors,
        lens(opened, question, row),
        seen_through(opened, question, row),
        present=vectors.present,
        reference=item_vector(opened, question.spec, row),
        strength=strength,
        count=count,
        without=row,
    )


@remembered(16)
def all_scores(opened: Opened, question: Question, row: int) -> tuple[Floats, Floats]:
    """(n,) cosine with the item and (n,) score under the condition of every item, NaN without a vector."""
    vectors, through = opened.embeddings(question.spec), lens(opened, question, row)
    seen = seen_through(opened, question, row)
    fit = np.zeros(0, np.float32) if seen is None else fitting(through, seen)
    own = item_vector(opened, question.spec, row)
    item, condition = (np.full(len(vectors), np.nan, np.float32) for _ in range(2))
    for start in range(0, len(vectors.rows), BLOCK):
        rows = vectors.rows[start : start + BLOCK]
        item[rows], condition[rows] = measure(vectors.vectors, through, fit, own, rows)
    return item, condition


def guesses(opened: Opened, question: Question, row: int, rows: tuple[int, ...]) -> list[str]:
    """For each of the `rows`, the value that fits it best with its probability, "" where it is too low to be told.

    [] for a method without a profile.
    """
    seen = profile_of(opened, question, row)
    if seen is None:
        return []
    words, least = values_told(opened, question, row), least_told(opened, question)
    chances = np.square(seen[:, rows])
    best = chances.argmax(axis=0)
    told = [(words[value], chances[value, place]) for place, value in enumerate(best)]
    return [f"{word} {chance:.2f}" if chance >= least else "" for word, chance in told]


def best_values(opened: Opened, question: Question, row: int) -> tuple[Rows, tuple[str, ...]] | None:
    """(n,) which value fits each item best, -1 without a vector, and the values; None without a profile."""
    seen = profile_of(opened, question, row)
    if seen is None:
        return None
    there = opened.embeddings(question.spec).present & (seen.max(axis=0) > 0)
    return np.where(there, seen.argmax(axis=0), -1), values_told(opened, question, row)


def values_told(opened: Opened, question: Question, row: int) -> tuple[str, ...]:
    """(v,) the values of the aspect: those that pixels tell, or those of the condition."""
    aspect = lens(opened, question, row).aspect
    return aspect.values if aspect else meaning(opened, question.spec, question.condition).words


def profile_of(opened: Opened, question: Question, row: int) -> Floats | None:
    """(v, n) square roots of how probable each value is for each item; None for a method without a profile."""
    through = lens(opened, question, row)
    seen = seen_through(opened, question, row) if through.profile else None
    if seen is None or through.aspect is None:
        return seen
    return np.sqrt(through.aspect.chances(seen.T)).T


@dataclass(frozen=True)
class Picture:
    """A map under a condition.

    coords: (n, 2), NaN where an item has no vector. kind: "wheel" (values on the rim, items between them), "axes" (the
    two directions in which items differ most), "plane" (likeness to the item, fit under the condition) or "plain" (the
    map without a condition). words, anchors: (v,) and (v, 2) the values and their places on the rim.
    """

    coords: Floats
    kind: PictureKind
    words: tuple[str, ...] = ()
    anchors: Floats = field(default_factory=layout.nowhere)


def picture(opened: Opened, question: Question, row: int, strength: float) -> Picture:
    """Where the items lie under a question; at less strength, part of the way from the map without a condition."""
    maps = opened.map_methods(question.spec)
    before = opened.map(question.spec, maps[0]).coords if maps else None
    seen = seen_through(opened, question, row)
    if seen is None:
        if question.method == "image" and before is not None:
            return Picture(before, "plain")
        return Picture(layout.standardised(np.column_stack(all_scores(opened, question, row))), "plane")
    present = opened.embeddings(question.spec).present
    if not lens(opened, question, row).profile:
        return Picture(layout.between(before, layout.main_axes(seen, present), strength, present), "axes")
    meant, aspect = meaning(opened, question.spec, question.condition), lens(opened, question, row).aspect
    stated = meant.prototypes if question.method == "column-means" else meant.values
    ordered = aspect.places if aspect else stated
    anchors, profile = layout.wheel(ordered), profile_of(opened, question, row)
    coords = layout.between(before, layout.on_wheel(seen if profile is None else profile, anchors), strength, present)
    return Picture(coords, "wheel", values_told(opened, question, row), anchors)


@remembered(64)
def values_of(opened: Opened, kind: str, name: str) -> tuple[str, ...]:
    """Values that a change of an aspect or a column can ask for; () for an unknown aspect."""
    if kind == "aspect":
        return named_aspects()[name].values if name in named_aspects() else ()
    return column_values(opened.dataset, name).names

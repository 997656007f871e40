"""Conditional similarity on an opened workspace: neighbours under a condition, scores and places of all items.

What is returned is shared and must not be changed.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import ExplorerError, InputError
from explorer.base.memory import remembered
from explorer.encoders.base import Abilities
from explorer.encoders.pool import POOL
from explorer.features.conditional import layout
from explorer.features.conditional.asking import Question, asked, lens, meaning, seen_through
from explorer.features.conditional.aspect_values import column_values, named_aspects
from explorer.features.conditional.conditions import Condition, check_condition
from explorer.features.conditional.contract import METHODS, method_named
from explorer.features.conditional.seen import Found, find, fitting, measure
from explorer.features.conditional.usable import head_kind, heads_for, why_not
from explorer.search.find import item_vector
from explorer.workspace.opened import Opened

BEST = ("aspect", "profile", "column-means", "combiner", "image+text-unit", "image")
"""The methods to begin with, the best first: what compares by the aspect, else item and words together."""
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


def methods_for(spec: str, condition: Condition) -> dict[str, str]:
    """Every method, and why it cannot answer this condition under an encoder; "" for those that can, which come first.

    Waits while the encoder loads.
    """
    can = POOL.get(spec).abilities
    reasons = {name: why_not(method, condition, can, spec) for name, method in METHODS.items()}
    return dict(sorted(reasons.items(), key=lambda found: bool(found[1])))


def best_method(condition: Condition, abilities: Abilities, spec: str) -> str:
    """The method to begin with: the first of `BEST` that can answer."""
    return next(name for name in BEST if not why_not(METHODS[name], condition, abilities, spec))


def question_of(spec: str, condition: Condition, method: str = "", head: str = "") -> Question:
    """The condition with its method, by default the best one, and the head that it uses, by default the first there is.

    InputError when the condition is empty or there is no such method, ModelError when there is no such head.
    """
    check_condition(condition)
    name = method or best_method(condition, POOL.get(spec).abilities, spec)
    kind = head_kind(method_named(name).needs)
    heads = heads_for(kind, spec, condition) if kind and not head else []
    return asked(spec, condition, name, head or next(iter(heads), ""))


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

    method: "" for the best one. head: of a method that learns, "" for the first there is. strength: from 0, without
    the condition, to 1, the condition alone. InputError when the method cannot answer the condition.
    """
    question = question_of(spec, condition, method, head)
    reason = why_not(METHODS[question.method], condition, POOL.get(spec).abilities, spec)
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
    """For each of the `rows`, the value that fits it best with its probability; [] for a method without a profile."""
    seen = profile_of(opened, question, row)
    if seen is None:
        return []
    words = meaning(opened, question.spec, question.condition).words
    chances = np.square(seen[:, rows])
    best = chances.argmax(axis=0)
    return [f"{words[value]} {chances[value, place]:.2f}" for place, value in enumerate(best)]


def best_values(opened: Opened, question: Question, row: int) -> tuple[Rows, tuple[str, ...]] | None:
    """(n,) which value fits each item best, -1 without a vector, and the values; None without a profile."""
    seen = profile_of(opened, question, row)
    if seen is None:
        return None
    best = np.where(opened.embeddings(question.spec).present, seen.argmax(axis=0), -1)
    return best, meaning(opened, question.spec, question.condition).words


def profile_of(opened: Opened, question: Question, row: int) -> Floats | None:
    """(v, n) square roots of how probable each value is for each item; None for a method without a profile."""
    return seen_through(opened, question, row) if lens(opened, question, row).profile else None


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
    meant = meaning(opened, question.spec, question.condition)
    anchors = layout.wheel(meant.prototypes if question.method == "column-means" else meant.values)
    coords = layout.between(before, layout.on_wheel(seen, anchors), strength, present)
    return Picture(coords, "wheel", meant.words, anchors)


@remembered(1)
def usable_columns(opened: Opened) -> tuple[str, ...]:
    """Columns with at least two values, of which one occurs twice."""
    return tuple(name for name in opened.dataset.attributes if _usable(opened, name))


def _usable(opened: Opened, column: str) -> bool:
    try:
        column_values(opened.dataset, column)
    except ExplorerError:
        return False
    return True


@remembered(64)
def values_of(opened: Opened, kind: str, name: str) -> tuple[str, ...]:
    """Values that a change of an aspect or a column can ask for; () for an unknown aspect."""
    if kind == "aspect":
        return named_aspects()[name].values if name in named_aspects() else ()
    return column_values(opened.dataset, name).names

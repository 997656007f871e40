"""A condition in vectors of one encoder, and the question about one item."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, check_choice
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.encoders.base import Encoder
from explorer.features.conditional.aspect_values import (
    Aspect,
    ColumnValues,
    column_aspect,
    column_values,
    named_aspects,
    plain,
    some_rows,
    value_means,
    value_vectors,
)
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.method import Ask, PixelAsk
from explorer.heads.head import Head

WORDS_SHOWN = 12
_EMPTY = np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A condition as vectors of one encoder; the same for every picked item.

    words: (v,) the aspect's values, () for free text. values: (v, d) of their words; prototypes: (v, d) mean items of a
    column's values; condition: (d,) of the words; raw_condition: (d,) as the model gives it. wish: position of the
    value that a change asks for. centre: (d,) mean item. Arrays that the model cannot give are empty.
    """

    words: tuple[str, ...]
    values: Floats
    prototypes: Floats
    condition: Floats
    raw_condition: Floats
    wish: int
    centre: Floats


def condition_text(condition: Condition, aspect: Aspect | None) -> str:
    """The words that stand for the condition when a method takes words."""
    if aspect is None:
        return condition.name
    return aspect.prompts[-1].format(plain(condition.value)) if condition.change else aspect.text


def meaning(dataset: Dataset, embeddings: Embeddings, encoder: Encoder, condition: Condition) -> Meaning:
    """The vectors of a condition. InputError for an unknown aspect, column or value, or one with a single value."""
    column = column_values(dataset, condition.name) if condition.kind == "column" else None
    aspect = _aspect_of(condition, column)
    words = aspect.values if aspect else ()
    wish = _wish(condition, words)
    text, nothing = condition_text(condition, aspect), np.zeros(embeddings.dim, np.float32)
    reads, prototypes = encoder.abilities.words_find_items, _EMPTY
    if column:
        prototypes = value_means(embeddings.vectors, embeddings.rows, column.codes, len(words))
    return Meaning(
        words=words,
        values=value_vectors(encoder, aspect) if aspect and reads else _EMPTY,
        prototypes=prototypes,
        condition=encoder.encode_texts([text])[0] if reads else nothing,
        raw_condition=encoder.raw_texts([text])[0] if reads else nothing,
        wish=wish,
        centre=mean_item(embeddings),
    )


def _aspect_of(condition: Condition, column: ColumnValues | None) -> Aspect | None:
    """The values of the condition's aspect, None for free text; InputError for an unknown aspect."""
    if condition.kind == "text":
        return None
    if column is not None:
        return column_aspect(condition.name, column)
    return named_aspects()[check_choice(condition.name, named_aspects(), "Aspect")]


def _wish(condition: Condition, words: tuple[str, ...]) -> int:
    """Position of the value that a change asks for, -1 when it is none; InputError for a column without it."""
    if not condition.change or not words:
        return -1
    if condition.value in words:
        return words.index(condition.value)
    if condition.kind == "column":
        some = ", ".join(words[:WORDS_SHOWN]) + (" …" if len(words) > WORDS_SHOWN else "")
        raise InputError(f"{condition.name[:60]!r} has no value {condition.value[:60]!r}: expected one of {some}.")
    return -1


def mean_item(embeddings: Embeddings) -> Floats:
    """(d,) mean vector of the items, of at most 20,000 random ones."""
    found: Floats = widen(embeddings.vectors[some_rows(embeddings.rows)]).mean(axis=0)
    return found


def make_ask(
    meant: Meaning,
    condition: Condition,
    reference: Floats,
    *,
    raw: Floats | None = None,
    head: Head | None = None,
    pixels: PixelAsk | None = None,
) -> Ask:
    """The question about one item: its unit vector (d,), `raw`, the vector as the model gives it, and its `pixels`."""
    return Ask(
        reference=reference,
        condition=meant.condition,
        raw_reference=reference if raw is None else raw,
        raw_condition=meant.raw_condition,
        values=meant.values,
        prototypes=meant.prototypes,
        centre=meant.centre,
        change=condition.change,
        wish=meant.wish,
        head=head,
        pixels=pixels,
    )

"""Conditional similarity on a workspace: which methods can answer a condition, and the question in vectors."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, check_choice
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, ModelError
from explorer.base.half import widen
from explorer.encoders import Encoder
from explorer.encoders.base import Abilities
from explorer.features.conditional.aspect_values import (
    Aspect,
    column_aspect,
    column_values,
    named_aspects,
    plain,
    sample_of,
    value_means,
    value_vectors,
)
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.method import Ask, Method
from explorer.heads.head import Head, list_heads, read_head
from explorer.workspace.folder import Workspace

HEADS = ("combiner", "aspect")
_EMPTY = np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True)
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


def aspect_of(dataset: Dataset, condition: Condition) -> Aspect | None:
    """The values of the condition's aspect, None for free text; InputError for an unknown aspect or column."""
    if condition.kind == "text":
        return None
    if condition.kind == "column":
        return column_aspect(condition.name, column_values(dataset, condition.name))
    return named_aspects()[check_choice(condition.name, named_aspects(), "Aspect")]


def why_not(method: Method, condition: Condition, abilities: Abilities, spec: str) -> str:
    """Why `method` cannot answer this condition under the encoder `spec`, with what to do; "" when it can."""
    reasons = {
        "joint": ""
        if abilities.texts and (abilities.joint or not abilities.images)
        else (f"{spec} does not read words into the space of its pictures. Choose a model that does, such as pocket."),
        "raw": "" if abilities.texts or abilities.images else f"{spec} has no model that could look at the item again.",
        "values": ""
        if condition.kind != "text"
        else ("Free words name no set of values to compare by. Choose a named aspect or a column."),
        "column": "" if condition.kind == "column" else "It compares by an attribute column. Choose one as condition.",
    }
    for need in method.needs:
        if need in HEADS:
            if not heads_for(need, spec, condition):
                return _untrained(need, spec, condition)
        elif reasons.get(need):
            return reasons[need]
    return ""


def heads_for(kind: str, spec: str, condition: Condition) -> list[str]:
    """Names of the trained heads that serve a condition: of an aspect only those of its own column or name."""
    if kind != "aspect":
        return list_heads(kind, spec)
    names = list_heads("projection", spec)  # a learned aspect also serves as a model of its own, tuned:<name>
    return [name for name in names if str(read_head(name).card.get("column", "")) == condition.name]


def _untrained(kind: str, spec: str, condition: Condition) -> str:
    if kind == "combiner":
        return f"There is no Combiner for {spec} yet. Train one below, or with: explorer train combiner."
    if condition.kind != "column":
        return "Trained aspects belong to an attribute column. Choose one as condition."
    return f"No aspect {condition.name!r} is trained for {spec} yet. Train it below, or with: explorer train aspects."


def condition_text(condition: Condition, aspect: Aspect | None) -> str:
    """The words that stand for the condition when a method takes words."""
    if aspect is None:
        return condition.name
    return aspect.prompts[-1].format(plain(condition.value)) if condition.change else aspect.text


def meaning(dataset: Dataset, embeddings: Embeddings, encoder: Encoder, condition: Condition) -> Meaning:
    """The vectors of a condition. InputError for an unknown aspect, column or value, or one with a single value."""
    column = column_values(dataset, condition.name) if condition.kind == "column" else None
    aspect = column_aspect(condition.name, column) if column else aspect_of(dataset, condition)
    words = aspect.values if aspect else ()
    wish = -1
    if aspect and condition.change:
        wish = words.index(condition.value) if condition.value in words else -1
        if wish < 0 and condition.kind == "column":
            raise InputError(f"{condition.name!r} has no value {condition.value!r}: expected one of {_some(words)}.")
    text = condition_text(condition, aspect)
    can = encoder.abilities.texts and (encoder.abilities.joint or not encoder.abilities.images)
    nothing, prototypes = np.zeros(embeddings.dim, np.float32), _EMPTY
    if column:
        prototypes = value_means(embeddings.vectors, embeddings.rows, column.codes, len(words))
    return Meaning(
        words,
        value_vectors(encoder, aspect) if aspect and can else _EMPTY,
        prototypes,
        encoder.encode_texts([text])[0] if can else nothing,
        encoder.raw_texts([text])[0] if can else nothing,
        wish,
        mean_item(embeddings),
    )


def mean_item(embeddings: Embeddings) -> Floats:
    """(d,) mean vector of the items, of at most 20,000 random ones."""
    found: Floats = widen(embeddings.vectors[sample_of(embeddings.rows)]).mean(axis=0)
    return found


def make_ask(
    meant: Meaning, condition: Condition, reference: Floats, raw: Floats | None = None, head: Head | None = None
) -> Ask:
    """The question about one item: its unit vector (d,), and `raw`, the vector as the model gives it."""
    return Ask(
        reference,
        meant.condition,
        reference if raw is None else raw,
        meant.raw_condition,
        meant.values,
        meant.prototypes,
        meant.centre,
        condition.change,
        meant.wish,
        head,
    )


def raw_item(ws: Workspace, dataset: Dataset, encoder: Encoder, row: int) -> Floats:
    """(d,) vector of an item as the model gives it; ModelError when its picture is gone and it has no text."""
    from explorer.io.images import read_image

    item = dataset.table.slice(row, 1).to_pylist()[0]
    if item["path"] and encoder.abilities.images:
        picture = read_image(ws.image_path(row), encoder.image_side)
        return np.asarray(encoder.raw_images([picture])[0])
    if item["text"] and encoder.abilities.texts:
        return np.asarray(encoder.raw_texts([item["text"]])[0])
    raise ModelError(f"The item {item['id']!r} has nothing that {encoder.spec} could look at again.")


def method_named(name: str) -> Method:
    """The method of this name; InputError that lists them."""
    return METHODS[check_choice(name, METHODS, "Method")]


def best_method(condition: Condition, abilities: Abilities, spec: str) -> str:
    """The method to begin with: what compares by the aspect where there is one, else item and words together."""
    order = ("aspect", "profile", "column-means", "combiner", "image+text-unit", "image")
    return next(name for name in order if name in METHODS and not why_not(METHODS[name], condition, abilities, spec))


def _some(words: tuple[str, ...]) -> str:
    return ", ".join(words[:12]) + (" …" if len(words) > 12 else "")

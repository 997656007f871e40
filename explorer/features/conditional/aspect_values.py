"""What an aspect's values are: the shipped words of a named aspect, or what an attribute column holds."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.columns import codes_of
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.base.shipped import ASSETS
from explorer.encoders.base import Encoder
from explorer.features.conditional.column_bins import as_values

MOST_VALUES, MANY, SAMPLE = 200, 60, 20_000
"""Values of a column that are used, the commonest first; above `MANY` one prompt a value; items behind the means."""
COLUMN_PROMPTS = ("{}", "a {} thing")


@dataclass(frozen=True)
class Aspect:
    """An aspect by name: what a condition calls it, prompts with {} for a value, and the values."""

    text: str
    prompts: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class ColumnValues:
    """Values of a column. names: (v,) the commonest first; codes: (n,) position of each item's, -1 for another."""

    names: tuple[str, ...]
    codes: Rows

    @property
    def shared(self) -> int:
        """How many items share their value with another one."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=1)
        return int(counts[counts > 1].sum())


@cache
def named_aspects() -> dict[str, Aspect]:
    """The shipped aspects by name."""
    stated = json.loads((ASSETS / "aspects.json").read_text(encoding="utf-8"))
    return {name: Aspect(a["text"], tuple(a["prompts"]), tuple(a["values"])) for name, a in stated.items()}


def column_values(dataset: Dataset, column: str) -> ColumnValues:
    """The commonest values of an attribute column; InputError when it has fewer than two, or no repeated ones.

    Many numbers or dates stand in ranges, a list counts as a whole (`as_values`).
    """
    import pyarrow.types as kinds

    if column not in dataset.attributes:
        raise InputError(f"Expected one of the columns {', '.join(dataset.attributes)}; got {column!r}.")
    stored = as_values(dataset.table.column(column))
    if kinds.is_nested(stored.type):
        raise InputError(f"The column {column!r} holds records: expected one value, or a list of them, an item.")
    coded = codes_of(stored)
    if len(coded) > 1 and coded.counts.max() < 2:
        raise _all_different(column)  # without looking at a hundred thousand values one by one
    texts = [_as_text(value) for value in coded.values.to_pylist()]
    counts = _counts(texts, coded.counts)
    if len(counts) < 2:
        raise InputError(f"The column {column!r} has {len(counts)} different values: an aspect needs at least 2.")
    if max(counts.values()) < 2:
        raise _all_different(column)
    names = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_VALUES]
    place = {name: number for number, name in enumerate(names)}
    places = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int64)
    return ColumnValues(tuple(names), places[coded.codes])


def _counts(texts: list[str], sizes: Rows) -> dict[str, int]:
    """How many items have each text: values that read alike count together, empty ones not at all."""
    counts: dict[str, int] = {}
    for text, count in zip(texts, sizes, strict=True):
        if text and count:
            counts[text] = counts.get(text, 0) + int(count)
    return counts


def _all_different(column: str) -> InputError:
    return InputError(f"Every item has its own value of {column!r}: no two items can be the same in this respect.")


def _as_text(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def column_aspect(column: str, values: ColumnValues) -> Aspect:
    """An attribute column as an aspect: its values in words."""
    prompts: tuple[str, ...] = COLUMN_PROMPTS if len(values.names) <= MANY else COLUMN_PROMPTS[:1]
    if all(name.lstrip("-").isdigit() for name in values.names):
        prompts = tuple(f"{plain(column)}: {prompt}" for prompt in prompts[:1])
    return Aspect(plain(column), prompts, values.names)


def plain(words: str) -> str:
    """Words as people write them: without underscores."""
    return " ".join(words.replace("_", " ").split()) or words


def value_vectors(encoder: Encoder, aspect: Aspect) -> Floats:
    """(v, d) unit vectors: for each value the mean of its prompts."""
    texts = [prompt.format(plain(value)) for value in aspect.values for prompt in aspect.prompts]
    rows = encoder.encode_texts(texts).reshape(len(aspect.values), len(aspect.prompts), -1)
    return unit_rows(rows.mean(axis=1), "words for the values")


def value_means(vectors: NDArray[np.floating], rows: Rows, codes: Rows, count: int) -> Floats:
    """(count, d) mean vector of the items of each value, of at most 20,000 random ones of the `rows`.

    A value without any item there gets the mean of all.
    """
    chosen = some_rows(rows[codes[rows] >= 0])
    own, found = codes[chosen], widen(vectors[chosen])
    order = np.argsort(own, kind="stable")
    means = np.tile(found.mean(axis=0), (count, 1))
    present, starts = np.unique(own[order], return_index=True)
    sizes = np.diff(np.append(starts, len(order)))
    means[present] = np.add.reduceat(found[order], starts, axis=0) / sizes[:, None]
    return np.asarray(means, dtype=np.float32)


def some_rows(rows: Rows) -> Rows:
    """At most 20,000 of the rows, always the same ones, in order."""
    return at_most(rows, SAMPLE, np.random.default_rng(0))

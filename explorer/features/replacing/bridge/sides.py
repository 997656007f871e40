"""What two models of a workspace make of the same images and texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError
from explorer.encoders.base import Encoder
from explorer.features.replacing.labelled import photo_of
from explorer.workspace.opened import Opened

MOST_TEXTS, FEWEST_TEXTS, LEAST_TEST = 300, 20, 10
COMMON = (
    "dog, cat, horse, bird, fish, flower, tree, mountain, beach, sea, street, house, church, car, bus, train, ship, "
    "aeroplane, bicycle, chair, table, bed, lamp, clock, book, cup, bottle, bread, fruit, cake, person, child, crowd, "
    "hand, face, sky, night, snow, red square, blue circle, green triangle, yellow star"
)
"""What the texts' means are taken from where the items have neither texts nor labels."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What both models make of the same things.

    rows: (n,) items with a vector under both, in random order. a, b: (n, d) and (n, e) their vectors. texts: (t,).
    text_a, text_b: (t, d) and (t, e). labels: (n,) which text says what item i is, -1 for none.
    """

    rows: Rows
    a: Floats
    b: Floats
    texts: tuple[str, ...]
    text_a: Floats
    text_b: Floats
    labels: Rows

    @property
    def most_anchors(self) -> int:
        """So many items can be anchors; the rest is needed to test."""
        return len(self.rows) - LEAST_TEST

    @property
    def text_means(self) -> tuple[Floats, Floats]:
        """Means of the texts under A and under B."""
        return self.text_a.mean(axis=0), self.text_b.mean(axis=0)


def shared_rows(opened: Opened, a: str, b: str) -> Rows:
    """Items with a vector under both models; InputError when they are too few for a bridge."""
    rows: Rows = np.flatnonzero(opened.embeddings(a).present & opened.embeddings(b).present)
    if len(rows) < 2 * LEAST_TEST:
        raise InputError(f"A bridge needs at least {2 * LEAST_TEST} images under both models; there are {len(rows)}.")
    return rows


def most_anchors(opened: Opened, a: str, b: str) -> int:
    """`Sides.most_anchors` of these two models, without making their sides."""
    return len(shared_rows(opened, a, b)) - LEAST_TEST


def reference_texts(opened: Opened, column: str, seed: int = 0) -> tuple[list[str], Rows]:
    """(texts, (n,) which of them says what each item is, -1 for none): the values of `column`, else the items' texts.

    Without either, common words. Raises InputError for a column of fewer than 2 or more than 300 values.
    """
    dataset = opened.dataset
    if column:
        return _texts_of_column(opened, column)
    texts = [text for text in dataset.column("text") if text.strip()]
    if len(texts) >= FEWEST_TEXTS:
        chosen = np.random.default_rng(seed).permutation(len(texts))[:MOST_TEXTS]
        return sorted({texts[i] for i in chosen}), np.full(len(dataset), -1)
    return [photo_of(word) for word in COMMON.split(", ")], np.full(len(dataset), -1)


def both_sides(opened: Opened, a: Encoder, b: Encoder, texts: Sequence[str], labels: Rows, *, seed: int = 0) -> Sides:
    """Vectors of items and texts under two models; ModelError when one cannot compare images with texts."""
    for one in (a, b):
        if not one.abilities.joint:
            raise ModelError(f"A bridge needs models that place images and texts in one space; {one.spec} does not.")
    left, right = opened.embeddings(a.spec), opened.embeddings(b.spec)
    rows = np.random.default_rng(seed).permutation(shared_rows(opened, a.spec, b.spec))
    vectors = [np.asarray(side.vectors[np.sort(rows)], dtype=np.float32) for side in (left, right)]
    back = np.argsort(np.argsort(rows))
    made = [one.encode_texts(texts) for one in (a, b)]
    return Sides(
        rows=rows,
        a=vectors[0][back],
        b=vectors[1][back],
        texts=tuple(texts),
        text_a=made[0],
        text_b=made[1],
        labels=labels[rows],
    )


def _texts_of_column(opened: Opened, column: str) -> tuple[list[str], Rows]:
    values = opened.dataset.column(column)
    filled = values.notna() & (values.astype(str).str.strip() != "")
    names = sorted(values[filled].astype(str).unique())
    if not 2 <= len(names) <= MOST_TEXTS:
        raise InputError(f"Labels: expected 2 to {MOST_TEXTS} different values, {column!r} has {len(names)}.")
    place = {name: i for i, name in enumerate(names)}
    found = [place[str(v)] if ok else -1 for v, ok in zip(values, filled, strict=True)]
    return [photo_of(name) for name in names], np.array(found, dtype=np.int64)

"""What teaches a model: groups, pairs or triples of rows, as values; and the batches that a loss is given of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.tune.losses.loss import NEEDS, Loss

Kind = Literal["groups", "pairs", "triples"]
OFFERS: dict[Kind, tuple[str, ...]] = {
    "groups": ("groups", "pairs", "triples"),
    "pairs": ("groups", "pairs", "triples"),
    "triples": ("pairs", "triples"),
}
"""By what a lesson is, what it can be read as: groups make pairs and triples, pairs that touch make groups."""
USUAL: dict[Kind, str] = {"groups": "ms", "pairs": "mnr-plus", "triples": "triplet"}
"""The loss that is taken when none is named."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What there is to learn from.

    vectors: (n, d) unit rows: the items of the workspace, then the texts that ask. texts: (n,) which rows are vectors
    of texts. codes: (n,) number of each row's group, -1 for none; of pairs, all that hang together. tuples: (m, 2)
    pairs or (m, 3) triples of rows [anchor, like it, unlike it]; no rows for groups. names: of the groups, where they
    have such. source: where it comes from, in words. card: what a card records of it besides.
    """

    kind: Kind
    vectors: Floats
    texts: Mask
    codes: Rows
    tuples: Rows
    names: tuple[str, ...] = ()
    source: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)

    def check(self, loss: Loss) -> None:
        """Raise InputError when the lesson cannot be read as what the loss needs."""
        lacks = [need for need in loss.needs if need not in OFFERS[self.kind]]
        if lacks:
            raise InputError(
                f"{loss.label} learns from {NEEDS[lacks[0]]}, and {self.source} is {self.kind}. "
                f"Take another loss, such as {USUAL[self.kind]}."
            )


def groups_lesson(vectors: Floats, codes: Rows, names: tuple[str, ...], source: str, **card: Any) -> Lesson:
    """A lesson of groups; InputError unless two groups have two items or more.

    codes: (n,) group of each of the (n, d) vectors, -1 for none. Groups of one item teach nothing and are left out.
    """
    counts = np.bincount(codes[codes >= 0], minlength=1)
    single = int((counts == 1).sum())
    kept = np.where((codes >= 0) & (counts[np.maximum(codes, 0)] > 1), codes, -1)
    groups = len(np.unique(kept[kept >= 0]))
    if groups < 2:
        raise InputError(
            f"Learning from {source} needs two groups or more of two items or more, got {groups}"
            + (f" beside {single:,} of a single item" if single else "")
            + ". Take another column, or label more items."
        )
    return Lesson(
        kind="groups",
        vectors=vectors,
        texts=np.zeros(len(vectors), dtype=np.bool_),
        codes=kept,
        tuples=np.empty((0, 2), dtype=np.int64),
        names=names,
        source=source,
        card={"single": single, **card},
    )


def tuples_lesson(vectors: Floats, texts: Mask, tuples: Rows, source: str, **card: Any) -> Lesson:
    """A lesson of (m, 2) pairs or (m, 3) triples of rows of the (n, d) vectors; the same one twice counts once."""
    tuples = np.unique(tuples, axis=0)
    least = 8
    if len(tuples) < least:
        raise InputError(f"Learning from {source} needs {least} pairs or triples at least, got {len(tuples)}.")
    kind: Kind = "pairs" if tuples.shape[1] == 2 else "triples"
    return Lesson(
        kind=kind,
        vectors=vectors,
        texts=texts,
        codes=_hanging_together(tuples, len(vectors)),
        tuples=tuples,
        source=source,
        card=card,
    )


def _hanging_together(tuples: Rows, count: int) -> Rows:
    """(n,) number of the part that a row is in, rows of one pair being in one part; -1 for rows of no pair."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = (tuples[:, 0], tuples[:, 1])
    links = coo_matrix((np.ones(len(tuples)), ends), shape=(count, count))
    found = connected_components(links, directed=False)[1].astype(np.int64)
    named = np.full(count, -1, dtype=np.int64)
    used = np.unique(tuples[:, :2])
    named[used] = np.unique(found[used], return_inverse=True)[1]
    return named

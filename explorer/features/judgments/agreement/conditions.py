"""Conditional methods as something that says how alike two items are, to be compared with people."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.encoders.base import Abilities, Encoder
from explorer.encoders.specs import family
from explorer.features.conditional.contract import (
    HEADS,
    METHODS,
    Condition,
    Lens,
    Method,
    heads_for,
    make_ask,
    meaning,
    method_named,
    named_aspects,
    why_not,
)
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.heads.head import Head, read_head
from explorer.workspace.opened import Opened

READERS = ("pocket", "open_clip", "sentence")
"""Families of encoders that read the words of a condition."""
NOT_HERE = ("image", "text", "image+text", "image+text-unit")
"""No condition; the same for every first item; words added to both items alike, which say little about the pair."""


def conditional_pairs(spec: str, columns: Sequence[str]) -> list[tuple[Method, Condition]]:
    """The methods that can say how alike two items are under an encoder, for each attribute column and named aspect."""
    reads = family(spec) in READERS
    can = Abilities(texts=reads, images=reads, joint=reads)
    conditions = [Condition("column", name) for name in columns]
    conditions += [Condition("aspect", name) for name in named_aspects()] if reads else []
    methods = [method for method in METHODS.values() if method.name not in NOT_HERE]
    return [(method, one) for one in conditions for method in methods if not why_not(method, one, can, spec)]


def condition_similarity(
    opened: Opened, method: Method, condition: Condition, encoder: Encoder, rows: Rows
) -> Similarity:
    """How alike two of the items in (m,) `rows` are under a condition; NaN for an item without a vector.

    The score of the second item when the first is the picked one, and the other way round, on average: for most methods
    both are the same. Raises InputError when the method cannot answer the condition, WorkspaceError when the items'
    vectors are of other weights than the encoder's.
    """
    embeddings = opened.embeddings(encoder.spec)
    reason = why_not(method, condition, encoder.abilities, encoder.spec)
    if reason:
        raise InputError(reason)
    embeddings.check_weights(encoder.fingerprint)
    present = rows[embeddings.present[rows]]
    if not len(present):
        raise InputError(f"None of the items that people were asked about has a vector under {encoder.spec}.")
    own = widen(embeddings.vectors[present])
    lenses = _lenses(opened, method, condition, encoder, own)
    queries, through = np.stack([lens.query for lens in lenses]), lenses[0].transform
    seen = own if through is None else through(own)
    place = np.full(len(embeddings), -1)
    place[present] = np.arange(len(present))
    return _both_ways(queries, seen, place)


def _lenses(opened: Opened, method: Method, condition: Condition, encoder: Encoder, own: Floats) -> list[Lens]:
    """How items are compared with each of the (m, d) items `own` under the condition."""
    head = _head(method, condition, encoder)
    meant = meaning(opened.dataset, opened.embeddings(encoder.spec), encoder, condition)
    return [method.lens(make_ask(meant, condition, vector, head=head)) for vector in own]


def _both_ways(queries: Floats, seen: Floats, place: Rows) -> Similarity:
    """Mean of both scores. queries, seen: (m, e) of the items. place: (n,) where an item is among them, -1 for none."""

    def similarity(first: Rows, second: Rows) -> Doubles:
        a, b = place[first], place[second]
        found = (np.einsum("ij,ij->i", queries[a], seen[b]) + np.einsum("ij,ij->i", queries[b], seen[a])) / 2
        return np.where((a < 0) | (b < 0), np.nan, found.astype(np.float64))

    return similarity


def _head(method: Method, condition: Condition, encoder: Encoder) -> Head | None:
    kind = next((need for need in method.needs if need in HEADS), "")
    if not kind:
        return None
    head = read_head(heads_for(kind, encoder.spec, condition)[0])
    head.check_encoder(encoder)
    return head


def parse_pair(dataset: Dataset, method: str, kind: str, name: str) -> tuple[Method, Condition]:
    """The method and the condition of a candidate; InputError when there is no such method, column or aspect."""
    known = dataset.attributes if kind == "column" else named_aspects()
    if method in NOT_HERE or kind not in ("column", "aspect") or name not in known:
        raise InputError(f"There is no conditional comparison {method!r} by the {kind} {name!r} here.")
    return method_named(method), Condition(kind, name)

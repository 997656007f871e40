"""What page and commands ask of batches: answer a file of queries, and measure the ways to answer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.lab.batches.file import BatchQuery
from explorer.features.lab.batches.plan import Conditions, Plan, make_clusters, make_plan, masks_of_filters
from explorer.features.lab.batches.scan import Answers, Batch, answer
from explorer.search.filters import mask, parse_filters
from explorer.search.find import compose_query, taken_off
from explorer.search.query import kind_of
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class Answered:
    """The answers to a file. plan: the tree that was made for it. build_seconds: what making it took, with the clusters
    where there are any.
    """

    queries: Sequence[BatchQuery]
    answers: Answers
    plan: Plan
    searched: int
    build_seconds: float


def conditions_of(queries: Sequence[BatchQuery]) -> dict[str, Conditions]:
    """The conditions of each filter that occurs."""
    return {one.filters: one.conditions for one in queries}


def masks_of(opened: Opened, filters: Sequence[Conditions]) -> dict[str, Mask]:
    """(n,) the items that meet each condition of some filters, each looked at once."""
    every = dict.fromkeys(one for parts in filters for one in parts)
    return {one: mask(opened.tagged, parse_filters(one)) for one in every}


def asked_batch(
    opened: Opened, spec: str, queries: Sequence[BatchQuery], progress: Progress | None = None
) -> tuple[Batch, dict[str, Mask]]:
    """The queries with their vectors and filters, and the items that meet each condition.

    The order of the answers is corrected as that of single queries is. InputError for a text under a model that reads
    none, an item without a vector.
    """
    if not queries:
        raise InputError("Expected at least one query, got none.")
    progress = progress or Silent()
    masks = masks_of(opened, [one.conditions for one in queries])
    progress.start("reading the queries", len(queries))
    vectors: list[Floats] = []
    for number, one in enumerate(queries):
        vectors.append(compose_query(opened, spec, (one.part,)).vector)
        progress.advance(number + 1)
    progress.finish()
    kinds = [kind_of((one.part,)) for one in queries]
    off: dict[str, Floats] = {}
    for kind in dict.fromkeys(kinds):
        found = taken_off(opened, spec, (queries[kinds.index(kind)].part,))
        if found is not None:
            off[kind] = found
    batch = Batch(
        queries=np.stack(vectors),
        counts=np.array([one.count for one in queries], dtype=np.int64),
        filters=[one.filters for one in queries],
        passes=masks_of_filters(conditions_of(queries), masks, len(opened.dataset)),
        off=off,
        off_of=[kind if kind in off else "" for kind in kinds],
    )
    return batch, masks


def answer_batch(
    opened: Opened, spec: str, queries: Sequence[BatchQuery], *, look: int = 0, progress: Progress | None = None
) -> Answered:
    """Answer a file with a tree made for it.

    look: each query looks into so many of its nearest clusters, and may miss items in others; 0: exact, the answers
    are those of each query asked alone of exact search.
    """
    progress = progress or Silent()
    batch, masks = asked_batch(opened, spec, queries, progress)
    embeddings, start = opened.embeddings(spec), perf_counter()
    rows = embeddings.rows
    clusters = make_clusters(embeddings.vectors, rows) if look else None
    plan = make_plan(
        [one.conditions for one in queries], masks, rows, queries=batch.queries, clusters=clusters, look=look
    )
    built = perf_counter() - start
    progress.start("answering", len(queries))
    found = answer(planned(batch, plan, conditions_of(queries)), embeddings.vectors, plan.laid, progress.advance)
    progress.finish()
    return Answered(queries, found, plan, len(rows), built)


def planned(batch: Batch, plan: Plan, filters: Mapping[str, Conditions]) -> Batch:
    """The batch as a plan answers it; filters: conditions by filter."""
    return replace(batch, needs=plan.needs(filters), near=plan.near)

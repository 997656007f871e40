"""Hybrid search: what is near in meaning and what holds the words, each as a list, and both made one.

Items are whole: no text is cut into chunks, so the step of vstash that thins out chunks of one document has no place.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.dataset import PATH
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.index.contract import score_pairs
from explorer.search.compose import explain, rounded_split
from explorer.search.find import Found, Parts, compose_query, find
from explorer.search.fusion import (
    CUTOFF,
    DENSE_HEAVY,
    FIRST,
    KEYWORDS_HEAVY,
    Fused,
    Weights,
    adaptive_weights,
    distances,
    fuse,
    hard_negative,
    near_enough,
    pool_size,
)
from explorer.search.keywords import KeywordHits, keyword_hits, words_asked
from explorer.workspace.opened import Opened

By = Literal["dense", "keywords", "both"]
BY: tuple[By, ...] = ("dense", "keywords", "both")
COMPARED = 10
"""First places of two lists that are compared to say how far they agree."""
NO_WORDS = "Keywords are taken from the texts of a query, and this one has none. Type some words, or search by meaning."


def by_named(name: str) -> By:
    """The list of this name; InputError when there is none."""
    check_choice(name, BY, "by")
    return next(one for one in BY if one == name)


@dataclass(frozen=True, kw_only=True)
class Hybrid:
    """Both lists of a query and what they become together.

    dense: (a,) rows by meaning, best first, without what lies beyond the cutoff; similarities: (a,) their cosines;
    dropped: how many the cutoff took. hits: the keyword list. weights: what each counts. fused: the answer.
    """

    dense: Rows
    similarities: Floats
    dropped: int
    hits: KeywordHits
    weights: Weights
    fused: Fused

    @property
    def shared(self) -> int:
        """How many of the first ten of one list are among the first ten of the other."""
        return len(np.intersect1d(self.dense[:COMPARED], self.hits.rows[:COMPARED]))


@dataclass(frozen=True)
class Proposal:
    """Rows of a likely positive and a hard negative for a query, -1 where the lists give none."""

    positive: int
    negative: int


@remembered(64, also="tags")
def hybrid(opened: Opened, spec: str, parts: Parts, filters: str, count: int) -> Hybrid:
    """The `count` items that meaning and keywords find together, and how. InputError for a query without words."""
    found, hits = _both_lists(opened, spec, parts, filters, pool_size(count, len(opened.dataset)))
    weights = adaptive_weights(hits.words, [stem.idf for stem in hits.stems], hits.texts)
    near = within_cutoff(opened, found.rows, found.similarities, weights.cutoff)
    dense = found.rows[near]
    return Hybrid(
        dense=dense,
        similarities=found.similarities[near],
        dropped=int((~near).sum()),
        hits=hits,
        weights=weights,
        fused=fuse(dense, hits.rows, weights, count),
    )


def _both_lists(opened: Opened, spec: str, parts: Parts, filters: str, pool: int) -> tuple[Found, KeywordHits]:
    """The two lists, made at the same time: the model, SQLite and products of arrays let go of Python's lock."""
    words = _typed_words(parts)
    with ThreadPoolExecutor(1, thread_name_prefix="keywords") as worker:
        hits = worker.submit(keyword_hits, opened, words, filters, pool)
        found = find(opened, spec, parts, filters, pool)
        return found, hits.result()


def found_by(opened: Opened, spec: str, parts: Parts, filters: str, count: int, by: By) -> Found:
    """As `find`, in the order of the list that `by` names; similarities stay cosines, NaN for items without a vector.

    Which results stand out is known of the dense list alone.
    """
    if by == "dense":
        return find(opened, spec, parts, filters, count)
    if by == "both":
        rows = hybrid(opened, spec, parts, filters, count).fused.rows
    else:
        rows = keyword_list(opened, parts, filters, count).rows
    told = find(opened, spec, parts, filters, count)
    question, vectors = compose_query(opened, spec, parts), opened.embeddings(spec).vectors
    cosines = _cosines(opened, spec, question.vector, rows)
    known = np.isfinite(cosines)
    split = np.full((len(rows), len(question.parts)), np.nan)
    split[known] = rounded_split(explain(question, vectors[rows[known]]), cosines[known])
    return replace(told, rows=rows, similarities=cosines, parts=split.astype(np.float32), clear=None, corrected=False)


def within_cutoff(opened: Opened, rows: Rows, similarities: Floats, cutoff: float) -> Mask:
    """(k,) True for rows at most `cutoff` times as far from the query as the nearest of their kind.

    Pictures and texts are two kinds: texts lie nearer to words than pictures do, so one near text would drop all
    pictures.
    """
    far, pictured = distances(similarities), _pictured(opened)[rows]
    near = np.zeros(len(rows), dtype=bool)
    for kind in (pictured, ~pictured):
        near[kind] = near_enough(far[kind], cutoff)
    return near


def propose(opened: Opened, spec: str, parts: Parts, filters: str) -> Proposal:
    """What the two lists say for training: an item that both have first, and one that only one of them has.

    Positive: the best of the fused list that both have among their first five, else none. Negative: as `hard_negative`.
    """
    found = hybrid(opened, spec, parts, filters, COMPARED)
    first = np.intersect1d(found.dense[:FIRST], found.hits.rows[:FIRST])
    both = [int(row) for row in found.fused.rows if row in first]
    positive = both[0] if both else -1
    return Proposal(positive, hard_negative(*heavy_lists(opened, spec, parts, filters), positive))


def heavy_lists(opened: Opened, spec: str, parts: Parts, filters: str) -> tuple[Rows, Rows]:
    """The first ten of the answers that weigh almost only meaning (0.95 to 0.05), and almost only keywords."""
    found = hybrid(opened, spec, parts, filters, COMPARED)
    dense = found.dense[within_cutoff(opened, found.dense, found.similarities, CUTOFF)]
    first, second = (fuse(dense, found.hits.rows, heavy, COMPARED).rows for heavy in (DENSE_HEAVY, KEYWORDS_HEAVY))
    return first, second


def keyword_list(opened: Opened, parts: Parts, filters: str, count: int) -> KeywordHits:
    """The `count` items whose texts fit the words of the query best; needs no model. InputError without words."""
    return keyword_hits(opened, _typed_words(parts), filters, count)


def _typed_words(parts: Parts) -> str:
    words = words_asked(parts)
    if not words:
        raise InputError(NO_WORDS)
    return words


@remembered(1)
def _pictured(opened: Opened) -> Mask:
    """(n,) True for items with a picture."""
    found: Mask = pc.not_equal(opened.dataset.table.column(PATH), "").to_numpy()
    return found


def _cosines(opened: Opened, spec: str, query: Floats, rows: Rows) -> Floats:
    vectors = opened.embeddings(spec)
    found: Floats = score_pairs(query[None], vectors.vectors, np.zeros_like(rows), rows)
    found[~vectors.present[rows]] = np.nan
    return found

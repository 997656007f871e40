"""Search by the words in the texts, or by meaning and words together, as the library answers it."""

import numpy as np

from explorer.library.results import Results, no_parts
from explorer.search.find import Parts
from explorer.search.hybrid import By, hybrid, keyword_list
from explorer.search.keywords import ensure_keywords
from explorer.search.named import named
from explorer.search.where import Where, filters_of
from explorer.workspace.opened import Opened

BM25 = "BM25 of the words in the item's text, higher is better"
FUSED = "weight ÷ (60 + place) in the list by meaning and in that by words, summed"


def by_words(opened: Opened, parts: Parts, where: Where | None, count: int, *, model: str, by: By) -> Results:
    """The `count` items by "keywords" or by "both"; the words are indexed first where that has to be done.

    InputError where the query has no words or the collection no texts.
    """
    ensure_keywords(opened)
    filters = filters_of(opened.tagged, where)
    names = tuple(one.sentence for one in named(opened, parts))
    if by == "keywords":
        hits = keyword_list(opened, parts, filters, count)
        scores = hits.scores.astype(np.float32)
        return Results(
            opened=opened, rows=hits.rows, scores=scores, measure=BM25, parts=no_parts(len(hits.rows)), names=names
        )
    found = hybrid(opened, opened.best_encoder(model), parts, filters, count)
    weights, fused, same = found.weights, found.fused, found.shared
    return Results(
        opened=opened,
        rows=fused.rows,
        scores=fused.scores.astype(np.float32),
        measure=FUSED,
        parts=fused.shares.astype(np.float32),
        labels=("meaning", "words"),
        names=names,
        note=f"Meaning counts {weights.dense:g}, words {weights.keywords:g}; of the first ten {same} are the same.",
    )

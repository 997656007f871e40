"""Which items teach most when they are labelled next. Pure.

Novel and typical: density among the nearest times 1 − cosine to the nearest labelled item, a coverage of the items.
Margin times density: Settles and Craven 2008, An analysis of active learning strategies, section 3.3 (information
density), with the margin of a logistic regression as the uncertainty. Disagreement: query by committee (Seung, Opper
and Sompolinsky 1992), as the Jensen-Shannon divergence of three quick classifiers. Before two labels are there:
farthest first (Gonzalez 1985), from the item that is most like all others.
"""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.label.logistic import fitted
from explorer.features.label.method import FewLabels

MOST_LEARNED, MOST_NEAR, ROUNDS = 1_000, 200, 25
SHORTLIST = 200
SHARPNESS = 10.0  # of the softmax over the cosines to the means of the labels
CLOSEST, SAMPLE, BLOCK, LEAST_DENSITY = 10, 2_000, 4_096, 0.05


def densities(vectors: Floats) -> Floats:
    """(n,) mean cosine of each of the (n, d) unit rows to the 10 nearest others, at least 0.05.

    Of more than 2,000 rows, the nearest are looked for among 2,000 drawn at random.
    """
    drawn = np.random.default_rng(0).permutation(len(vectors))[:SAMPLE]
    found = np.empty(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        similar = vectors[start : start + BLOCK] @ vectors[drawn].T
        own = drawn[None] == np.arange(start, start + len(similar))[:, None]
        similar[own] = -1.0
        count = min(CLOSEST, max(1, len(drawn) - 1))
        found[start : start + BLOCK] = np.partition(similar, -count, axis=1)[:, -count:].mean(axis=1)
    return np.maximum(found, np.float32(LEAST_DENSITY))


def novelties(few: FewLabels, among: Rows) -> Floats:
    """(k,) 1 − cosine of the items `among` (k,) to the nearest of up to about 200 labelled ones, at least 0."""
    known = few.vectors[few.rows[_at_most(few, MOST_NEAR)]]
    found: Floats = np.maximum(1.0 - (few.vectors[among] @ known.T).max(axis=1), 0.0)
    return found


def margin_scores(few: FewLabels, among: Rows) -> Floats:
    """(k,) 1 − (p of the likeliest label − p of the next) of the items `among` (k,), by a logistic regression."""
    first_two = np.partition(_logistic(few, among), -2, axis=1)[:, -2:]
    found: Floats = 1.0 - (first_two[:, 1] - first_two[:, 0])
    return found


def disagreement_scores(few: FewLabels, among: Rows) -> Floats:
    """(k,) Jensen-Shannon divergence of what three classifiers say of the items `among` (k,), in nats.

    The three: logistic regression, the means of the labels, the nearest of up to about 200 labelled items.
    """
    committee = np.stack([_logistic(few, among), _means(few, among), _nearest(few, among)])
    found: Floats = _entropy(committee.mean(axis=0)) - _entropy(committee).mean(axis=0)
    return np.maximum(found, 0.0)


def novel_scores(few: FewLabels, among: Rows) -> Floats:
    """(k,) 1 for each of the items `among` (k,): their novelty and density alone decide."""
    return np.ones(len(among), dtype=np.float32)


SCORES: dict[str, Callable[[FewLabels, Rows], Floats]] = {
    "novel": novel_scores,
    "margin": margin_scores,
    "disagreement": disagreement_scores,
}


def most_telling(few: FewLabels, density: Floats, among: Rows, by: str, count: int) -> Rows:
    """(≤ count,) of the items `among` (k,) those that teach most, the best first, no two of them too much alike.

    by: of `SCORES`; times the (n,) density, times the novelty: without it, kinds that nobody has labelled yet are found
    later than by chance. Of the 200 best, each next one is that whose score times (1 − cosine to the nearest one taken)
    is highest.
    """
    scores = SCORES[by](few, among) * density[among] * novelties(few, among)
    best = np.argsort(-scores, kind="stable")[:SHORTLIST]
    return among[best[_spread(few.vectors[among[best]], scores[best], count)]]


def farthest_first(vectors: Floats, density: Floats, among: Rows, known: Rows, count: int) -> Rows:
    """(≤ count,) of the items `among` (k,), each as unlike as can be from those `known` and those before it."""
    nearest = (
        (vectors[among] @ vectors[known].T).max(axis=1) if len(known) else np.full(len(among), -1.0, dtype=np.float32)
    )
    found: list[int] = []
    for _ in range(min(count, len(among))):
        place = int(nearest.argmin()) if found or len(known) else int(density[among].argmax())
        found.append(place)
        nearest = np.maximum(nearest, vectors[among] @ vectors[among[place]])
        nearest[found] = np.inf
    return among[found]


def _spread(vectors: Floats, scores: Floats, count: int) -> list[int]:
    similar = vectors @ vectors.T
    nearest = np.zeros(len(scores), dtype=np.float32)
    left, found = np.ones(len(scores), dtype=bool), list[int]()
    for _ in range(min(count, len(scores))):
        worth = np.where(left, scores * (1.0 - nearest), -np.inf)
        place = int(worth.argmax())
        found.append(place)
        left[place] = False
        nearest = np.maximum(nearest, similar[place])
    return found


def _logistic(few: FewLabels, among: Rows) -> Floats:
    """(k, c) probabilities by a regression on at most 1,000 labelled items, stopped after 25 rounds."""
    learned = _at_most(few, MOST_LEARNED)
    known = few.vectors[few.rows[learned]]
    return fitted(known, few.codes[learned], few.vectors[among], rounds=ROUNDS, tolerance=1e-3)


def _means(few: FewLabels, among: Rows) -> Floats:
    sums = np.zeros((len(few.names), few.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, few.codes, few.vectors[few.rows])
    means = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return _softmax(SHARPNESS * (few.vectors[among] @ means.T))


def _nearest(few: FewLabels, among: Rows) -> Floats:
    """(k, c) softmax of the highest cosine to an item of each label."""
    learned = _at_most(few, MOST_NEAR)
    similar = few.vectors[among] @ few.vectors[few.rows[learned]].T
    starts = np.flatnonzero(np.diff(few.codes[learned], prepend=-1))
    highest: Floats = np.maximum.reduceat(similar, starts, axis=1).astype(np.float32)
    return _softmax(SHARPNESS * highest)


def _at_most(few: FewLabels, most: int) -> Rows:
    """(≤ about most,) places among the labelled items by label, evenly from each, at least one of each."""
    order = np.lexsort((np.arange(len(few.codes)), few.codes))
    if len(order) <= most:
        return order
    counts = np.bincount(few.codes)
    share = max(1, most // len(counts))
    within = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return order[within < share]


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def _entropy(shares: Floats) -> Floats:
    found: Floats = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=-1)
    return found

"""Which questions would teach an embedding of the items most: active sampling.

A question is worth asking when the embedding is unsure of the answer because it is unsure of the places, not because
people differ. Both are told apart as by Houlsby et al. 2011 (BALD): the entropy of the mean answer over plausible
embeddings, minus the mean of their entropies. Questions that are a coin toss under every embedding gain nothing.
"""

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.base.errors import InputError
from explorer.features.judgments.asking.at_random import draw
from explorer.features.judgments.learning.items import SPREAD
from explorer.features.judgments.learning.ordinal import sigmoid
from explorer.features.judgments.method import Ask, Known, Method
from explorer.features.judgments.settings import PoolQuestion, Settings

DRAWS, BURN_IN, MOST_ITEMS = 24, 40, 1_000
ACTIVE_TASKS = ("odd_one_out", "triplet")


def most_informative(
    embedding: Vectors,
    candidates: Rows,
    rng: np.random.Generator,
    count: int,
    answered: Rows | None = None,
) -> Rows:
    """(min(count, m),) positions of the candidates to ask next, the most informative first.

    embedding: (n, d) places of the items from `fit_items`. candidates: (m, 3) rows [reference, a, b]. answered: (t, 3)
    rows [reference, nearer, farther] that the embedding was fitted to; without them all places are equally unsure.
    In a batch, a reference comes a second time only after all others came once: their answers say much the same.
    """
    worth = informativeness(embedding, candidates, rng, answered)
    order = np.argsort(-worth, kind="stable")
    turn = _turns(np.asarray(candidates)[order, 0])
    return np.asarray(order[np.argsort(turn, kind="stable")][:count], dtype=np.int64)


def informativeness(
    embedding: Vectors, candidates: Rows, rng: np.random.Generator, answered: Rows | None = None
) -> Doubles:
    """(m,) bits that one answer to each candidate [reference, a, b] is expected to tell about the places of the items.

    P(a is nearer) = sigmoid(|r − b|² − |r − a|²) in each of 24 draws of the places around `embedding` (n, d).
    """
    places, asked = np.asarray(embedding, dtype=np.float64), np.asarray(candidates, dtype=np.int64)
    if places.ndim != 2 or asked.ndim != 2 or asked.shape[1] != 3:
        shapes = f"{places.shape} and {asked.shape}"
        raise InputError(f"Expected places of shape (items, d) and candidates of shape (m, 3), got {shapes}.")
    spread = _spread(places, answered)
    mean, noise = np.zeros(len(asked)), np.zeros(len(asked))
    for _ in range(DRAWS):
        drawn = places + np.einsum("nij,nj->ni", spread, rng.normal(size=places.shape))
        chance = nearer_chance(drawn, asked)
        mean += chance / DRAWS
        noise += entropy(chance) / DRAWS
    return np.asarray(np.maximum(entropy(mean) - noise, 0.0))


def nearer_chance(places: Doubles, triplets: Rows) -> Doubles:
    """(t,) chance that column 1 is said to be nearer to column 0 than column 2, under (n, d) places."""
    reference, first, second = (places[triplets[:, side]] for side in range(3))
    return sigmoid(((reference - second) ** 2).sum(1) - ((reference - first) ** 2).sum(1))


def entropy(chance: Doubles) -> Doubles:
    """Bits of a coin with this chance."""
    p = np.clip(chance, 1e-12, 1 - 1e-12)
    return np.asarray(-(p * np.log2(p) + (1 - p) * np.log2(1 - p)))


def _spread(places: Doubles, answered: Rows | None) -> Doubles:
    """(n, d, d) matrix per item that turns a standard normal draw into an error of its place.

    The curvature of the logistic loss around each place, others held still (Laplace), on top of a weak prior.
    """
    n, dim = places.shape
    curvature = np.tile(np.eye(dim) / SPREAD**2, (n, 1, 1))
    if answered is not None and len(answered):
        r, a, b = (np.asarray(answered, dtype=np.int64)[:, side] for side in range(3))
        chance = nearer_chance(places, np.stack([r, a, b], 1))
        weight = (chance * (1 - chance))[:, None]
        slopes = ((r, 2 * (places[a] - places[b])), (a, 2 * (places[a] - places[r])), (b, 2 * (places[b] - places[r])))
        for items, slope in slopes:
            np.add.at(curvature, items, (weight * slope)[:, :, None] * slope[:, None, :])
    values, vectors = np.linalg.eigh(curvature)
    return np.asarray(vectors / np.sqrt(values)[:, None, :])


def _turns(references: Rows) -> Rows:
    """(m,) how often the same reference came before, in order."""
    order = np.argsort(references, kind="stable")
    ranked = references[order]
    starts = np.searchsorted(ranked, ranked, side="left")
    turns = np.empty(len(references), dtype=np.int64)
    turns[order] = np.arange(len(references)) - starts
    return turns


def tells_most(known: Known, candidates: Rows, count: int, rng: np.random.Generator) -> Rows:
    """Positions of the candidates to ask next; an odd one out is worth what the three anchored questions in it are."""
    if not known.odd:
        return most_informative(known.places, candidates, rng, count, answered=known.answered)
    turned = [candidates, candidates[:, [1, 0, 2]], candidates[:, [2, 0, 1]]]
    worth = np.sum([informativeness(known.places, one, rng, known.answered) for one in turned], axis=0)
    return np.asarray(np.argsort(-worth, kind="stable")[:count], dtype=np.int64)


def _begin(ask: Ask) -> list[PoolQuestion]:
    if len(ask.ids) > MOST_ITEMS:
        raise InputError(
            f"Active sampling learns a place for each item: expected at most {MOST_ITEMS:,} items, "
            f"got {len(ask.ids):,}. Choose a view or a filter."
        )
    return draw(ask, min(ask.settings.questions, BURN_IN))


def _check(settings: Settings) -> None:
    if settings.task not in ACTIVE_TASKS:
        raise InputError("Active sampling works for the odd one out and for triplets; choose random for other tasks.")


ACTIVE = Method(
    name="active",
    label="Where an answer tells most (active)",
    formula="H(mean of p) − mean of H(p), p: chance of an answer under plausible places of the items; 15 % random",
    source="Houlsby et al. 2011 (BALD)",
    baseline="random",
    trained="places of the items are fitted to the answers so far, again with every batch of questions",
    tasks=ACTIVE_TASKS,
    begin=_begin,
    check=_check,
    pick=tells_most,
)

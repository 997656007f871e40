"""Analogies: A is to B as C is to ?. Pure; (n, d) unit rows in, scores of all items out.

"offset" is 3CosAdd (Mikolov et al. 2013) and "ratio" is 3CosMul (Levy and Goldberg 2014, equation 4), both on the image
vectors; "relational" asks which item stands to C as B to A in the space of the relational head. With several pairs the
relation is the mean over pairs.
"""

from collections.abc import Callable, Sequence

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice, check_rows, check_vectors, unit_rows
from explorer.base.errors import InputError

EPSILON = 1e-3
Pairs = Sequence[tuple[int, int]]


def cos_add(vectors: Floats, pairs: Pairs, third: int) -> Floats:
    """(n,) cosine of every item to c + mean(b - a): the item that lies where C lands when it moves as A moved to B."""
    a, b = _ends(vectors, pairs)
    aim = vectors[third] + (b - a).mean(0)
    return np.asarray(vectors @ unit_rows(aim[None], "A, B and C")[0], dtype=np.float32)


def cos_mul(vectors: Floats, pairs: Pairs, third: int) -> Floats:
    """(n,) cos(x, b) cos(x, c) / (cos(x, a) + 0.001), cosines moved to 0 to 1; over pairs the geometric mean.

    Balances the three parts instead of letting the largest decide.
    """
    a, b = _ends(vectors, pairs)

    def share(ends: Floats) -> Floats:
        return np.asarray((vectors @ ends.T + 1) / 2, dtype=np.float32)

    log = np.log(share(b) + EPSILON) - np.log(share(a) + EPSILON)
    return np.asarray(np.exp(log.mean(1)) * share(vectors[third][None])[:, 0], dtype=np.float32)


def cos_relational(relational: Floats, vectors: Floats, pairs: Pairs, third: int) -> Floats:
    """(n,) how well each item has B's logic on C's look, as far as the pair changes the logic and the look.

    relational, vectors: (n, r) and (n, d) unit rows of the head and of the model. The logic moves as from A to B in the
    relational space, the look as from A to B in the model's. The score is the mean of both cosines.
    """
    both = cos_add(relational, pairs, third) + cos_add(vectors, pairs, third)
    return np.asarray(both / 2, dtype=np.float32)


METHODS: dict[str, str] = {
    "offset": "Vector offset (3CosAdd)",
    "ratio": "Ratio (3CosMul)",
    "relational": "Relational head",
}


def answer(
    method: str,
    vectors: Floats,
    pairs: Pairs,
    third: int,
    count: int,
    relational: Floats | None = None,
    allowed: Rows | None = None,
) -> tuple[Rows, Floats]:
    """((k,) rows, (k,) scores) of the best answers to "A is to B as C is to ?", best first.

    The items of the question (every A, every B, and C) are never answers; without that rule C itself nearly always
    wins. allowed: rows that may be answers, all when left out. InputError when there is no pair, A is B, or the method
    "relational" has no relational vectors.
    """
    check_choice(method, METHODS, "method")
    vectors = check_vectors(vectors, "vectors")
    _check_pairs(pairs, third, len(vectors))
    if method == "relational":
        if relational is None:
            raise InputError("Expected relational vectors for the method 'relational'; there is no head for these.")
        scores = cos_relational(check_vectors(relational, "relational vectors"), vectors, pairs, third)
    else:
        by_name: dict[str, Callable[[Floats, Pairs, int], Floats]] = {"offset": cos_add, "ratio": cos_mul}
        scores = by_name[method](vectors, pairs, third)
    usable = np.ones(len(vectors), dtype=bool) if allowed is None else np.isin(np.arange(len(vectors)), allowed)
    usable[[third, *(row for pair in pairs for row in pair)]] = False
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(-scores[rows], kind="stable")][:count]
    return order.astype(np.int64), scores[order]


def _ends(vectors: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """((p, d), (p, d)) vectors of the first and of the second items."""
    ends = np.asarray(pairs, dtype=np.int64)
    return vectors[ends[:, 0]], vectors[ends[:, 1]]


def _check_pairs(pairs: Pairs, third: int, count: int) -> None:
    if not pairs:
        raise InputError("Expected at least one pair A and B; got none. Pick two items that stand for the relation.")
    check_rows([third, *(row for pair in pairs for row in pair)], count, "items of the analogy")
    same = next((pair for pair in pairs if pair[0] == pair[1]), None)
    if same:
        raise InputError("A and B are the same item in one pair: nothing changes between them. Pick two items.")

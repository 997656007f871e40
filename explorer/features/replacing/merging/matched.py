"""Weight matching: B's hidden units are brought into A's order first.

Source: Git Re-Basin (Ainsworth et al. 2023), weight matching by coordinate descent.
"""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.replacing.merging.method import TRAINED, MergeMethod
from explorer.features.replacing.merging.mlp import Mlp, check_same_shape, permuted

GAIN, ROUNDS = 1e-12, 100


def match_weights(a: Mlp, b: Mlp, rng: np.random.Generator) -> tuple[Rows, ...]:
    """Orders of b's hidden units, one array a hidden layer, that bring its weights closest to those of a.

    Coordinate descent on the sum over layers of <W_a, P_l W_b P_(l-1)'> with biases: hidden layers in random order,
    each solved exactly as an assignment, until no layer gains more than 1e-12 (100 rounds at most).
    Raises InputError when the shapes differ.
    """
    from scipy.optimize import linear_sum_assignment

    check_same_shape(a, b)
    orders = [np.arange(size) for size in a.sizes[1:-1]]
    for _ in range(ROUNDS):
        gained = False
        for layer in rng.permutation(len(orders)):
            scores = _unit_products(a, b, orders, int(layer))
            _, chosen = linear_sum_assignment(scores, maximize=True)
            places = np.arange(len(chosen))
            gained |= bool(scores[places, chosen].sum() > scores[places, orders[layer]].sum() + GAIN)
            orders[layer] = chosen
        if not gained:
            break
    return tuple(np.asarray(order, dtype=np.int64) for order in orders)


def _unit_products(a: Mlp, b: Mlp, orders: Sequence[Rows], layer: int) -> Doubles:
    """(h, h) products of unit i of a with unit j of b, over all weights of a unit; other layers of b in their order."""
    incoming = b.kernels[layer] if layer == 0 else b.kernels[layer][orders[layer - 1]]
    outgoing = b.kernels[layer + 1]
    if layer + 1 < len(orders):
        outgoing = outgoing[:, orders[layer + 1]]
    products: Doubles = (
        a.kernels[layer].T @ incoming + np.outer(a.biases[layer], b.biases[layer]) + a.kernels[layer + 1] @ outgoing.T
    )
    return products


MATCHED = MergeMethod(
    name="matched",
    label="units matched",
    formula="(1 − λ) A + λ P(B), P: the orders of hidden units with the largest Σ ⟨W_A, P W_B Pᵀ⟩",
    source="Git Re-Basin (Ainsworth et al. 2023)",
    needs=("labels",),
    baseline="as-trained",
    trained=f"{TRAINED}; matching looks at their weights alone",
    ready=lambda a, b, rng: permuted(b, match_weights(a, b, rng)),
)

"""How likely an answer is under distances: the losses that embeddings of items are fitted with.

Each takes the distances of a question's two sides and gives the loss of the answer "the first is nearer" with its
derivatives; the other answer is the same with the sides swapped, so ties between people cost both.
"""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Doubles

Loss = Callable[[Doubles, Doubles], tuple[Doubles, Doubles, Doubles]]
CROWD_MU = 0.1
HINGE_MARGIN = 1.0


def logistic(near: Doubles, far: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """log(1 + exp(near − far)), that is P(nearer) = sigmoid(far − near): in close calls people may differ.

    near, far: (t,) squared distances of the reference to the item said to be nearer, and to the other.
    Returns (t,) losses and their derivatives by near and by far.
    """
    gap = near - far
    small = np.exp(-np.abs(gap))
    slope = np.where(gap > 0, 1.0, small) / (1 + small)
    return np.maximum(gap, 0.0) + np.log(1 + small), slope, -slope


def crowd_kernel(near: Doubles, far: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """−log P with P(nearer) = (µ + far) / (2µ + near + far), µ = 0.1 (Tamuz et al. 2011, equation 1).

    near, far: (t,) squared distances. Returns (t,) losses and their derivatives by near and by far.
    """
    total, top = 2 * CROWD_MU + near + far, CROWD_MU + far
    return np.log(total / top), 1 / total, 1 / total - 1 / top


def soft_ordinal(near: Doubles, far: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """max(0, near + 1 − far)² on distances, not squares: soft ordinal embedding (Terada & von Luxburg 2014, eq. 2).

    near, far: (t,) squared distances. Returns (t,) losses and their derivatives by near and by far.
    """
    a, b = np.sqrt(near + 1e-9), np.sqrt(far + 1e-9)
    over = np.maximum(0.0, a + HINGE_MARGIN - b)
    return over**2, over / a, -over / b


def sigmoid(values: Doubles) -> Doubles:
    """1 / (1 + exp(−values)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), dtype=np.float64)


LOSSES: dict[str, Loss] = {
    "logistic": logistic,
    "crowd_kernel": crowd_kernel,
    "soft_ordinal": soft_ordinal,
}

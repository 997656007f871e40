"""Two networks of one shape, trained apart, brought into one order of hidden units, so that they can be mixed.

Source: Git Re-Basin (Ainsworth et al. 2023), weight matching by coordinate descent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.replacing.matching import Doubles

GAIN, ROUNDS = 1e-12, 100


@dataclass(frozen=True)
class Mlp:
    """Linear layers with relu between them. kernels: each (in, out); biases: each (out,)."""

    kernels: tuple[Doubles, ...]
    biases: tuple[Doubles, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Width of the input, of every hidden layer, and of the output."""
        return (self.kernels[0].shape[0], *(kernel.shape[1] for kernel in self.kernels))

    def logits(self, x: NDArray[Any]) -> Doubles:
        """(n, out) of (n, in) rows."""
        found: Doubles = np.asarray(x, dtype=np.float64)
        for place, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            found = found @ kernel + bias
            if place < len(self.kernels) - 1:
                found = np.maximum(found, 0)
        return found


def permuted(net: Mlp, orders: Sequence[Rows]) -> Mlp:
    """The same function with hidden units in another order; orders[l][i] is the unit of `net` that becomes unit i.

    The columns and the bias of layer l and the rows of layer l + 1 move together.
    """
    kernels, biases = list(net.kernels), list(net.biases)
    for layer, order in enumerate(orders):
        kernels[layer] = kernels[layer][:, order]
        biases[layer] = biases[layer][order]
        kernels[layer + 1] = kernels[layer + 1][order]
    return Mlp(tuple(kernels), tuple(biases))


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


def distance(a: Mlp, b: Mlp) -> float:
    """Euclidean distance of all kernels and biases."""
    check_same_shape(a, b)
    pairs = zip((*a.kernels, *a.biases), (*b.kernels, *b.biases), strict=True)
    return float(np.sqrt(sum(float(np.square(one - other).sum()) for one, other in pairs)))


def mixed(a: Mlp, b: Mlp, share: float) -> Mlp:
    """(1 - share) a + share b, weight by weight."""
    check_same_shape(a, b)
    kernels = tuple((1 - share) * one + share * other for one, other in zip(a.kernels, b.kernels, strict=True))
    biases = tuple((1 - share) * one + share * other for one, other in zip(a.biases, b.biases, strict=True))
    return Mlp(kernels, biases)


def loss_and_accuracy(net: Mlp, x: NDArray[Any], labels: Rows) -> tuple[float, float]:
    """Mean cross-entropy in nats, and share of right answers, of (n, in) rows with (n,) class numbers."""
    from scipy.special import logsumexp

    logits = net.logits(x)
    losses = logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())


@dataclass(frozen=True)
class Path:
    """What lies between two networks: (s,) shares of b from 0 to 1, loss and accuracy at each."""

    shares: Doubles
    losses: Doubles
    accuracies: Doubles

    @property
    def barrier(self) -> float:
        """How far the loss rises above the straight line between its ends, at most; 0 or more as the ends count."""
        return float((self.losses - ((1 - self.shares) * self.losses[0] + self.shares * self.losses[-1])).max())


def path(a: Mlp, b: Mlp, score: Callable[[Mlp], tuple[float, float]], steps: int = 25) -> Path:
    """Score `steps` mixtures at equal distances, both ends included."""
    shares = np.linspace(0, 1, steps)
    found = np.array([score(mixed(a, b, float(share))) for share in shares])
    return Path(shares, found[:, 0], found[:, 1])


def alignment(a: Mlp, b: Mlp, threshold: float) -> float:
    """How far the leading singular vectors of two networks point the same way: R, about 0 for unrelated networks.

    R = sum over layers and pairs i, j of <u_i a, u_j b><v_i a, v_j b> / sum over layers of min(n_a, n_b), over the n_a
    and n_b singular vectors with a singular value of at least `threshold` (0 to 1) times the layer's largest. 1 for
    equal networks.
    """
    check_same_shape(a, b)
    total, count = 0.0, 0
    for one, other in zip(a.kernels, b.kernels, strict=True):
        (ua, va), (ub, vb) = _leading(one, threshold), _leading(other, threshold)
        total += float(((ua.T @ ub) * (va @ vb.T)).sum())
        count += min(ua.shape[1], ub.shape[1])
    return total / count


def check_same_shape(a: Mlp, b: Mlp) -> None:
    """Raise InputError unless both networks have layers of the same widths."""
    if a.sizes != b.sizes:
        raise InputError(f"Expected two networks of one shape to merge; got widths {a.sizes} and {b.sizes}.")


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


def _leading(kernel: Doubles, threshold: float) -> tuple[Doubles, Doubles]:
    u, s, vt = np.linalg.svd(kernel, full_matrices=False)
    kept = s >= threshold * s[0]
    return u[:, kept], vt[kept]

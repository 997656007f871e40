"""Small classifiers as plain arrays: what mixing, permuting and comparing their weights is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.base.errors import InputError


@dataclass(frozen=True)
class Mlp:
    """Linear layers with relu between them. kernels: each (in, out); biases: each (out,)."""

    kernels: tuple[Doubles, ...]
    biases: tuple[Doubles, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Width of the input, of every hidden layer, and of the output."""
        return (self.kernels[0].shape[0], *(kernel.shape[1] for kernel in self.kernels))

    def logits(self, x: Vectors) -> Doubles:
        """(n, out) of (n, in) rows."""
        found: Doubles = np.asarray(x, dtype=np.float64)
        for place, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            found = found @ kernel + bias
            if place < len(self.kernels) - 1:
                found = np.maximum(found, 0)
        return found


def check_same_shape(a: Mlp, b: Mlp) -> None:
    """Raise InputError unless both networks have layers of the same widths."""
    if a.sizes != b.sizes:
        raise InputError(f"Expected two networks of one shape to merge; got widths {a.sizes} and {b.sizes}.")


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


def mixed(a: Mlp, b: Mlp, share: float) -> Mlp:
    """(1 - share) a + share b, weight by weight."""
    check_same_shape(a, b)
    kernels = tuple((1 - share) * one + share * other for one, other in zip(a.kernels, b.kernels, strict=True))
    biases = tuple((1 - share) * one + share * other for one, other in zip(a.biases, b.biases, strict=True))
    return Mlp(kernels, biases)


def distance(a: Mlp, b: Mlp) -> float:
    """Euclidean distance of all kernels and biases."""
    check_same_shape(a, b)
    pairs = zip((*a.kernels, *a.biases), (*b.kernels, *b.biases), strict=True)
    return float(np.sqrt(sum(float(np.square(one - other).sum()) for one, other in pairs)))


def loss_and_accuracy(net: Mlp, x: Vectors, labels: Rows) -> tuple[float, float]:
    """Mean cross-entropy in nats, and share of right answers, of (n, in) rows with (n,) class numbers."""
    from scipy.special import logsumexp

    logits = net.logits(x)
    losses = logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())

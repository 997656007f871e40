"""What lies between two networks of one shape: mixtures of their weights, and how far their directions agree."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.replacing.merging.mlp import Mlp, check_same_shape, mixed


@dataclass(frozen=True)
class Mixtures:
    """On the way from A to B: (s,) shares of B from 0 to 1, loss and accuracy of the mixture at each."""

    shares: Doubles
    losses: Doubles
    accuracies: Doubles

    @property
    def barrier(self) -> float:
        """How far the loss rises above the straight line between its ends, at most; 0 or more as the ends count."""
        return float((self.losses - ((1 - self.shares) * self.losses[0] + self.shares * self.losses[-1])).max())


def mixtures(a: Mlp, b: Mlp, score: Callable[[Mlp], tuple[float, float]], steps: int = 25) -> Mixtures:
    """(loss, accuracy) of `steps` mixtures at equal distances, both ends included."""
    shares = np.linspace(0, 1, steps)
    found = np.array([score(mixed(a, b, float(share))) for share in shares])
    return Mixtures(shares, found[:, 0], found[:, 1])


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


def _leading(kernel: Doubles, threshold: float) -> tuple[Doubles, Doubles]:
    u, s, vt = np.linalg.svd(kernel, full_matrices=False)
    kept = s >= threshold * s[0]
    return u[:, kept], vt[kept]

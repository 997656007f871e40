"""Centred kernel alignment (Kornblith et al. 2019): how alike the two tables of products between items are.

Linear CKA is found in feature space, from sums of products of dimensions, never from the table of all items.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.features.compare.moments import Doubles, Moments, checked_moments


def linear_cka(x: NDArray[Any], y: NDArray[Any], *, debiased: bool = False) -> float:
    """Linear CKA of x (n, d) and y (n, e): 1 for a rotation or scaling of the same vectors, near 0 for unrelated ones.

    debiased: with the unbiased estimate of HSIC (Szekely & Rizzo 2014; Song et al. 2012), which may be below 0.
    Vectors may be memory-mapped and of half precision. InputError as in `check_pair`.
    """
    found = checked_moments(x, y)
    return debiased_cka(found) if debiased else biased_cka(found)


def biased_cka(m: Moments) -> float:
    """||X'Y||^2 / (||X'X|| ||Y'Y||) for centred X and Y, Frobenius norms (Kornblith et al. 2019, equation 6)."""
    return float(_norm2(m.cross) / np.sqrt(_norm2(m.x.covariance) * _norm2(m.y.covariance)))


def debiased_cka(m: Moments) -> float:
    """Unbiased HSIC(X, Y) over the root of HSIC(X, X) HSIC(Y, Y); negative values mean less alike than by chance.

    For centred rows with squared lengths k and l, unbiased HSIC times n (n - 3) is
    ||X'Y||^2 - n / (n - 2) sum k l + sum k sum l / ((n - 1)(n - 2)): the table of items is not needed.
    """
    own = _hsic(m.n, _norm2(m.x.covariance), m.x.squares, m.x.norms, m.x.norms)
    other = _hsic(m.n, _norm2(m.y.covariance), m.y.squares, m.y.norms, m.y.norms)
    shared = _hsic(m.n, _norm2(m.cross), m.mixed, m.x.norms, m.y.norms)
    return float(shared / np.sqrt(own * other)) if own > 0 and other > 0 else float("nan")


def cka_angle(m: Moments) -> float:
    """The angle between the two centred tables of products, arccos of biased CKA, in radians (Williams et al. 2021)."""
    return float(np.arccos(np.clip(biased_cka(m), 0.0, 1.0)))


def rbf_cka_of_distances(x: Doubles, y: Doubles) -> float:
    """Biased CKA of exp(-d^2 / (2 median d^2)) for (m, m) squared distances (Kornblith et al. 2019, bandwidth 1)."""
    left, right = (_centred(np.exp(-square / (2 * np.median(square)))) for square in (x, y))
    return float((left * right).sum() / np.sqrt((left * left).sum() * (right * right).sum()))


def _centred(kernel: Doubles) -> Doubles:
    means = kernel.mean(axis=0)
    centred: Doubles = kernel - means[:, None] - means[None, :] + means.mean()
    return centred


def _hsic(n: int, product: float, mixed: float, k: float, l: float) -> float:  # noqa: E741
    return product - n / (n - 2) * mixed + k * l / ((n - 1) * (n - 2))


def _norm2(matrix: Doubles) -> float:
    return float(np.einsum("ij,ij->", matrix, matrix))

"""Centred kernel alignment (Kornblith et al. 2019): how alike the two tables of products between items are.

Linear CKA is found in feature space, from sums of products of dimensions, never from the table of all items.
"""

import numpy as np

from explorer.base.arrays import Doubles, Vectors
from explorer.features.compare.centred import CENTRING, COST, TURN, Centred, of_moments
from explorer.features.compare.method import Measure
from explorer.features.compare.moments import PRECISE_ITEMS, Moments, checked_moments
from explorer.features.compare.pairs import MOST, Pairs


def linear_cka(x: Vectors, y: Vectors, *, debiased: bool = False) -> float:
    """Linear CKA of x (n, d) and y (n, e): 1 for a rotation or scaling of the same vectors, near 0 for unrelated ones.

    debiased: with the unbiased estimate of HSIC (Szekely & Rizzo 2014; Song et al. 2012), which may be below 0.
    Vectors may be memory-mapped and of half precision. InputError as in `check_pair`.
    """
    found = checked_moments(x, y, precise=np.float64 in (x.dtype, y.dtype) or len(x) <= PRECISE_ITEMS)
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


def rbf_cka(pairs: Pairs) -> float:
    """Biased CKA of exp(-d^2 / (2 median d^2)), d the distance of two items (Kornblith et al. 2019, bandwidth 1)."""
    squares = (side.of("squared") for side in (pairs.x, pairs.y))
    left, right = (_centred(np.exp(-square / (2 * np.median(square)))) for square in squares)
    return float((left * right).sum() / np.sqrt((left * left).sum() * (right * right).sum()))


def _centred(kernel: Doubles) -> Doubles:
    means = kernel.mean(axis=0)
    centred: Doubles = kernel - means[:, None] - means[None, :] + means.mean()
    return centred


def _hsic(n: int, product: float, mixed: float, k: float, l: float) -> float:  # noqa: E741
    return product - n / (n - 2) * mixed + k * l / ((n - 1) * (n - 2))


def _norm2(matrix: Doubles) -> float:
    return float(np.einsum("ij,ij->", matrix, matrix))


MEASURES = [
    Measure(
        name="cka_debiased",
        label="Linear CKA, debiased",
        group="CKA",
        family=Centred,
        score=of_moments(debiased_cka),
        formula="HSIC(A, B) / √(HSIC(A, A) · HSIC(B, B)), unbiased estimates of HSIC with linear kernels",
        centring=CENTRING,
        invariant=TURN,
        cost=COST,
        meaning="0 is chance at any number of items. Led by the few directions with most variance: above 0.9 these "
        "agree, though small ones may differ.",
        source="Kornblith et al. 2019; Székely & Rizzo 2014",
        worst=-1.0,
        items_per_dimension=0.5,
    ),
    Measure(
        name="cka",
        label="Linear CKA, biased",
        group="CKA",
        family=Centred,
        score=of_moments(biased_cka),
        formula="‖AᵀB‖² / (‖AᵀA‖ · ‖BᵀB‖)",
        centring=CENTRING,
        invariant=TURN,
        cost=COST,
        meaning="The form most papers report. With few items for many dimensions it is high for anything: compare "
        "with the shuffled value, not with 0.",
        source="Kornblith et al. 2019",
        items_per_dimension=5,
    ),
    Measure(
        name="cka_angle",
        label="Angle of linear CKA",
        group="CKA",
        family=Centred,
        score=of_moments(cka_angle),
        formula="arccos(biased linear CKA), in radians",
        centring=CENTRING,
        invariant=TURN,
        cost=COST,
        meaning="0 is the same up to rotation and scale, π/2 = 1.57 nothing shared. A metric, so that several models "
        "can be laid out by it.",
        source="Williams et al. 2021",
        best=0.0,
        worst=np.pi / 2,
        higher=False,
        metric=True,
        items_per_dimension=5,
    ),
    Measure(
        name="cka_rbf",
        label="CKA with an RBF kernel",
        group="CKA",
        family=Pairs,
        score=rbf_cka,
        formula="biased CKA of exp(−d² / 2 median d²)",
        centring="the kernel table is centred",
        invariant="rotation, reflection, scale, shift",
        cost=f"O(m²) pairs of a sample of at most {MOST} items",
        meaning="Sees curved structure that linear CKA misses; read it beside the shuffled value.",
        source="Kornblith et al. 2019",
        items_per_dimension=1,
        most=MOST,
    ),
]

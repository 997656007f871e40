"""A turn from one space into another, found from images that both models have seen, and used on texts as well.

Source: canonicalising multimodal representations: orthogonal Procrustes on centred unit vectors of paired images.
"""

import numpy as np

from explorer.base.arrays import Vectors
from explorer.features.replacing.bridge.linear import LinearBridge, centred
from explorer.features.replacing.bridge.method import BridgeMethod


def orthogonal_bridge(x: Vectors, y: Vectors) -> LinearBridge:
    """The turn R with the least ||(X - mean) R - (Y - mean)|| of paired (n, d) and (n, e) rows: U V' of the SVD of X'Y.

    Rows are divided by their lengths first. Of unequal length, R has orthonormal rows (d < e) or columns (d > e): the
    shorter space keeps its shape inside the longer one, as if its vectors were filled up with zeros.
    Raises InputError for unpaired rows or fewer than 2.
    """
    a, b, mean_a, mean_b = centred(x, y)
    u, _, vt = np.linalg.svd(a.T @ b, full_matrices=False)
    return LinearBridge(np.asarray(u @ vt, dtype=np.float64), mean_a, mean_b, len(a))


ORTHOGONAL = BridgeMethod(
    name="orthogonal",
    label="Turned (orthogonal)",
    formula="(x − mean of A) R + mean of B, R = U Vᵀ of (A − mean)ᵀ(B − mean) = U Σ Vᵀ",
    source="Canonicalizing multimodal representations (Sharut)",
    needs=("joint", "anchors"),
    baseline="ridge",
    trained="in closed form on the anchors, no text is used",
    fit=orthogonal_bridge,
)

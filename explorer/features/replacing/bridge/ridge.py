"""Any linear map from one space into another, with a penalty: what a turn must beat."""

import numpy as np

from explorer.base.arrays import Vectors
from explorer.features.replacing.bridge.linear import LinearBridge, centred
from explorer.features.replacing.bridge.method import BridgeMethod

RIDGE_PENALTY = 1e-2
"""In units of the mean squared length of an anchor along one dimension."""


def ridge_bridge(x: Vectors, y: Vectors, penalty: float = RIDGE_PENALTY) -> LinearBridge:
    """(X'X + p s I)^-1 X'Y of paired (n, d) and (n, e) rows, s the mean squared length along one dimension of X.

    Raises InputError for unpaired rows or fewer than 2.
    """
    a, b, mean_a, mean_b = centred(x, y)
    gram = a.T @ a
    gram[np.diag_indices(len(gram))] += penalty * max(float(np.trace(gram)) / len(gram), 1e-12)
    return LinearBridge(np.asarray(np.linalg.solve(gram, a.T @ b), dtype=np.float64), mean_a, mean_b, len(a))


RIDGE = BridgeMethod(
    name="ridge",
    label="Any linear map (ridge)",
    formula="(x − mean of A) M + mean of B, M = (AᵀA + p s I)⁻¹ AᵀB, p = 0.01",
    needs=("joint", "anchors"),
    baseline="before",
    trained="in closed form on the anchors, no text is used",
    fit=ridge_bridge,
)

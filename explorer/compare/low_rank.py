"""What is left of a representation when only its leading directions are kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import InputError


def low_rank(x: NDArray[Any], dimensions: int) -> NDArray[np.float64]:
    """The rows of x (n, d) cut to its leading principal `dimensions`, in its own coordinates; the mean is added back.

    Raises InputError for less than one dimension.
    """
    if dimensions < 1:
        raise InputError(f"dimensions: expected at least 1, got {dimensions}.")
    array = np.asarray(x, dtype=np.float64)
    mean = array.mean(axis=0)
    u, s, vh = np.linalg.svd(array - mean, full_matrices=False)
    return np.asarray((u[:, :dimensions] * s[:dimensions]) @ vh[:dimensions] + mean)

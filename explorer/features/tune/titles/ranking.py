"""Where the meant entry stands among all of a closed list."""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows

KS = (1, 5, 10)
Doubles = NDArray[np.float64]


def best_of_entries(similar: NDArray[np.float32], codes: Rows, entries: int) -> NDArray[np.float32]:
    """(q, e) similarity of each entry: that of the nearest of its texts; minus infinity for one without any.

    similar: (q, n) similarities to n texts. codes: (n,) entry of each.
    """
    order = np.argsort(codes, kind="stable")
    there, starts = np.unique(codes[order], return_index=True)
    found = np.full((len(similar), entries), -np.inf, dtype=np.float32)
    found[:, there] = np.maximum.reduceat(similar[:, order], starts, axis=1)
    return found


def recalls(scores: NDArray[np.float32], meant: Rows, ks: tuple[int, ...] = KS) -> dict[int, Doubles]:
    """For each k, (q,) whether the meant entry is among the first k of (q, e) scores.

    Entries with equal scores share their places: of three for two places each has 2/3.
    """
    own = scores[np.arange(len(scores)), meant][:, None]
    ahead, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return {k: np.where(np.isfinite(own[:, 0]), np.clip((k - ahead) / tied, 0.0, 1.0), 0.0) for k in ks}

"""Batches for losses that compare the items of a batch with each other."""

import numpy as np

from explorer.base.arrays import Rows


def balanced_batch(codes: Rows, groups: int, per_group: int, rng: np.random.Generator) -> Rows:
    """Rows of a batch: up to `per_group` items each of up to `groups` random groups of the (n,) `codes`."""
    chosen = rng.permutation(np.unique(codes))[:groups]
    return np.concatenate([rng.permutation(np.flatnonzero(codes == one))[:per_group] for one in chosen])

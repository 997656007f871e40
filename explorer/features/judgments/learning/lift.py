"""One more coordinate, the same for all items: on the sphere it lifts them to, distances are all but straight ones.

SIRL (Bobu et al. 2023) learns squared distances, but a model's vectors have length 1. Without this coordinate a head
that drops what people do not look at can tell directions alone: how far items lie from the middle is divided out.
"""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats

if TYPE_CHECKING:
    import torch

HEIGHT = 1.0


def lifted(rows: "torch.Tensor") -> "torch.Tensor":
    """(b, d + 1) of (b, d) rows."""
    import torch

    return torch.cat([rows, torch.full((len(rows), 1), HEIGHT)], 1)


def lifted_arrays(weight: Floats) -> tuple[Floats, Floats]:
    """A last layer (e, h) without a bias as the weight (e + 1, h) and the bias (e + 1,) that do the same."""
    wide = np.concatenate([weight, np.zeros((1, weight.shape[1]), dtype=np.float32)])
    return wide, np.append(np.zeros(len(weight)), HEIGHT).astype(np.float32)

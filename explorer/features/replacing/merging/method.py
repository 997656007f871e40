"""What a way of merging two networks is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.features.replacing.merging.mlp import Mlp
from explorer.features.replacing.method import Method

TRAINED = "the two classifiers: Adam, rate 0.003, weight decay 0.0001, 30 epochs, batches of 128, one seed each"


@dataclass(frozen=True, kw_only=True)
class MergeMethod(Method):
    """ready: B as it is mixed with A: it must answer as B does. Takes A, B and a random generator."""

    ready: Callable[[Mlp, Mlp, np.random.Generator], Mlp]
    view: str = "merging"

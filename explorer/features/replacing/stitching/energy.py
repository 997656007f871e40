"""Free energy of a classifier's answers: low for inputs like those it was trained on (Liu et al. 2020)."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Vectors
from explorer.base.errors import InputError

KEPT = 0.95
"""Share of held-out genuine activations that a threshold lets pass."""


def energies(logits: Vectors, temperature: float = 1.0) -> Doubles:
    """(n,) E = -T logsumexp(logits / T) over the classes of (n, classes) logits."""
    from scipy.special import logsumexp

    found: Doubles = -temperature * logsumexp(np.asarray(logits, dtype=np.float64) / temperature, axis=1)
    return found


@dataclass(frozen=True)
class Threshold:
    """Energies above `value` are out of distribution; `share_of_genuine` of fresh genuine ones are too (aim: 5 %)."""

    value: float
    share_of_genuine: float

    def share_above(self, found: Vectors) -> float:
        """Share of the (n,) energies that count as out of distribution, 0 to 1."""
        return float((np.asarray(found) > self.value).mean())


def choose_threshold(genuine: Vectors, kept: float = KEPT) -> Threshold:
    """The energy that `kept` of one half of the (n,) genuine energies stay below; the other half checks it.

    Raises InputError for fewer than 20: the 95th percentile of a few numbers says nothing.
    """
    if len(genuine) < 20:
        raise InputError(
            f"The energy detector needs at least 20 held-out items to set its threshold; got {len(genuine)}."
        )
    value = float(np.quantile(genuine[0::2], kept))
    return Threshold(value, float((genuine[1::2] > value).mean()))

"""From a score of a pair to the probability that both are the same."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask


@dataclass(frozen=True)
class Calibration:
    """Platt 1999: probability = 1 / (1 + exp(−(slope · score + offset))), fitted on other pairs than asked about."""

    slope: float
    offset: float

    def probabilities(self, scores: Floats) -> Floats:
        """(n,) probabilities of (n,) scores."""
        raised = np.clip(self.slope * np.asarray(scores, dtype=np.float64) + self.offset, -50, 50)
        return np.asarray(1 / (1 + np.exp(-raised)), dtype=np.float32)


def calibrated(scores: Floats, similar: Mask) -> Calibration:
    """The logistic curve that fits (n,) scores best to whether the pairs are the same; both kinds must be there."""
    from sklearn.linear_model import LogisticRegression

    spread = float(np.std(scores)) or 1.0
    middle = float(np.mean(scores))
    found = LogisticRegression(C=100.0).fit(((scores - middle) / spread)[:, None], similar)
    slope = float(found.coef_[0, 0]) / spread
    return Calibration(slope, float(found.intercept_[0]) - slope * middle)

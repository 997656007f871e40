"""From which agreement on two items count as copies, proposed from the agreements of all pairs."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats

FALSE = 0.05  # wanted share of chance pairs among those found
BANDS = (0.5, 0.6, 0.7)  # agreements that pictures of one kind reach, and copies hardly ever miss
SLOWEST = 1.0
LOWEST, HIGHEST, STEP = 0.6, 0.98, 0.01
FEW, FEW_PICTURES, FEW_VECTORS = 20, 0.7, 0.95


@dataclass(frozen=True)
class Proposal:
    """A threshold, how many pairs reach it, how many of them are expected by chance, and why, in sentences."""

    threshold: float
    found: int
    chance: float
    why: str


def propose_for_pictures(scores: Floats) -> Proposal:
    """The least threshold of which at most 5 % of the pairs found are expected by chance, from 0.6 on.

    scores: (m,) agreements of all pairs that were looked at. Chance is read off where copies are rare: from 0.5 to 0.6
    and on to 0.7 pairs become fewer by some factor a step of arctanh (Fisher's z), and are taken to go on so.
    """
    counts = np.histogram(scores, BANDS)[0] + 0.5
    if counts.sum() < FEW:
        why = f"Hardly any two pictures merely resemble each other: {int(counts.sum() - 1)} pairs from 0.5 to 0.7."
        return Proposal(FEW_PICTURES, int((scores >= FEW_PICTURES).sum()), 0.0, why)
    ends = np.arctanh(BANDS)
    density = counts / np.diff(ends)
    rate = max(float(np.log(density[0] / density[1]) / np.diff(ends).mean()), SLOWEST)
    middle = ends[1:].mean()
    chance_from = {t: float(density[1] / rate * np.exp(-rate * (np.arctanh(t) - middle))) for t in _steps()}
    found = _least(scores, chance_from)
    usual = (
        f"{int(counts[0]):,} pairs agree by 0.5 to 0.6 and {int(counts[1]):,} by 0.6 to 0.7, hardly any of them copies"
    )
    return Proposal(*found, _why(usual, *found))


def propose_for_vectors(nearest: Floats, scores: Floats) -> Proposal:
    """As `propose_for_pictures`, for cosines.

    nearest: (r,) cosine of each item with its nearest other; their lower half, which holds no copies unless more than
    half the items have one, gives the centre and spread of chance, as normal in arctanh of the cosine (Fisher's z).
    """
    from scipy.stats import norm

    if len(nearest) < FEW:
        why = f"There are too few items to tell what is usual here ({len(nearest)})."
        return Proposal(FEW_VECTORS, int((scores >= FEW_VECTORS).sum()), 0.0, why)
    z = np.arctanh(np.clip(nearest.astype(np.float64), -0.999999, 0.999999))
    quarter, middle = np.quantile(z, [0.25, 0.5])
    spread = max((middle - quarter) / 0.6745, 1e-6)
    ends = {t: float(len(z) * norm.sf((np.arctanh(t) - middle) / spread)) for t in (*_steps(), 0.985, 0.99, 0.995)}
    found = _least(scores, ends)
    usual = f"the nearest other item of half the items has a cosine of at most {np.tanh(middle):.2f}"
    return Proposal(*found, _why(usual, *found))


def _steps() -> list[float]:
    return [round(float(t), 2) for t in np.arange(LOWEST, HIGHEST + STEP / 2, STEP)]


def _least(scores: Floats, chance_from: dict[float, float]) -> tuple[float, int, float]:
    for threshold, chance in chance_from.items():
        found = int((scores >= threshold).sum())
        if chance <= FALSE * found:
            return threshold, found, chance
    return threshold, found, chance


def _why(usual: str, threshold: float, found: int, chance: float) -> str:
    expected = f"{chance:.0f}" if chance >= 1 else "less than 1"
    return f"Here {usual}; going by that, {expected} of the {found:,} pairs from {threshold:.2f} on are chance."

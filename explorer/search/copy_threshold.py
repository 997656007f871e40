"""From which agreement on two items count as copies, proposed from the agreements of all pairs."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats

FALSE = 0.05  # wanted share of chance pairs among those found
BANDS = (0.5, 0.6, 0.7)  # agreements that pictures of one kind reach, and copies hardly ever miss
SPREADS = (0.15, 1.0)  # of arctanh, at least and at most
LOWEST, HIGHEST, STEP = 0.68, 0.98, 0.01
FEW, FEW_PICTURES, FEW_VECTORS = 20, 0.7, 0.95


@dataclass(frozen=True)
class Proposal:
    """A threshold, how many reach it (pairs of pictures, items by vectors), how many of them by chance, why."""

    threshold: float
    found: int
    chance: float
    why: str


def propose_for_pictures(scores: Floats) -> Proposal:
    """The least threshold of which at most 5 % of the pairs found are expected by chance, from 0.68 on.

    scores: (m,) agreements of all pairs that were looked at. An agreement is a correlation; of pictures that merely
    resemble each other its arctanh (Fisher's z) is about normal around 0. The spread follows from how many agree by 0.5
    to 0.6 and by 0.6 to 0.7, where copies are rare, and tells how many of them agree by more.
    """
    less, more = (int(count) for count in np.histogram(scores, BANDS)[0])
    if less + more < FEW:
        why = f"Hardly any two pictures merely resemble each other: {less + more} pairs agree by 0.5 to 0.7."
        return Proposal(FEW_PICTURES, int((scores >= FEW_PICTURES).sum()), 0.0, why)
    spread = _spread((less + 0.5) / (more + 0.5))
    each = (more + 0.5) / _between(BANDS[1], BANDS[2], spread)
    found = _least(scores, {t: float(each * _between(t, 1.0, spread)) for t in _steps()})
    usual = f"{less:,} pairs agree by 0.5 to 0.6 and {more:,} by 0.6 to 0.7, hardly any of them copies"
    return Proposal(*found, _why(usual, *found))


def _between(low: float, high: float, spread: float) -> float:
    """Share of agreements from `low` to `high` when their arctanh is normal around 0."""
    from scipy.stats import norm

    return float(norm.sf(np.arctanh(low) / spread) - (norm.sf(np.arctanh(high) / spread) if high < 1 else 0.0))


def _spread(ratio: float) -> float:
    """The spread at which the lower band holds `ratio` times as many as the upper."""
    from scipy.optimize import brentq

    def missed(spread: float) -> float:
        return _between(*BANDS[:2], spread) / _between(*BANDS[1:], spread) - ratio

    low, high = SPREADS
    if missed(high) > 0:
        return high
    return low if missed(low) < 0 else float(brentq(missed, low, high))


def propose_for_vectors(nearest: Floats) -> Proposal:
    """As `propose_for_pictures`, for cosines, and counting items that have a copy: chance is known for each item.

    nearest: (r,) cosine of each item with its nearest other; their lower half, which holds no copies unless more than
    half the items have one, gives the centre and spread of chance, as normal in arctanh of the cosine (Fisher's z).
    """
    from scipy.stats import norm

    if len(nearest) < FEW:
        why = f"There are too few items to tell what is usual here ({len(nearest)})."
        return Proposal(FEW_VECTORS, int((nearest >= FEW_VECTORS).sum()), 0.0, why)
    z = np.arctanh(np.clip(nearest.astype(np.float64), -0.999999, 0.999999))
    quarter, middle = np.quantile(z, [0.25, 0.5])
    spread = max((middle - quarter) / 0.6745, 1e-6)
    ends = {t: float(len(z) * norm.sf((np.arctanh(t) - middle) / spread)) for t in (*_steps(), 0.985, 0.99, 0.995)}
    found = _least(nearest, ends)
    usual = f"the nearest other item of half the items has a cosine of at most {np.tanh(middle):.2f}"
    return Proposal(*found, _why(usual, *found, what="items that have one"))


def _steps() -> list[float]:
    return [round(float(t), 2) for t in np.arange(LOWEST, HIGHEST + STEP / 2, STEP)]


def _least(scores: Floats, chance_from: dict[float, float]) -> tuple[float, int, float]:
    for threshold, chance in chance_from.items():
        found = int((scores >= threshold).sum())
        if chance <= FALSE * found:
            return threshold, found, chance
    return threshold, found, chance


def _why(usual: str, threshold: float, found: int, chance: float, what: str = "pairs") -> str:
    if chance > FALSE * found:
        return f"Here {usual}: so many resemble each other that copies hardly stand out, and only the surest count."
    expected = f"{chance:.0f}" if chance >= 1 else "less than 1"
    return f"Here {usual}; going by that, {expected} of the {found:,} {what} from {threshold:.2f} on are chance."

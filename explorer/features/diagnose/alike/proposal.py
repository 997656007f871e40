"""From which cosine two items count as the same thing, proposed from the cosines of all pairs. Pure."""

import numpy as np

from explorer.features.diagnose.alike.links import Links
from explorer.search.copy_threshold import Proposal, propose_for_vectors

STEP, RISE, LEAST = 0.02, 2, 10  # on both sides of a valley are at least twice as many pairs as in it, and ten more


def propose(found: Links) -> Proposal:
    """The valley between pairs that merely resemble each other and pairs of the same thing, where there is one.

    Else the cosine from which few items have so near another one by chance, which takes most items to have no copy.
    """
    place = _valley(found)
    if place is None:
        return _unlikely(found)
    low, high, inside = place
    cosine = round((low + high) / 2, 2)
    count = int((found.cosines >= cosine).sum())
    why = (
        f"Few pairs have a cosine between {low:.2f} and {high:.2f} ({inside:,}), and far more both below and above: "
        f"the {count:,} pairs from {cosine:.2f} on are of another kind."
    )
    return Proposal(cosine, count, 0.0, why)


def _unlikely(found: Links) -> Proposal:
    by_items = propose_for_vectors(found.nearest)
    cosine = max(by_items.threshold, round(found.floor + 0.005, 2))
    count, items = int((found.cosines >= cosine).sum()), int((found.nearest >= cosine).sum())
    half = float(np.median(found.nearest)) if len(found.nearest) else 0.0
    have = f"{items:,} have one from {cosine:.2f} on, more than its spread explains" if items else ""
    told = have or f"none has one from {cosine:.2f} on, where its spread ends"
    why = (
        f"There is no gap between cosines of what merely resembles and of what is the same. Half the items have no "
        f"other nearer than {abs(half) if abs(half) < 0.005 else half:.2f}; {told}."
    )
    return Proposal(cosine, count, by_items.chance, why)


def _valley(found: Links) -> tuple[float, float, int] | None:
    """(low, high, pairs in it) of the emptiest stretch of cosines with more pairs on both sides; None without one."""
    edges = np.arange(found.floor, 1 + STEP, STEP)
    counts = np.histogram(np.minimum(found.cosines, 1), edges)[0]
    if len(counts) < 3:
        return None
    before = np.maximum.accumulate(counts)[:-2]
    after = np.maximum.accumulate(counts[::-1])[::-1][2:]
    inner = counts[1:-1]
    deep = np.minimum(before, after) >= RISE * inner + LEAST
    if not deep.any():
        return None
    least = inner[deep].min()
    first = int(np.flatnonzero(deep & (inner == least))[0])
    last = first
    while last + 1 < len(inner) and deep[last + 1] and inner[last + 1] == least:
        last += 1
    return float(edges[first + 1]), float(edges[last + 2]), int(inner[first : last + 1].sum())

"""What the look at an index's health found, in sentences for people."""

from explorer.features.diagnose.health.orders import ORDERS
from explorer.features.diagnose.health.report import Health
from explorer.index import QueryKind

LEAST_TOLD = 0.0005
"""A smaller difference reads as nothing: 0.0 points."""
KINDS: dict[str, str] = {"item": "items", "text": "texts"}


def bins_words(found: Health, ef: int) -> str:
    """How recall goes with the dimension of the query, for each kind."""
    lines = []
    for kind in found.kinds:
        bins = [one for one in found.bins if (one.kind, one.ef) == (kind, ef)]
        if len(bins) > 1:
            first, last = bins[0], bins[-1]
            lines.append(
                f"Queries by {KINDS[kind]}: recall {first.recall:.1%} where the dimension is lowest ({first.least:.0f} "
                f"to {first.most:.0f}), {last.recall:.1%} where it is highest ({last.least:.0f} to {last.most:.0f})."
            )
    return " ".join(lines) or "No query has an intrinsic dimension: its nearest items are all copies."


def order_words(found: Health, kind: QueryKind, ef: int) -> str:
    """Which orders differ from random order by more than seeds do."""
    real, worse = [], False
    for name in found.orders:
        difference, apart = found.verdict(name, kind, ef)
        if name != "random" and apart and abs(difference) >= LEAST_TOLD:
            real.append(f"{ORDERS[name]} {100 * difference:+.1f}".replace("-", "−"))
            worse = worse or difference < 0
    if not real:
        return (
            f"The order does not matter here: with {found.seeds} seeds each, no order lies wholly above or below "
            "random order."
        )
    told = "; ".join(real)
    said = f"Against random order, in points: {told}, more than the {found.seeds} seeds differ among themselves."
    return f"{said} Building in random order is the safe choice." if worse else said

"""How an index that is not exact answers a query: by itself, asked for more than is wanted, or not at all."""

from dataclasses import dataclass

from explorer.index.contract import Way
from explorer.index.exact import FAST

OVERSAMPLING = 1.5
WIDEST = 2000  # most neighbours asked of the index for one query


@dataclass(frozen=True)
class Plan:
    """One of the `WAYS`. wide: neighbours to ask for, ef: candidates to keep for them; both 0 where search is exact."""

    way: Way
    wide: int = 0
    ef: int = 0


def plan(k: int, *, items: int, available: int, dim: int, ef: int, filtered: bool) -> Plan:
    """Decide how to find the `k` nearest of the `available` of `items` items with vectors of length `dim`.

    ef: candidates that the index keeps for 10 neighbours; beyond k it keeps as many as beyond 10. 0: search exactly.
    Exact too where so few are available that comparing them is fast, or nearly all would be asked for.
    """
    exact = Plan("subset" if filtered else "all")
    if filtered and available * dim <= FAST:
        return exact
    wide = int(OVERSAMPLING * k * items / max(1, available)) + 1 if filtered else k
    kept = max(ef, ef + wide - 10)
    if not ef or wide > WIDEST or kept >= available:
        return exact
    return Plan("over-fetch" if filtered else "index", wide, kept)

"""What pages and commands ask of near copies: links of a list, groups by each way, agreement, drift, rates. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.features.diagnose.contract import (
    Agreement,
    Chain,
    Drift,
    Links,
    agreement_of_groups,
    agreement_of_pairs,
    chain_of,
    components,
    drift,
    links,
    louvain,
    members,
    periods_of,
    propose,
)
from explorer.features.match.copies.rates import Rate, nearest_cosines, rates_by_similarity, solved_column
from explorer.features.match.copies.rule import rule_links
from explorer.features.match.copies.similar import ndcg_of_groups
from explorer.features.match.side import Side, known_rows
from explorer.search.copy_threshold import Proposal

FLOOR, MOST, STEPS, CURVE_LINKS, SEED = 0.3, 1_000_000, 15, 20_000, 0
WAYS = {"pairs": "Raw pairs", "components": "Components", "louvain": "Louvain"}
RULE = "Characters in a row"
RULES = ((15, 0.4), (5, 0.4))
"""Characters in a row, and the least share: as published, and for short texts."""


@dataclass(frozen=True, kw_only=True)
class Copies:
    """A list of n things that are compared with each other.

    side: the things. vectors: (n, d) float32 unit rows, zeros where there is none. present: rows that have one. links:
    all pairs from a cosine of 0.3 on, the million nearest at most. proposal: from where two count as the same.
    """

    side: Side
    vectors: Floats
    present: Rows
    links: Links
    proposal: Proposal


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """What one way makes of the links. groups: of two and more, the largest first; () for raw pairs. codes: (n,) group
    of each thing. pairs: that count as the same. agreement: with the truth, None without. missing: why there is none.
    """

    groups: tuple[Rows, ...]
    codes: Rows
    pairs: int
    agreement: Agreement | None = None
    missing: str = ""


def copies_of(side: Side, vectors: Floats, advance: Callable[[int], None] = lambda _: None) -> Copies:
    """Compare every two things of a list. vectors: (n, d) unit rows, zeros or NaN where there is none.

    InputError with fewer than two.
    """
    clean = known_rows(vectors)
    present = np.flatnonzero(clean.any(axis=1)).astype(np.int64)
    if len(present) < 2:
        raise InputError(f"{side.name}: expected at least two things with a vector to compare, got {len(present)}.")
    found = links(clean, present, floor=FLOOR, most=MOST, advance=advance)
    return Copies(side=side, vectors=clean, present=present, links=found, proposal=propose(found))


def groups_by_way(copies: Copies, cosine: float, truth: Rows | None = None) -> dict[str, Grouped]:
    """Raw pairs, connected components and Louvain at a cosine. truth: (n,) codes of what is the same, -1 not known."""
    chosen, count = copies.links.from_cosine(cosine), len(copies.side)
    agreement = None if truth is None else agreement_of_pairs(chosen.first, chosen.second, truth)
    found = {
        "pairs": Grouped(groups=(), codes=np.arange(count), pairs=len(chosen.first), agreement=agreement),
        "components": _grouped(components(chosen.first, chosen.second, count), truth),
    }
    try:
        found["louvain"] = _grouped(louvain(chosen.first, chosen.second, count, SEED), truth)
    except InputError as error:
        found["louvain"] = Grouped(groups=(), codes=np.arange(count), pairs=0, missing=str(error))
    return found


def curve_by_way(copies: Copies, truth: Rows) -> dict[str, list[tuple[float, Agreement]]]:
    """(cosine, agreement) of each way from the least cosine that all pairs are known of up to 0.98."""
    found: dict[str, list[tuple[float, Agreement]]] = {name: [] for name in WAYS}
    count = len(copies.side)
    for cosine in np.linspace(max(copies.links.floor, FLOOR), 0.98, STEPS).tolist():
        chosen = copies.links.from_cosine(cosine)
        pair = (chosen.first, chosen.second)
        found["pairs"].append((cosine, agreement_of_pairs(*pair, truth, by_items=False)))
        found["components"].append((cosine, agreement_of_groups(components(*pair, count), truth, by_items=False)))
        if len(chosen.first) <= CURVE_LINKS:
            parts = louvain(*pair, count, SEED)
            found["louvain"].append((cosine, agreement_of_groups(parts, truth, by_items=False)))
    return found


def rule_agreement(texts: Sequence[str], truth: Rows) -> dict[str, Agreement]:
    """Agreement of the rule that needs no model with the truth, by its settings in words."""
    found = {}
    for letters, least in RULES:
        first, second, _ = rule_links([one.casefold() for one in texts], letters=letters, least=least)
        found[f"{letters} characters in a row, {least:g}"] = agreement_of_pairs(first, second, truth)
    return found


def worst_chain(copies: Copies, grouped: Grouped, cosine: float, most: int = 100) -> Chain | None:
    """Of the largest groups of three and more, the chain whose ends are least alike; None without such a group."""
    chosen = copies.links.from_cosine(cosine)
    chains = [chain_of(copies.vectors, chosen, one) for one in grouped.groups[:most] if len(one) > 2]
    return min(chains, key=lambda chain: chain.ends, default=None)


def truth_codes(side: Side, column: str) -> Rows:
    """(n,) codes of a column whose values tell what is the same, -1 where it is empty; InputError where all are."""
    values = side.strings(column)
    known: dict[str, int] = {}
    codes = [known.setdefault(value, len(known)) if value.strip() else -1 for value in values]
    if not known:
        raise InputError(f"{side.name}, column {column}: expected values that tell what is the same, all are empty.")
    return np.array(codes, np.int64)


def ndcg_of(copies: Copies, truth: Rows) -> Score | None:
    """NDCG@10 of the search by cosine, over things that have another of their value; None where none has."""
    known = np.full(len(truth), -1, np.int64)
    known[copies.present] = truth[copies.present]
    _, found = ndcg_of_groups(copies.vectors, known)
    return mean_score(found) if len(found) else None


def drift_between(copies: Copies, column: str) -> Drift | None:
    """How near the things of each period are to their nearest of every other; None for a column without periods."""
    periods = periods_of(copies.side.table.column(column))
    if periods is None:
        return None
    codes = np.full(len(copies.side), -1, np.int64)
    codes[copies.present] = periods.codes[copies.present]
    return drift(copies.vectors, codes, periods.names, np.random.default_rng(SEED))


def period_columns(side: Side) -> list[str]:
    """Columns that can be periods, those named like dates first."""
    names = [name for name in side.table.column_names if periods_of(side.table.column(name)) is not None]
    dated = [name for name in names if any(word in name.casefold() for word in ("date", "year", "time"))]
    return list(dict.fromkeys([*dated, *names]))


def rates_of(copies: Copies, solved: str, among: str = "", value: str = "") -> list[Rate]:
    """Shares of what was solved by the cosine to the nearest other thing.

    solved: a column, see `solved_column`. among: column and value of the things that are looked among, such as those
    trained on, which then are not counted themselves; "" for all.
    """
    right = solved_column(copies.side.strings(solved), solved)
    seen = copies.present
    if among:
        inside = np.array([one == value for one in copies.side.strings(among)], np.bool_)
        seen = seen[inside[seen]]
        right[inside] = np.nan
        if not len(seen):
            raise InputError(f"Column {among}: expected things with the value {value!r:.60} and a vector, got none.")
    return rates_by_similarity(nearest_cosines(copies.vectors, copies.present, seen), right)


def _grouped(codes: Rows, truth: Rows | None) -> Grouped:
    groups = tuple(members(codes))
    pairs = sum(len(one) * (len(one) - 1) // 2 for one in groups)
    told = None if truth is None else agreement_of_groups(codes, truth)
    return Grouped(groups=groups, codes=codes, pairs=pairs, agreement=told)

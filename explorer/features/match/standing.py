"""Links that keep to what people decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.match.assigning import Links, Rule
from explorer.features.match.deciding import decided
from explorer.features.match.service import Matched
from explorer.workspace.match_store import Pair


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Links after decisions. links: places among the candidates. rejected: places of pairs that are not the same."""

    links: Links
    rejected: Rows


def standing(matched: Matched, rule: Rule, decisions: Mapping[Pair, str]) -> Standing:
    """The links of a rule where accepted pairs are linked, rejected ones are not, and the rest is linked anew."""
    pairs, known = matched.pairs, decided(matched, decisions)
    accepted, rejected = known.places[known.same], known.places[~known.same]
    free = np.ones(len(pairs), bool)
    free[known.places] = False
    if rule.way not in ("many", "about"):
        free &= ~np.isin(pairs.left, pairs.left[accepted])
        if rule.way != "best" and rule.copies == 1:
            free &= ~np.isin(pairs.right, pairs.right[accepted])
    rest = np.flatnonzero(free)
    found = matched.with_scores(pairs.take(rest)).links(rule)
    places = np.sort(np.concatenate([rest[found.places], accepted]))
    left, right = pairs.left[places], pairs.right[places]
    used = np.concatenate([left, right]) if matched.task.same else None
    links = replace(
        found,
        places=places,
        left_alone=np.setdiff1d(np.arange(matched.sizes[0]), left if used is None else used),
        right_alone=np.setdiff1d(np.arange(matched.sizes[1]), right if used is None else used),
    )
    return Standing(links=links, rejected=rejected)

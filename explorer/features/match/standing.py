"""Links that keep to what people decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.match.assigning import Ends, Links, Rule, alone, assign
from explorer.features.match.deciding import decided, with_accepted
from explorer.features.match.service import Matched
from explorer.workspace.match_store import Pair


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Links after decisions.

    matched: the match, accepted pairs that its matcher did not propose among its pairs. links: places among these.
    accepted, rejected: places of pairs that people said are the same, or are not.
    """

    matched: Matched
    links: Links
    accepted: Rows
    rejected: Rows


def standing(matched: Matched, rule: Rule, decisions: Mapping[Pair, str]) -> Standing:
    """The links of a rule where accepted pairs are linked, rejected ones are not, and the rest is linked anew.

    What an accepted pair uses up is not linked again: its left thing where each is linked to its best, both of its
    things where they are linked once, one copy of a right thing that may be linked several times.
    """
    known = decided(matched, decisions)
    rest = np.setdiff1d(np.arange(len(matched.pairs)), known.places)
    whole = with_accepted(matched, decisions)
    now = decided(whole, decisions)
    accepted, left, right = now.places[now.same], whole.pairs.left, whole.pairs.right
    ends = Ends(left[accepted], right[accepted])
    found = assign(matched.pairs.take(rest), matched.sizes, rule, matched.task.same, standing=ends)
    free = np.setdiff1d(np.arange(len(whole.pairs)), now.places)  # the rest in the same order, among all pairs
    places = np.sort(np.concatenate([free[found.places], accepted]))
    left_alone, right_alone = alone(Ends(left[places], right[places]), matched.sizes, matched.task.same)
    links = replace(found, places=places, left_alone=left_alone, right_alone=right_alone)
    return Standing(matched=whole, links=links, accepted=accepted, rejected=now.places[~now.same])

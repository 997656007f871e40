"""What people say of pairs, and what is learned from it: a mix of the parts of the score, and a probability."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.learners import learn
from explorer.features.match.method import Candidates, pair_keys
from explorer.features.match.service import Matched
from explorer.workspace.match_store import SAME, Pair

FEWEST = 5
"""So many pairs of either kind are needed to learn from."""
MATCHER = "matcher"
"""The part that holds the score before it was learned anew."""


@dataclass(frozen=True)
class Decided:
    """Candidates that people decided. places: (m,) among the candidates. same: (m,) whether they are the same."""

    places: Rows
    same: Mask


def decided(matched: Matched, decisions: Mapping[Pair, str]) -> Decided:
    """The decided pairs that are candidates; in one list a pair counts whichever way round it was said."""
    if not decisions:
        return Decided(np.empty(0, np.int64), np.empty(0, bool))
    lefts, rights = ({one: row for row, one in enumerate(side.ids)} for side in (matched.task.left, matched.task.right))
    known = _with_both_ways(decisions) if matched.task.same else decisions
    there = [(lefts[a], rights[b], verdict == SAME) for (a, b), verdict in known.items() if a in lefts and b in rights]
    said = dict(zip(pair_keys(*np.array(there, np.int64).reshape(-1, 3)[:, :2].T).tolist(), there, strict=True))
    keys = pair_keys(matched.pairs.left, matched.pairs.right)
    places = np.flatnonzero(np.isin(keys, list(said))).astype(np.int64)
    return Decided(places, np.array([said[key][2] for key in keys[places].tolist()], bool))


def learn_mix(matched: Matched, known: Decided, method: str = "lr", seed: int = 0) -> Matched:
    """The same pairs, their scores the probability that a learner of `learners` gives them.

    InputError when fewer than 5 pairs of either kind are decided.
    """
    counts = int(known.same.sum()), int((~known.same).sum())
    if min(counts) < FEWEST:
        raise InputError(
            f"Learn from decisions: expected at least {FEWEST} accepted and {FEWEST} rejected pairs, "
            f"got {counts[0]} and {counts[1]}. Decide some more, also doubtful ones."
        )
    values = part_table(matched.pairs)
    groups = matched.pairs.left[known.places]
    model = learn(values[known.places], known.same, method=method, groups=groups, seed=seed)
    told = f"{counts[0]} accepted and {counts[1]} rejected pairs, by {model.learner.label}"
    about = {"Learned from": told, **_quality(matched.pairs.scores[known.places], model.held_out, known.same)}
    return matched.with_scores(_rescored(matched.pairs, model.probabilities(values), about))


def _quality(before: Floats, held_out: Floats | None, same: Mask) -> dict[str, str]:
    """How well the decided pairs are told apart by a mix that did not see them, beside the score before."""
    if held_out is None:
        return {}
    from sklearn.metrics import average_precision_score

    after, first = (average_precision_score(same, scores) for scores in (held_out, before))
    return {"Average precision on decided pairs": f"{after:.3f} held out, {first:.3f} by the score before"}


def part_table(pairs: Candidates) -> Floats:
    """(p, m) float32 the parts of every pair's score, the score itself where there are none."""
    parts = [values for name, values in pairs.parts.items() if name != MATCHER]
    first = pairs.parts.get(MATCHER, pairs.scores)
    return np.stack([first, *parts], axis=1).astype(np.float32)


def _rescored(pairs: Candidates, scores: Floats, about: Mapping[str, str]) -> Candidates:
    parts = {MATCHER: pairs.scores, **pairs.parts}
    kept = replace(pairs, scores=scores, parts=parts, about={**pairs.about, **about})
    return kept.take(np.lexsort((kept.right, -kept.scores, kept.left)))


def _with_both_ways(decisions: Mapping[Pair, str]) -> dict[Pair, str]:
    return {(b, a): verdict for (a, b), verdict in decisions.items()} | dict(decisions)

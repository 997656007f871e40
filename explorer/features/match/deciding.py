"""What people say of pairs, and what is learned from it: a mix of the parts of the score, and a probability."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.learners import learn
from explorer.features.match.method import Candidates, candidates, pair_keys
from explorer.features.match.service import Matched
from explorer.features.match.side import Side
from explorer.workspace.match_store import SAME, Pair

FEWEST = 5
"""So many pairs of either kind are needed to learn from."""
MATCHER = "matcher"
"""The part that holds the score before it was learned anew."""
BY_PEOPLE = "accepted by people"
"""The way by which a pair was found that people accepted and the matcher did not propose: it has no score."""


@dataclass(frozen=True)
class Decided:
    """Candidates that people decided. places: (m,) among the candidates. same: (m,) whether they are the same."""

    places: Rows
    same: Mask


def decided(matched: Matched, decisions: Mapping[Pair, str]) -> Decided:
    """The decided pairs that are candidates; in one list a pair counts whichever way round it was said."""
    said = _said(matched, decisions)
    keys = pair_keys(matched.pairs.left, matched.pairs.right)
    places = np.flatnonzero(np.isin(keys, list(said))).astype(np.int64)
    return Decided(places, np.array([said[key][2] for key in keys[places].tolist()], bool))


def of_gone(matched: Matched, decisions: Mapping[Pair, str]) -> int:
    """How many decisions are about things that are not in the lists."""
    left, right = (set(side.keys) for side in _sides(matched))
    return sum(not (a in left and b in right) for a, b in decisions)


def with_accepted(matched: Matched, decisions: Mapping[Pair, str]) -> Matched:
    """The match with accepted pairs among its pairs that the matcher did not propose, their route `BY_PEOPLE`.

    They come below all others: their score is the least of all, and none above 0; parts are NaN.
    """
    pairs, said = matched.pairs, _said(matched, decisions)
    proposed = set(pair_keys(pairs.left, pairs.right).tolist())
    lacking = [(left, right) for key, (left, right, same) in said.items() if same and key not in proposed]
    if not lacking:
        return matched
    left, right = np.array(lacking, np.int64).T
    score = min(0.0, float(pairs.scores.min(initial=0.0)))
    gap = np.full(len(lacking), np.nan, np.float32)
    whole = candidates(
        np.concatenate([pairs.left, left]),
        np.concatenate([pairs.right, right]),
        np.concatenate([pairs.scores, np.full(len(lacking), score, np.float32)]),
        routes=(*pairs.routes, BY_PEOPLE),
        route=np.concatenate([pairs.route, np.full(len(lacking), len(pairs.routes), np.int8)]),
        parts={name: np.concatenate([values, gap]) for name, values in pairs.parts.items()},
        about=pairs.about,
        proposed=pairs.proposed or len(pairs),
    )
    return matched.with_scores(whole)


def without_score(pairs: Candidates) -> Mask:
    """(p,) True for pairs that people accepted and the matcher did not propose."""
    code = pairs.routes.index(BY_PEOPLE) if BY_PEOPLE in pairs.routes else -1
    found: Mask = pairs.route == code
    return found


def verdict_of(decisions: Mapping[Pair, str], pair: Pair, same: bool) -> str:
    """SAME or OTHER as it was said of a pair, "" for nothing; same: of one list it holds whichever way round."""
    return decisions.get(pair, "") or (decisions.get(pair[::-1], "") if same else "")


def _said(matched: Matched, decisions: Mapping[Pair, str]) -> dict[int, tuple[int, int, bool]]:
    """By number of a pair its left and right row, and whether it is the same: the decisions on things that are here."""
    lefts, rights = ({key: row for row, key in enumerate(side.keys)} for side in _sides(matched))
    same = matched.task.same
    ends = {(lefts[a], rights[b]): (a, b) for a, b in decisions if a in lefts and b in rights}
    if same:
        ends = {(min(rows), max(rows)): pair for rows, pair in ends.items() if rows[0] != rows[1]}
        keys = matched.task.left.keys
        ends = {(low, high): (keys[low], keys[high]) for low, high in ends}
    rows = np.array(list(ends), np.int64).reshape(-1, 2)
    verdicts = [verdict_of(decisions, pair, same) == SAME for pair in ends.values()]
    numbers = pair_keys(rows[:, 0], rows[:, 1]).tolist()
    return {key: (*two, one) for key, two, one in zip(numbers, ends, verdicts, strict=True)}


def _sides(matched: Matched) -> tuple[Side, Side]:
    return matched.task.left, matched.task.right


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

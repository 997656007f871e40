"""The lines of the list of links that is decided on."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.app.match.review import Row
from explorer.base.arrays import Mask, Rows
from explorer.features.match.deciding import verdict_of, without_score
from explorer.features.match.method import pair_keys
from explorer.features.match.service import Matched
from explorer.features.match.standing import Standing
from explorer.workspace.match_store import OTHER, SAME, Pair

STATES = {SAME: "accepted", OTHER: "rejected"}
SHOWN = 200
"""Lines of the list at most."""
TEXT = 160
"""Characters of a text in a line."""


def lines(found: Standing, what: str, order: str, search: str) -> tuple[list[tuple[int, int]], int]:
    """Rows (left, right) of the lines that a bin shows, -1 for nothing, and how many there are without the limit.

    what: of `BINS`; things without a link come with their best candidate that is not rejected. order: of `ORDERS`.
    search: letters that one of the two texts holds.
    """
    matched = found.matched
    if what in ("left", "right"):
        pairs = _alone(matched, found, what)
    else:
        places = found.links.places if what == "links" else found.rejected
        pairs = np.stack([matched.pairs.left[places], matched.pairs.right[places], places], axis=1)
    pairs = _ordered(matched, pairs, order)
    if search.strip():
        pairs = pairs[_holding(matched, pairs, search.strip().casefold())]
    return [(int(a), int(b)) for a, b, _ in pairs[:SHOWN]], len(pairs)


def _alone(matched: Matched, found: Standing, which: str) -> Rows:
    """(k, 3) left row, right row and place of the best candidate of each thing without a link, -1 for none."""
    pairs = matched.pairs
    free = np.ones(len(pairs), bool)
    free[found.rejected] = False
    ends = [pairs.left, pairs.right] if which == "left" else [pairs.right, pairs.left]
    places = np.flatnonzero(free)
    mine, other = ends[0][places], ends[1][places]
    if matched.task.same:
        places, mine, other = np.tile(places, 2), np.concatenate([mine, other]), np.concatenate([other, mine])
    order = np.lexsort((other, -pairs.scores[places], mine))
    rows, first = np.unique(mine[order], return_index=True)
    best = dict(zip(rows.tolist(), places[order[first]].tolist(), strict=True))
    alone = found.links.left_alone if which == "left" else found.links.right_alone
    return np.array([_end(matched, row, best.get(row, -1), which) for row in alone.tolist()], np.int64).reshape(-1, 3)


def _end(matched: Matched, row: int, place: int, which: str) -> tuple[int, int, int]:
    if place >= 0:
        return int(matched.pairs.left[place]), int(matched.pairs.right[place]), place
    return (row, -1, -1) if which == "left" else (-1, row, -1)


def _ordered(matched: Matched, pairs: Rows, order: str) -> Rows:
    if order == "left" or not len(pairs):
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    scores = np.append(matched.pairs.scores, -np.inf)[pairs[:, 2]]  # the place -1 is the last: nothing was proposed
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -scores if order == "surest" else scores))]


def _holding(matched: Matched, pairs: Rows, words: str) -> Mask:
    left, right = matched.task.left, matched.task.right
    return np.array(
        [
            (a >= 0 and words in left.texts[a].casefold()) or (b >= 0 and words in right.texts[b].casefold())
            for a, b, _ in pairs
        ],
        bool,
    )


def rows_of(matched: Matched, pairs: Sequence[tuple[int, int]], decisions: Mapping[Pair, str]) -> list[Row]:
    """The lines as the component draws them."""
    places = _places(matched, pairs)
    low, high = _scale(matched)
    return [_row(matched, pair, places.get(pair, -1), decisions, (low, high)) for pair in pairs]


def _places(matched: Matched, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Places of these pairs among the candidates."""
    wanted = np.array(pairs, np.int64).reshape(-1, 2)
    keys = pair_keys(matched.pairs.left, matched.pairs.right)
    among = np.flatnonzero(np.isin(keys, pair_keys(wanted[:, 0], wanted[:, 1])))
    found = zip(matched.pairs.left[among], matched.pairs.right[among], among, strict=True)
    return {(int(a), int(b)): int(place) for a, b, place in found}


def _scale(matched: Matched) -> tuple[float, float]:
    """The ends of the scale on which scores are drawn: from nought where none is below it."""
    scores = matched.pairs.scores
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 1.0)
    return min(low, 0.0), max(high, 1e-9)


def _row(
    matched: Matched,
    pair: tuple[int, int],
    place: int,
    decisions: Mapping[Pair, str],
    scale: tuple[float, float],
) -> Row:
    a, b = pair
    left, right = matched.task.left, matched.task.right
    score = float(matched.pairs.scores[place]) if place >= 0 else float("nan")
    keys = (left.keys[a] if a >= 0 else None, right.keys[b] if b >= 0 else None)
    known = place >= 0 and not without_score(matched.pairs)[place]
    return Row(
        key=f"{a}:{b}",
        left=keys[0],
        right=keys[1],
        l=thing(left.texts[a], left.ids[a]) if a >= 0 else None,
        r=thing(right.texts[b], right.ids[b]) if b >= 0 else None,
        score=f"{score:.3f}".replace("-", "−") if known else "",
        share=(score - scale[0]) / (scale[1] - scale[0]) if known else None,
        route=matched.pairs.routes[matched.pairs.route[place]] if place >= 0 else "",
        state=state_of(decisions, keys, matched.task.same),
    )


def thing(text: str, name: str) -> str:
    """A thing in a line: its text, else its id."""
    return " ".join(text.split())[:TEXT] or name[:TEXT]


def state_of(decisions: Mapping[Pair, str], keys: tuple[str | None, str | None], same: bool) -> str:
    """accepted, rejected or ""."""
    left, right = keys
    if left is None or right is None:
        return ""
    return STATES.get(verdict_of(decisions, (left, right), same), "")

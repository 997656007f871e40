"""A reconstruction of the Excision Score: how far two revisions of a text agree in what they changed. Pure.

The idea is that of the Excision Score (2025): what original and both revisions share is taken out, and only what
diverges is compared; matching deletions count as matching insertions do. The published normalisation was not to be had:
this is a reconstruction, and its numbers are not those of the paper.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.features.match.revisions.alignment import Alignment, align, kept_of
from explorer.features.match.revisions.tokens import Tokens, numbered

FORMULA = "2 · matched changes / (changes of A + changes of B); 1 where neither changes"


@dataclass(frozen=True, kw_only=True)
class Excision:
    """What two revisions did to an original of o tokens.

    alignment: see there. dropped_a, dropped_b: (o,) tokens that a revision deleted. inserted_a (a,), inserted_b (b,):
    tokens of the revision that are new. matched_a (a,), matched_b (b,): those inserted by both at the same place.
    """

    alignment: Alignment
    dropped_a: Mask
    dropped_b: Mask
    inserted_a: Mask
    inserted_b: Mask
    matched_a: Mask
    matched_b: Mask

    @property
    def matched(self) -> int:
        """Deletions and insertions that both made."""
        return int((self.dropped_a & self.dropped_b).sum() + self.matched_a.sum())

    @property
    def changes(self) -> tuple[int, int]:
        """Deletions and insertions of each."""
        return (
            int(self.dropped_a.sum() + self.inserted_a.sum()),
            int(self.dropped_b.sum() + self.inserted_b.sum()),
        )

    @property
    def score(self) -> float:
        """0 to 1, see `FORMULA`."""
        total = sum(self.changes)
        return 2 * self.matched / total if total else 1.0


def excise(original: Tokens, reference: Tokens, candidate: Tokens) -> Excision:
    """Compare two revisions of an original: the reference A and the candidate B; which is which does not matter."""
    numbers = numbered(original.words, reference.words, candidate.words)
    aligned = align(*numbers)
    new_a, new_b = _inserted(aligned.first, len(reference)), _inserted(aligned.second, len(candidate))
    matched_a, matched_b = _matched(aligned.shared, (numbers[1], numbers[2]), (new_a, new_b))
    return Excision(
        alignment=aligned,
        dropped_a=aligned.first < 0,
        dropped_b=aligned.second < 0,
        inserted_a=new_a,
        inserted_b=new_b,
        matched_a=matched_a,
        matched_b=matched_b,
    )


def _matched(shared: Rows, texts: tuple[list[int], list[int]], new: tuple[Mask, Mask]) -> tuple[Mask, Mask]:
    """Which of the new tokens of each are new in the other, too, between the same shared ones and in the same order."""
    places = [np.flatnonzero(one) for one in new]
    between = [np.searchsorted(shared[:, side + 1], places[side]) for side in (0, 1)]
    found = (np.zeros_like(new[0]), np.zeros_like(new[1]))
    for gap in np.intersect1d(between[0], between[1]).tolist():
        mine, theirs = (places[side][slice(*np.searchsorted(between[side], [gap, gap + 1]))] for side in (0, 1))
        kept = kept_of([texts[0][place] for place in mine], [texts[1][place] for place in theirs])
        found[0][mine[kept >= 0]] = True
        found[1][theirs[kept[kept >= 0]]] = True
    return found


def _inserted(kept: Rows, length: int) -> Mask:
    new = np.ones(length, np.bool_)
    new[kept[kept >= 0]] = False
    return new

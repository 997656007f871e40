"""How good links are against links that are known to be right, as LinkOrgs counts them: over pairs of names. Pure.

Source: LinkOrgs (Jerzak and Libgober), `AssessMatchPerformance`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NamePair = tuple[str, str]


@dataclass(frozen=True)
class Assessment:
    """Counts of pairs of names; a pair that stands several times counts once. linked: pairs that were linked."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    linked: int

    @property
    def precision(self) -> float:
        """Share of the linked pairs that are right; NaN where nothing was linked."""
        return self.true_positives / self.linked if self.linked else float("nan")

    @property
    def recall(self) -> float:
        """Share of the right pairs that were linked; NaN where nothing is right."""
        right = self.true_positives + self.false_negatives
        return self.true_positives / right if right else float("nan")


def assess(
    left: Sequence[str], right: Sequence[str], links: Iterable[NamePair], truth: Iterable[NamePair]
) -> Assessment:
    """Compare links with the truth, both pairs of a left and a right name.

    left, right: all names of the two lists; a name that stands several times counts once. True negatives are the pairs
    of names that are neither linked nor right.
    """
    linked, wanted = set(links), set(truth)
    hits = len(linked & wanted)
    false, missed = len(linked) - hits, len(wanted) - hits
    pairs = len(set(left)) * len(set(right))
    return Assessment(hits, false, missed, pairs - hits - false - missed, len(linked))

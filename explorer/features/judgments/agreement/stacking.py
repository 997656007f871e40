"""Stacked models: image and text vectors side by side, the weight of the text tuned on other items."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.resampling import DRAWS
from explorer.features.judgments.agreement.scores import Agreement, agreement, headline_alone
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import rows_of

WEIGHTS = (0.0, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
LEAST_TUNING = 20
LEAST_QUESTIONS = 10
TUNING_SHARE = 0.4


@dataclass(frozen=True, kw_only=True)
class Stacked:
    """A stacked model beside its parts, all on the same questions.

    weight: of the text vectors, chosen on questions among `tuning_items` items; none of those items is in any question
    of the three scores. tuned_on: questions that the weight was chosen on.
    """

    weight: float
    tuning_items: int
    tuned_on: int
    first: Agreement
    second: Agreement
    both: Agreement


def stack(first: Similarity, second: Similarity, weight: float) -> Similarity:
    """Cosine of [a, weight · b], from the cosines of unit vectors a and b: (cos a + weight² cos b) / (1 + weight²)."""

    def similarity(one: Rows, other: Rows) -> Doubles:
        a, b = first(one, other), second(one, other)
        return np.asarray((a + weight**2 * b) / (1 + weight**2))

    return similarity


def split_by_items(asked: Asked, rng: np.random.Generator, share: float = TUNING_SHARE) -> tuple[Asked, Asked, int]:
    """Two sets of questions that share no item, and how many items the first is about.

    A random `share` of the items (at least 20, at most half of them) makes the first set; questions with items of both
    are in neither. Raises InputError when either set has fewer than 10 questions.
    """
    rows = rows_of(asked)
    items = np.unique(rows)
    count = min(max(round(share * len(items)), LEAST_TUNING), len(items) // 2)
    chosen = rng.permutation(items)[:count]
    inside = np.isin(rows, chosen).sum(1)[asked.question]
    apart = (inside == rows.shape[1], inside == 0)
    if min(len(np.unique(asked.question[one])) for one in apart) < LEAST_QUESTIONS:
        raise InputError(
            f"The weight of a stacked model is tuned on other items; {len(rows):,} questions about {len(items):,} "
            "items do not leave enough questions that share no item. Collect more answers."
        )
    return asked.take(apart[0]), asked.take(apart[1]), count


def stacked_agreement(
    first: Similarity, second: Similarity, asked: Asked, rng: np.random.Generator, draws: int = DRAWS
) -> Stacked:
    """Tune the weight on some items, and measure the stacked model and its parts on questions about the others."""
    tuning, testing, count = split_by_items(asked, rng)
    scores = [headline_alone(stack(first, second, weight), tuning) for weight in WEIGHTS]
    best = WEIGHTS[int(np.nanargmax(scores))] if np.isfinite(scores).any() else 1.0
    seed = int(rng.integers(2**32))
    image, text, both = (
        agreement(one, testing, np.random.default_rng(seed), draws)
        for one in (first, second, stack(first, second, best))
    )
    return Stacked(weight=best, tuning_items=count, tuned_on=len(rows_of(tuning)), first=image, second=text, both=both)

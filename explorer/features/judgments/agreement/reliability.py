"""How far people agree with each other and with themselves, and so how well any model could do."""

from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.features.judgments.questions import Asked, Choices, Ratings
from explorer.features.judgments.splits import rows_of

SPLITS = 100


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """How reliable the answers are; a number is None where the answers do not allow it.

    questions, answers, people: counts; doubled: questions answered by at least two people. agreement: chance that two
    people who got the same question answered it alike. alpha: Krippendorff's. half: mean correlation of two halves
    of the people over `splits` random splits, full: the same stepped up to all people, 2r / (1 + r) (Spearman-Brown).
    one: how well one person agrees with the others: for choices the share of answers like the majority of the
    others, for ratings the mean Spearman correlation with the mean of the others. best: choices only, the highest share
    of single answers that any model can foresee on the doubled questions: it knows the majority beforehand, so it is an
    upper bound.
    """

    questions: int
    answers: int
    people: int
    doubled: int
    agreement: float | None = None
    alpha: float | None = None
    half: float | None = None
    full: float | None = None
    splits: int
    one: float | None = None
    best: float | None = None


def reliability(asked: Asked, rng: np.random.Generator, splits: int = SPLITS) -> Reliability:
    """How far people agree on the questions of `asked`."""
    counts = np.bincount(asked.question)
    found = Reliability(
        questions=len(rows_of(asked)),
        answers=len(asked),
        people=len(np.unique(asked.person[asked.person >= 0])),
        doubled=int((counts > 1).sum()),
        splits=splits,
    )
    if not found.doubled:
        return found
    half = split_half(asked, rng, splits)
    found = replace(found, alpha=_alpha(asked), half=half, full=spearman_brown(half))
    if isinstance(asked, Ratings):
        return replace(found, one=one_against_others(asked))
    votes = asked.votes[counts > 1]
    total = votes.sum(1)
    pairs = (votes * (votes - 1)).sum() / (total * (total - 1)).sum()
    right, compared = like_the_others(asked)
    one = float(right[compared].mean()) if compared.any() else None
    return replace(found, agreement=float(pairs), one=one, best=float(votes.max(1).sum() / votes.sum()))


def spearman_brown(half: float | None) -> float | None:
    """Reliability of all answers from the correlation of two halves, 2r / (1 + r); None without one, or below 0."""
    return None if half is None or half < 0 else 2 * half / (1 + half)


def split_half(asked: Asked, rng: np.random.Generator, splits: int = SPLITS) -> float | None:
    """Mean Pearson correlation, over random splits of the answers of each question in two halves of equal size.

    Of ratings the means are correlated, of choices the shares of the votes, over all positions that can be chosen.
    Questions with a single answer are left out. None when fewer than three questions remain, or nothing varies.
    """
    values = []
    for _ in range(splits):
        first, second = _halves(asked, rng)
        if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
            return None
        values.append(np.corrcoef(first, second)[0, 1])
    return float(np.mean(values))


def _halves(asked: Asked, rng: np.random.Generator) -> tuple[Doubles, Doubles]:
    order = np.argsort(asked.question + rng.random(len(asked)))
    question = asked.question[order]
    starts = np.searchsorted(question, question)
    sizes = np.bincount(question)[question]
    place = np.arange(len(question)) - starts
    used = (place < sizes - sizes % 2) & (sizes > 1)
    order, side = order[used], (place % 2)[used]
    kept = np.unique(asked.question[order])
    found = []
    for half in (0, 1):
        chosen = order[side == half]
        totals = np.bincount(asked.question[chosen], minlength=int(asked.question.max()) + 1)[kept]
        if isinstance(asked, Ratings):
            sums = np.bincount(asked.question[chosen], asked.value[chosen], minlength=int(asked.question.max()) + 1)
            found.append(sums[kept] / totals)
        else:
            votes = np.zeros((len(asked.items), 3))
            np.add.at(votes, (asked.question[chosen], asked.choice[chosen]), 1)
            shares = (votes[kept] / totals[:, None])[:, 0 if asked.task == "odd_one_out" else 1 :]
            found.append(shares.ravel())
    return found[0], found[1]


def _alpha(asked: Asked) -> float | None:
    """Krippendorff's alpha: nominal for choices, interval for ratings; None when all answers are the same."""
    if isinstance(asked, Ratings):
        return _interval_alpha(asked)
    import krippendorff

    table = asked.votes[asked.votes.sum(1) > 1]
    used = table.sum(0) > 0
    if used.sum() < 2:
        return None
    return float(krippendorff.alpha(value_counts=table[:, used], level_of_measurement="nominal"))


def _interval_alpha(asked: Ratings) -> float | None:
    """1 − observed / expected disagreement of squared differences (Krippendorff 2011, section D).

    Closed form by variances: tables of every distinct rating would not fit in memory where ratings are real numbers.
    """
    counts = np.bincount(asked.question)
    used = counts[asked.question] > 1
    value, question = asked.value[used], asked.question[used]
    sizes = counts[question]
    sums = np.bincount(question, value, minlength=len(counts))
    within = ((value - (sums / np.maximum(counts, 1))[question]) ** 2 * 2 * sizes / (sizes - 1)).sum() / (
        2 * len(value)
    )
    expected = value.var(ddof=1)
    return float(1 - within / expected) if expected > 0 else None


def like_the_others(asked: Choices) -> tuple[Mask, Mask]:
    """(a,) whether each answer is the majority of the others on its question, and (a,) whether they have a majority."""
    others = asked.votes[asked.question]
    place = np.arange(len(asked))
    others[place, asked.choice] -= 1
    best = others.max(1)
    single = (others == best[:, None]).sum(1) == 1
    return others.argmax(1) == asked.choice, (best > 0) & single


def one_against_others(asked: Ratings) -> float | None:
    """Mean over people of Spearman's correlation of their ratings with the mean of the others; None without people."""
    found = [value for value in each_against_others(asked).values() if value is not None]
    return float(np.mean(found)) if found else None


def each_against_others(asked: Ratings) -> dict[int, float | None]:
    """Spearman's correlation of each person's ratings with the mean of the others; None with fewer than 3 pairs."""
    from scipy.stats import rankdata

    sums = np.bincount(asked.question, asked.value)
    counts = np.bincount(asked.question)
    found: dict[int, float | None] = {}
    for person in np.unique(asked.person[asked.person >= 0]):
        mine = asked.person == person
        own_sum = np.bincount(asked.question[mine], asked.value[mine], minlength=len(sums))
        own = np.bincount(asked.question[mine], minlength=len(sums))
        both = (own > 0) & (counts > own)
        if both.sum() < 3:
            found[int(person)] = None
            continue
        a = rankdata(own_sum[both] / own[both])
        b = rankdata((sums - own_sum)[both] / (counts - own)[both])
        found[int(person)] = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else None
    return found

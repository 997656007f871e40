"""Models against people on the same questions, with intervals over items and people."""

from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.features.judgments.agreement.each_person import LEAST_PAIRS, EachPerson
from explorer.features.judgments.agreement.left_out import estimates
from explorer.features.judgments.agreement.resampling import (
    CORRELATION,
    DRAWS,
    NOTHING,
    SHARE,
    Estimate,
    Ranks,
    Weights,
    once,
    weighted_correlation,
    weighted_mean,
)
from explorer.features.judgments.agreement.similarity import Similarity, triple_similarities
from explorer.features.judgments.questions import Asked, Choices, Ratings

TIE = 1e-7


@dataclass(frozen=True, kw_only=True)
class ChoiceAgreement:
    """How a model's choices agree with people's.

    single: share of the single answers that the model gives, too. majority: share of the questions whose majority the
    model gives, questions without a majority left out. questions, answers, decided: how many went in; decided: with a
    majority. chance: what guessing reaches. tied: share of the questions on which the model is undecided; it gets the
    share of a guess among the tied.
    """

    single: Estimate
    majority: Estimate
    questions: int
    answers: int
    decided: int
    chance: float
    tied: float


@dataclass(frozen=True, kw_only=True)
class RatingAgreement:
    """Correlations of a model's similarities with people's ratings, over unique pairs of different items.

    each: mean over `people` named people of Spearman's correlation with that person's ratings: what a noise ceiling is
    for. spearman, pearson: with the mean of the people's standardised ratings, which is less noisy than one person.
    """

    each: Estimate = NOTHING
    spearman: Estimate = NOTHING
    pearson: Estimate = NOTHING
    pairs: int
    answers: int
    people: int


Agreement = ChoiceAgreement | RatingAgreement


def agreement(similarity: Similarity, asked: Asked, rng: np.random.Generator, draws: int = DRAWS) -> Agreement:
    """Agreement of one model with people, for either kind of question."""
    if isinstance(asked, Choices):
        return choice_agreement(similarity, asked, rng, draws)
    return rating_agreement(similarity, asked, rng, draws)


def headline(found: Agreement) -> Estimate:
    """The one number of all answers: the share of single answers, or Spearman's correlation with the mean rating."""
    return found.single if isinstance(found, ChoiceAgreement) else found.spearman


def with_one_person(found: Agreement) -> Estimate:
    """The number that a noise ceiling is for: single answers, or the mean correlation with one person's ratings.

    Of ratings that name nobody the correlation with the mean rating.
    """
    return found.each if isinstance(found, RatingAgreement) and found.people else headline(found)


def best_first(found: dict[str, Agreement]) -> list[str]:
    """The keys in the order of `with_one_person`, those without a number last."""
    return sorted(found, key=lambda key: -np.nan_to_num(with_one_person(found[key]).value, nan=-9))


def likeness(similarity: Similarity, asked: Choices) -> Doubles:
    """(q, 3) what speaks for each position: it is chosen where this is highest.

    Odd one out: the similarity of the other two. Triplet: the similarity with the reference, which itself has −∞.
    """
    opposite = triple_similarities(similarity, asked.items)
    if asked.task == "triplet":
        return np.stack([np.full(len(opposite), -np.inf), opposite[:, 2], opposite[:, 1]], 1)
    return opposite


def credits(similarity: Similarity, asked: Choices) -> Doubles:
    """(q, 3) the model's choice as shares that add up to 1: all on one position, or split among equals.

    NaN where the model has no similarity for one of the pairs.
    """
    found = likeness(similarity, asked)
    best = np.max(found, axis=1, keepdims=True)
    scale = max(1.0, float(np.nanmax(np.abs(found[np.isfinite(found)]), initial=0.0)))
    with np.errstate(invalid="ignore"):
        winners = (found >= best - TIE * scale).astype(np.float64)
    shares = winners / np.maximum(winners.sum(1, keepdims=True), 1)
    shares[np.isnan(found).any(1)] = np.nan
    return np.asarray(shares)


def choice_agreement(
    similarity: Similarity, asked: Choices, rng: np.random.Generator, draws: int = DRAWS
) -> ChoiceAgreement:
    """How a model's choices agree with people's, on the questions whose items it all knows."""
    shares = credits(similarity, asked)
    known = ~np.isnan(shares[:, 0])
    asked, shares = asked.take(known[asked.question]), shares[known]
    votes = asked.votes
    decided = (votes == votes.max(1)[:, None]).sum(1) == 1
    right = _Right(
        asked=asked,
        single=shares[asked.question, asked.choice],
        majority=shares[np.arange(len(votes)), votes.argmax(1)],
        decided=decided,
    )
    single, majority = estimates(right.means, asked, rng, draws=draws, within=[SHARE] * 2)
    return ChoiceAgreement(
        single=single,
        majority=majority,
        questions=len(votes),
        answers=len(asked),
        decided=int(decided.sum()),
        chance=1 / 3 if asked.task == "odd_one_out" else 1 / 2,
        tied=float((shares.max(1) < 1).mean()) if len(shares) else float("nan"),
    )


@dataclass(frozen=True)
class _Right:
    """single: (a,) how far each answer is the model's. majority: (q,) the same of each majority, where `decided`."""

    asked: Choices
    single: Doubles
    majority: Doubles
    decided: Mask

    def means(self, weights: Weights) -> tuple[float, float]:
        """Shares of the single answers and of the majorities that the model gives."""
        majority = weighted_mean(self.majority, weights.questions * self.decided)
        return weighted_mean(self.single, weights.joint(self.asked)), majority


def rating_agreement(
    similarity: Similarity, asked: Ratings, rng: np.random.Generator, draws: int = DRAWS
) -> RatingAgreement:
    """Correlations of a model's similarities with people's ratings, over the pairs whose items it knows."""
    asked, modelled = _known_pairs(similarity, asked)
    people = EachPerson(asked)
    found = RatingAgreement(pairs=len(asked.pairs), answers=len(asked), people=people.count)
    if len(asked.pairs) < LEAST_PAIRS or np.ptp(modelled) == 0 or np.ptp(asked.mean) == 0:
        return found
    means, single = WithMean(asked, modelled), people.against([modelled])

    def numbers(weights: Weights) -> list[float]:
        return [*means.correlations(weights), *single(weights)]

    spearman, pearson, each = estimates(numbers, asked, rng, draws=draws, within=[CORRELATION] * 3)
    return replace(found, spearman=spearman, pearson=pearson, each=each)


def headline_alone(similarity: Similarity, asked: Asked) -> float:
    """The value of `headline`, without an interval and whatever else takes time."""
    if isinstance(asked, Choices):
        return choice_agreement(similarity, asked, np.random.default_rng(0), 0).single.value
    asked, modelled = _known_pairs(similarity, asked)
    few = len(asked.pairs) < LEAST_PAIRS
    return float("nan") if few else WithMean(asked, modelled).correlations(once(asked))[0]


def _known_pairs(similarity: Similarity, asked: Ratings) -> tuple[Ratings, Doubles]:
    """The ratings of pairs whose items the model knows, and the (q,) similarities of those."""
    modelled = np.asarray(similarity(asked.pairs[:, 0], asked.pairs[:, 1]), dtype=np.float64)
    known = np.isfinite(modelled)
    return asked.take(known[asked.question]), modelled[known]


class WithMean:
    """Correlations of (q,) similarities with people's mean ratings."""

    def __init__(self, asked: Ratings, modelled: Doubles) -> None:
        self._asked, self._modelled, self._ranks = asked, modelled, Ranks(modelled)

    def correlations(self, weights: Weights) -> tuple[float, float]:
        """Spearman's and Pearson's; pairs that nobody who was drawn rated do not count."""
        asked, count = self._asked, len(self._modelled)
        rated = np.bincount(asked.question, weights.answers, minlength=count)
        sums = np.bincount(asked.question, weights.answers * asked.standardised, minlength=count)
        mean, weight = sums / np.maximum(rated, 1e-12), weights.questions * (rated > 0)
        spearman = weighted_correlation(self._ranks.weighted(weight), Ranks(mean).weighted(weight), weight)
        return spearman, weighted_correlation(self._modelled, mean, weight)

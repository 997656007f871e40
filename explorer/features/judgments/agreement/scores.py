"""Models against people on the same questions, with intervals over items and people."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.features.judgments.agreement.resampling import (
    DRAWS,
    NOTHING,
    Estimate,
    Ranks,
    drawn,
    estimate,
    people_weights,
    resampled_means,
    weighted_correlation,
    weighted_mean,
)
from explorer.features.judgments.agreement.similarity import Similarity, triple_similarities
from explorer.features.judgments.questions import Asked, Choices, Ratings

TIE = 1e-7
LEAST_PAIRS = 3


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


@dataclass(frozen=True)
class RatingAgreement:
    """Correlations of a model's similarities with the mean ratings, over unique pairs of different items."""

    spearman: Estimate
    pearson: Estimate
    pairs: int
    answers: int


Agreement = ChoiceAgreement | RatingAgreement


def agreement(similarity: Similarity, asked: Asked, rng: np.random.Generator, draws: int = DRAWS) -> Agreement:
    """Agreement of one model with people, for either kind of question."""
    if isinstance(asked, Choices):
        return choice_agreement(similarity, asked, rng, draws)
    return rating_agreement(similarity, asked, rng, draws)


def headline(found: Agreement) -> Estimate:
    """The one number for lists and charts: the share of single answers, or Spearman's correlation."""
    return found.single if isinstance(found, ChoiceAgreement) else found.spearman


def by_headline(found: dict[str, Agreement]) -> list[str]:
    """The keys, the best first, those without a number last."""
    return sorted(found, key=lambda key: -np.nan_to_num(headline(found[key]).value, nan=-9))


def credits(similarity: Similarity, asked: Choices) -> Doubles:
    """(q, 3) the model's choice as shares that add up to 1: all on one position, or split among equals.

    Odd one out: the item opposite to the most similar pair. Triplet: the one of a and b that is more similar to the
    reference. NaN where the model has no similarity for one of the pairs.
    """
    opposite = triple_similarities(similarity, asked.items)
    if asked.task == "triplet":
        opposite = np.stack([np.full(len(opposite), -np.inf), opposite[:, 2], opposite[:, 1]], 1)
    best = np.max(opposite, axis=1, keepdims=True)
    scale = max(1.0, float(np.nanmax(np.abs(opposite[np.isfinite(opposite)]), initial=0.0)))
    with np.errstate(invalid="ignore"):
        winners = (opposite >= best - TIE * scale).astype(np.float64)
    shares = winners / np.maximum(winners.sum(1, keepdims=True), 1)
    shares[np.isnan(opposite).any(1)] = np.nan
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
    single, majority = right.estimates(rng, draws)
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

    def estimates(self, rng: np.random.Generator, draws: int) -> tuple[Estimate, Estimate]:
        """Shares of the single answers and of the majorities that the model gives."""
        values: list[tuple[float, float]] = []
        used = np.unique(self.asked.items)
        for _ in range(draws if len(self.asked) else 0):
            weight = np.zeros(int(used.max()) + 1)
            weight[used] = drawn(len(used), rng)
            questions = weight[self.asked.items].prod(1)
            answers = questions[self.asked.question] * people_weights(self.asked, rng)
            values.append(self._means(answers, questions * self.decided))
        single, majority = self._means(np.ones(len(self.single)), self.decided.astype(np.float64))
        return estimate(single, [one[0] for one in values]), estimate(majority, [one[1] for one in values])

    def _means(self, answers: Doubles, questions: Doubles) -> tuple[float, float]:
        return weighted_mean(self.single, answers), weighted_mean(self.majority, questions)


def rating_agreement(
    similarity: Similarity, asked: Ratings, rng: np.random.Generator, draws: int = DRAWS
) -> RatingAgreement:
    """Correlation of a model's similarities with the mean ratings, over the pairs whose items it knows."""
    modelled = np.asarray(similarity(asked.pairs[:, 0], asked.pairs[:, 1]), dtype=np.float64)
    known = np.isfinite(modelled)
    asked, modelled = asked.take(known[asked.question]), modelled[known]
    if len(asked.pairs) < LEAST_PAIRS or np.ptp(modelled) == 0 or np.ptp(asked.mean) == 0:
        return RatingAgreement(NOTHING, NOTHING, len(asked.pairs), len(asked))
    groups, means = Ranks(modelled), resampled_means(asked)
    found: list[tuple[float, float]] = []
    used = np.unique(asked.pairs)
    for _ in range(draws):
        weight = np.zeros(int(used.max()) + 1)
        weight[used] = drawn(len(used), rng)
        mean, seen = means(rng)
        found.append(_correlations(modelled, groups, mean, weight[asked.pairs].prod(1) * seen))
    plain = _correlations(modelled, groups, asked.mean, np.ones(len(asked.pairs)))
    spearman, pearson = (estimate(plain[side], [one[side] for one in found]) for side in (0, 1))
    return RatingAgreement(spearman, pearson, len(asked.pairs), len(asked))


def _correlations(modelled: Doubles, ranks: Ranks, mean: Doubles, weights: Doubles) -> tuple[float, float]:
    """Spearman and Pearson correlation under weights."""
    spearman = weighted_correlation(ranks.weighted(weights), Ranks(mean).weighted(weights), weights)
    return spearman, weighted_correlation(modelled, mean, weights)

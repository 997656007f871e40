"""Models against people on the same questions, with intervals over items and people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.features.judgments.questions import Asked, Choices, Doubles, Ratings

Similarity = Callable[[Rows, Rows], Doubles]
DRAWS = 400
LEVEL = 95
TIE = 1e-7
MOST_CELLS = 4_000_000


@dataclass(frozen=True)
class Score:
    """A number with its 95 % interval; `low` and `high` are NaN where there was too little to resample."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ChoiceAgreement:
    """How a model's choices agree with people's.

    single: share of the single answers that the model gives, too. majority: share of the questions whose majority the
    model gives, questions without a majority left out. questions, answers, decided: how many went in; decided: with a
    majority. chance: what guessing reaches. tied: share of the questions on which the model is undecided; it gets the
    share of a guess among the tied.
    """

    single: Score
    majority: Score
    questions: int
    answers: int
    decided: int
    chance: float
    tied: float


@dataclass(frozen=True)
class RatingAgreement:
    """Correlations of a model's similarities with the mean ratings, over unique pairs of different items."""

    spearman: Score
    pearson: Score
    pairs: int
    answers: int


def triple_similarities(similarity: Similarity, items: Rows) -> Doubles:
    """(q, 3) similarities of the pairs opposite to each position: of items 1 and 2, of 0 and 2, of 0 and 1."""
    a, b, c = items.T
    return np.stack([similarity(b, c), similarity(a, c), similarity(a, b)], 1).astype(np.float64)


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
    answer_known = known[asked.question]
    asked, shares = asked.take(answer_known), shares[known]
    votes = asked.votes
    best = votes.max(1)
    ties = (votes == best[:, None]).sum(1) > 1
    right_single = shares[asked.question, asked.choice]
    right_major = shares[np.arange(len(votes)), votes.argmax(1)]
    chance = 1 / 3 if asked.task == "odd_one_out" else 1 / 2
    single, majority = _choice_intervals(asked, right_single, right_major, ~ties, rng, draws)
    undecided = float((shares.max(1) < 1).mean()) if len(shares) else float("nan")
    return ChoiceAgreement(single, majority, len(votes), len(asked), int((~ties).sum()), chance, undecided)


def _choice_intervals(
    asked: Choices, single: Doubles, majority: Doubles, decided: Mask, rng: np.random.Generator, draws: int
) -> tuple[Score, Score]:
    """Resampling items and people at once: an answer weighs how often its items and its person are drawn, multiplied.

    That is the pigeonhole bootstrap (Owen 2007): it covers other items and other people of the same kind.
    """
    values: list[tuple[float, float]] = []
    used = np.unique(asked.items)
    for _ in range(draws if len(asked) else 0):
        weight = np.zeros(int(used.max()) + 1)
        weight[used] = _drawn(len(used), rng)
        questions = weight[asked.items].prod(1)
        answers = questions[asked.question] * _people_weights(asked, rng)
        values.append((_mean(single, answers), _mean(majority, questions * decided)))
    plain = (_mean(single, np.ones(len(single))), _mean(majority, decided.astype(np.float64)))
    return _score(plain[0], [v[0] for v in values]), _score(plain[1], [v[1] for v in values])


def rating_agreement(
    similarity: Similarity, asked: Ratings, rng: np.random.Generator, draws: int = DRAWS
) -> RatingAgreement:
    """Correlation of a model's similarities with the mean ratings, over the pairs whose items it knows."""
    modelled = np.asarray(similarity(asked.pairs[:, 0], asked.pairs[:, 1]), dtype=np.float64)
    known = np.isfinite(modelled)
    asked, modelled = asked.take(known[asked.question]), modelled[known]
    nothing = Score(*[float("nan")] * 3)
    if len(asked.pairs) < 3 or np.ptp(modelled) == 0 or np.ptp(asked.mean) == 0:
        return RatingAgreement(nothing, nothing, len(asked.pairs), len(asked))
    groups = _Ranks(modelled)
    found: list[tuple[float, float]] = []
    used = np.unique(asked.pairs)
    counts, means = np.ones(len(asked.pairs)), _resampled_means(asked)
    for _ in range(draws):
        weight = np.zeros(int(used.max()) + 1)
        weight[used] = _drawn(len(used), rng)
        mean, seen = means(rng)
        pairs = weight[asked.pairs].prod(1) * seen
        found.append(_correlations(modelled, groups, mean, pairs))
    plain = _correlations(modelled, groups, asked.mean, counts)
    scores = [_score(plain[side], [one[side] for one in found]) for side in (0, 1)]
    return RatingAgreement(scores[0], scores[1], len(asked.pairs), len(asked))


def agreement(
    similarity: Similarity, asked: Asked, rng: np.random.Generator, draws: int = DRAWS
) -> ChoiceAgreement | RatingAgreement:
    """Agreement of one model with people, for either kind of question."""
    if isinstance(asked, Choices):
        return choice_agreement(similarity, asked, rng, draws)
    return rating_agreement(similarity, asked, rng, draws)


def headline(found: ChoiceAgreement | RatingAgreement) -> Score:
    """The one number for lists and charts: the share of single answers, or Spearman's correlation."""
    return found.single if isinstance(found, ChoiceAgreement) else found.spearman


def _drawn(count: int, rng: np.random.Generator) -> Doubles:
    """(count,) how often each is drawn in `count` draws with replacement."""
    return np.asarray(rng.multinomial(count, np.full(count, 1 / count)), dtype=np.float64)


def _people_weights(asked: Asked, rng: np.random.Generator) -> Doubles:
    """(a,) weight of each answer by its person; where nobody is named each answer counts as a person of its own."""
    named = asked.person >= 0
    present = np.unique(asked.person[named])
    weights = np.zeros(max(len(asked.people), int(present.max()) + 1 if len(present) else 0) + 1)
    if len(present):
        weights[present] = _drawn(len(present), rng)
    found = weights[asked.person]
    unnamed = int((~named).sum())
    if unnamed:
        found[~named] = rng.poisson(1.0, unnamed)
    return np.asarray(found)


def _resampled_means(asked: Ratings) -> Callable[[np.random.Generator], tuple[Doubles, Mask]]:
    """A function that draws people anew: (q,) mean ratings, and whether anybody who was drawn rated the pair."""
    count, people = len(asked.pairs), len(asked.people)
    if (asked.person < 0).any() or not 0 < people * count <= MOST_CELLS:
        return lambda rng: _weighted_means(asked, _people_weights(asked, rng))
    sums, counts = np.zeros((people, count)), np.zeros((people, count))
    np.add.at(sums, (asked.person, asked.question), asked.value)
    np.add.at(counts, (asked.person, asked.question), 1)
    present = counts.any(1)
    sums, counts = sums[present], counts[present]

    def draw(rng: np.random.Generator) -> tuple[Doubles, Mask]:
        weights = _drawn(len(sums), rng)
        total = weights @ counts
        return (weights @ sums) / np.maximum(total, 1e-12), total > 0

    return draw


def _weighted_means(asked: Ratings, weights: Doubles) -> tuple[Doubles, Mask]:
    count = len(asked.pairs)
    total = np.bincount(asked.question, weights, minlength=count)
    sums = np.bincount(asked.question, weights * asked.value, minlength=count)
    return sums / np.maximum(total, 1e-12), total > 0


class _Ranks:
    """Ranks of the same values under changing weights, as if each were there that many times."""

    def __init__(self, values: Doubles) -> None:
        self.levels, self.group = np.unique(values, return_inverse=True)

    def weighted(self, weights: Doubles) -> Doubles:
        mass = np.bincount(self.group, weights, minlength=len(self.levels))
        return np.asarray((np.cumsum(mass) - mass / 2)[self.group])


def _correlations(modelled: Doubles, ranks: _Ranks, mean: Doubles, weights: Doubles) -> tuple[float, float]:
    """Spearman and Pearson correlation under weights."""
    spearman = weighted_correlation(ranks.weighted(weights), _Ranks(mean).weighted(weights), weights)
    return spearman, weighted_correlation(modelled, mean, weights)


def weighted_correlation(x: Doubles, y: Doubles, weights: Doubles) -> float:
    """Pearson correlation where entry i counts weights[i] times; NaN when nothing varies."""
    total = weights.sum()
    if total <= 0:
        return float("nan")
    dx, dy = x - (weights @ x) / total, y - (weights @ y) / total
    spread = np.sqrt((weights @ dx**2) * (weights @ dy**2))
    return float((weights @ (dx * dy)) / spread) if spread > 0 else float("nan")


def _mean(values: Doubles, weights: Doubles) -> float:
    total = float(weights.sum())
    return float(weights @ values) / total if total > 0 else float("nan")


def _score(value: float, draws: list[float]) -> Score:
    found = np.array([draw for draw in draws if np.isfinite(draw)])
    if len(found) < 20 or not np.isfinite(value):
        return Score(value, float("nan"), float("nan"))
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(found, [tail, 100 - tail])
    return Score(value, float(min(low, value)), float(max(high, value)))


def vectors_similarity(vectors: NDArray[Any], present: Mask | None = None) -> Similarity:
    """Cosine of the (n, d) unit `vectors`; NaN for items that are not `present`."""

    def similarity(first: Rows, second: Rows) -> Doubles:
        a, b = (np.asarray(vectors[rows], dtype=np.float64) for rows in (first, second))
        found = np.einsum("id,id->i", a, b)
        if present is not None:
            found[~(present[first] & present[second])] = np.nan
        return np.asarray(found)

    return similarity


def distance_similarity(places: NDArray[Any], rows: Rows, count: int) -> Similarity:
    """Minus the Euclidean distance of (m, d) `places`, of the items in (m,) `rows`; NaN for others of the `count`."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))

    def similarity(first: Rows, second: Rows) -> Doubles:
        a, b = number[first], number[second]
        found = -np.linalg.norm(places[a] - places[b], axis=1)
        found[(a < 0) | (b < 0)] = np.nan
        return np.asarray(found)

    return similarity

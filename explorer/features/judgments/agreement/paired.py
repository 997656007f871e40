"""Whether one model agrees better with people than another: paired, on the same questions and the same resamples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.each_person import LEAST_PAIRS, EachPerson
from explorer.features.judgments.agreement.resampling import DRAWS, LEAST_DRAWS, Weights, once, resamples, weighted_mean
from explorer.features.judgments.agreement.scores import WithMean, credits
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of

Measured = Callable[[Weights], Sequence[float]]
SURE = 0.05


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much better `first` agrees with people than `second`.

    value: difference of their scores; low, high: its 95 % interval. p: chance of so large a difference, either way,
    between two models that are equally good; corrected: the same, corrected for all pairs that are compared.
    """

    first: str
    second: str
    value: float
    low: float
    high: float
    p: float
    corrected: float

    @property
    def sure(self) -> bool:
        """Whether the corrected chance is below 5 %."""
        return self.corrected < SURE

    def turned(self) -> "Difference":
        """The same with first and second exchanged."""
        return Difference(
            first=self.second,
            second=self.first,
            value=-self.value,
            low=-self.high,
            high=-self.low,
            p=self.p,
            corrected=self.corrected,
        )


@dataclass(frozen=True, kw_only=True)
class Paired:
    """Scores of models on the questions that all of them can answer, the best first, and the differences of all pairs.

    people: who are resampled, 0 where nobody is named. by_person: ratings are scored person by person.
    """

    scores: dict[str, float]
    differences: list[Difference]
    questions: int
    items: int
    people: int
    by_person: bool

    def against(self, key: str) -> list[Difference]:
        """The differences of `key` from each other model, the best one first."""
        found = {one.second: one for one in self.differences if one.first == key}
        found |= {one.first: one.turned() for one in self.differences if one.second == key}
        return [found[other] for other in self.scores if other != key]


def paired(
    similarities: Mapping[str, Similarity], asked: Asked, rng: np.random.Generator, draws: int = DRAWS
) -> Paired:
    """Compare each model with each other one by the score that the page shows.

    t = difference / its standard error over resamples of items and people (both drawn anew, the same for all models),
    with as many degrees of freedom as there are items or people, whichever are fewer, less one (as rsatoolbox does);
    corrected by Holm 1979 over all pairs. Raises InputError when there are not enough questions that all can answer.
    """
    known = np.all([_known(one, asked) for one in similarities.values()], axis=0)
    asked = asked.take(known[asked.question])
    if len(rows_of(asked)) < LEAST_PAIRS or len(similarities) < 2:
        raise InputError("There are too few questions that all of these models can answer to compare them in pairs.")
    scored, by_person = _scores(similarities, asked)
    values = np.array(scored(once(asked)))
    drawn = np.array([scored(weights) for weights in resamples(asked, rng, draws)])
    items, people = (len(np.unique(of)) for of in (rows_of(asked), asked.person[asked.person >= 0]))
    freedom, widest = max(min(items, people or items) - 1, 1), 1.0 if isinstance(asked, Choices) else 2.0
    differences = _differences(list(similarities), values, drawn, freedom=freedom, widest=widest)
    order = np.argsort(-np.nan_to_num(values, nan=-9), kind="stable")
    names = list(similarities)
    return Paired(
        scores={names[place]: float(values[place]) for place in order},
        differences=differences,
        questions=len(rows_of(asked)),
        items=items,
        people=people,
        by_person=by_person,
    )


def holm(chances: Doubles) -> Doubles:
    """(k,) p-values corrected so that one false discovery among all is as rare as stated (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    stepped = np.maximum.accumulate(chances[order] * np.arange(len(chances), 0, -1))
    found = np.empty(len(chances))
    found[order] = np.minimum(stepped, 1.0)
    return found


def _known(similarity: Similarity, asked: Asked) -> Mask:
    """(q,) whether the model can answer each question."""
    if isinstance(asked, Choices):
        return np.asarray(~np.isnan(credits(similarity, asked)[:, 0]))
    return np.asarray(np.isfinite(similarity(asked.pairs[:, 0], asked.pairs[:, 1])))


def _scores(similarities: Mapping[str, Similarity], asked: Asked) -> tuple[Measured, bool]:
    """The scores of all models as a function of the weights, and whether they are of single people's ratings."""
    if isinstance(asked, Choices):
        right = [credits(one, asked)[asked.question, asked.choice] for one in similarities.values()]
        return lambda weights: _shares(right, weights.joint(asked)), False
    modelled = [
        np.asarray(one(asked.pairs[:, 0], asked.pairs[:, 1]), dtype=np.float64) for one in similarities.values()
    ]
    people = EachPerson(asked)
    if people.count:
        return people.against(modelled), True
    means = [WithMean(asked, one) for one in modelled]
    return lambda weights: [one.correlations(weights)[0] for one in means], False


def _shares(right: Sequence[Doubles], answers: Doubles) -> list[float]:
    return [weighted_mean(one, answers) for one in right]


def _differences(names: list[str], values: Doubles, drawn: Doubles, *, freedom: int, widest: float) -> list[Difference]:
    """values: (m,). drawn: (draws, m). freedom: degrees of it. widest: no difference can be larger."""
    from scipy.stats import t

    pairs = np.array(list(combinations(range(len(names)), 2)))
    first, second = pairs.T
    apart = values[first] - values[second]
    errors = _errors(drawn[:, first] - drawn[:, second])
    with np.errstate(divide="ignore", invalid="ignore"):
        chances = np.where(apart == 0, 1.0, 2 * t.sf(np.abs(apart) / errors, freedom))
    corrected = np.full(len(pairs), np.nan)
    told = np.isfinite(chances)
    corrected[told] = holm(chances[told])
    reach = t.ppf(0.975, freedom) * errors
    return [
        Difference(
            first=names[pairs[k, 0]],
            second=names[pairs[k, 1]],
            value=float(apart[k]),
            low=float(max(apart[k] - reach[k], -widest)),
            high=float(min(apart[k] + reach[k], widest)),
            p=float(chances[k]),
            corrected=float(corrected[k]),
        )
        for k in range(len(pairs))
    ]


def _errors(drawn: Doubles) -> Doubles:
    """(pairs,) standard error of each difference; NaN where too few draws have one."""
    few = np.isfinite(drawn).sum(0) < LEAST_DRAWS
    found = np.full(drawn.shape[1], np.nan)
    found[~few] = np.nanstd(drawn[:, ~few], axis=0, ddof=1)
    return found

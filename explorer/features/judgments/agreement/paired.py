"""Whether one model agrees better with people than another: paired, on the same questions, with the same left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from explorer.base.arrays import Doubles, Mask
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.each_person import LEAST_PAIRS, EachPerson
from explorer.features.judgments.agreement.left_out import variances
from explorer.features.judgments.agreement.resampling import Weights, once, weighted_mean
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

    people: how many, 0 where nobody is named. by_person: ratings are scored person by person.
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


def paired(similarities: Mapping[str, Similarity], asked: Asked, rng: np.random.Generator) -> Paired:
    """Compare each model with each other one by the score that the page shows.

    t = difference / its standard error (see `left_out.variances`), with as many degrees of freedom as there are items
    or people, whichever are fewer, less one (as rsatoolbox does); corrected by Holm 1979 over all pairs. Raises
    InputError when there are not enough questions that all can answer.
    """
    known = np.all([_known(one, asked) for one in similarities.values()], axis=0)
    asked = asked.take(known[asked.question])
    if len(rows_of(asked)) < LEAST_PAIRS or len(similarities) < 2:
        raise InputError("There are too few questions that all of these models can answer to compare them in pairs.")
    names, (scored, by_person) = list(similarities), _scores(similarities, asked)
    values, pairs = np.array(scored(once(asked))), np.array(list(combinations(range(len(names)), 2)))

    def apart(weights: Weights) -> Doubles:
        found = np.array(scored(weights))
        return np.asarray(found[pairs[:, 0]] - found[pairs[:, 1]])

    items, people = (len(np.unique(of)) for of in (rows_of(asked), asked.person[asked.person >= 0]))
    told = _told(apart(once(asked)), np.sqrt(variances(apart, asked, rng)), items, people)
    limit = 1.0 if isinstance(asked, Choices) else 2.0
    order = np.argsort(-np.nan_to_num(values, nan=-9), kind="stable")
    return Paired(
        scores={names[place]: float(values[place]) for place in order},
        differences=[_difference(names[i], names[j], told, k, limit) for k, (i, j) in enumerate(pairs)],
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


@dataclass(frozen=True)
class _Told:
    """(pairs,) differences, half the width of their 95 % intervals, and chances before and after the correction."""

    apart: Doubles
    reach: Doubles
    chances: Doubles
    corrected: Doubles


def _told(apart: Doubles, errors: Doubles, items: int, people: int) -> _Told:
    from scipy.stats import t

    freedom = max(min(items, people if people > 1 else items) - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        chances = np.where(apart == 0, 1.0, 2 * t.sf(np.abs(apart) / errors, freedom))
    corrected, known = np.full(len(apart), np.nan), np.isfinite(chances)
    corrected[known] = holm(chances[known])
    return _Told(apart, t.ppf(0.975, freedom) * errors, chances, corrected)


def _difference(first: str, second: str, told: _Told, k: int, limit: float) -> Difference:
    """limit: no difference can be larger."""
    return Difference(
        first=first,
        second=second,
        value=float(told.apart[k]),
        low=float(max(told.apart[k] - told.reach[k], -limit)),
        high=float(min(told.apart[k] + told.reach[k], limit)),
        p=float(told.chances[k]),
        corrected=float(told.corrected[k]),
    )

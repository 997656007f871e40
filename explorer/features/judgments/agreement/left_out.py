"""How far a number would move with other items and other people, from leaving out some of them in turn (jackknife).

Drawing items anew with replacement gives the form of an interval, but not its width: the weight of a question is the
product over its items, which counts the noise of single questions 3 times for pairs, and 7 times for triplets.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.judgments.agreement.resampling import Estimate, Weights, estimate, once, resamples
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import rows_of

GROUPS = 50


def estimates(
    number: Callable[[Weights], Sequence[float]],
    asked: Asked,
    rng: np.random.Generator,
    *,
    draws: int,
    within: Sequence[tuple[float, float]],
    values: Sequence[float] | None = None,
) -> list[Estimate]:
    """The numbers that `number` gives for weights, with 95 % intervals over items and people; without `draws` none.

    Percentiles of resamples of items and people, scaled to the variance of `variances`. within: what each can be.
    values: the numbers, where they are known better than `number` tells them.
    """
    values = number(once(asked)) if values is None else values
    drawn = np.array([number(weights) for weights in resamples(asked, rng, draws)]).reshape(-1, len(values))
    if not len(drawn):
        return [Estimate(value, np.nan, np.nan) for value in values]
    spread = variances(lambda weights: np.array(number(weights)), asked, rng)
    return [estimate(values[k], drawn[:, k], within[k], variance=float(spread[k])) for k in range(len(values))]


def variances(number: Callable[[Weights], Doubles], asked: Asked, rng: np.random.Generator) -> Doubles:
    """(k,) variances of the (k,) numbers that `number` gives for weights.

    Items, people and questions are left out in turn, in at most 50 random groups each. A question is left out with each
    of its s items, so that leaving out items counts the noise of questions s times; s − 1 times that is taken off again
    (V = max(V(items) − (s − 1) V(questions), V(questions)) + V(people)). NaN where a number cannot be told.
    """
    plain, rows = once(asked), rows_of(asked)
    whose = _whose(asked)
    items = [
        Weights(_without(np.asarray(group[rows].any(1))), plain.answers) for group in _groups(np.unique(rows), rng)
    ]
    questions = [Weights(_without(group), plain.answers) for group in _groups(np.arange(len(rows)), rng)]
    people = [Weights(plain.questions, _without(group[whose])) for group in _groups(np.unique(whose), rng)]
    by_item, by_question, by_person = (_jackknife(number, one) for one in (items, questions, people))
    own = np.maximum(by_item - (rows.shape[1] - 1) * by_question, by_question)
    return np.asarray(own + (by_person if len(people) > 1 else 0.0))


def _jackknife(number: Callable[[Weights], Doubles], left_out: list[Weights]) -> Doubles:
    """(k,) variances of numbers from those without one group each."""
    found = np.array([number(weights) for weights in left_out])
    return np.asarray((len(found) - 1) / len(found) * ((found - found.mean(0)) ** 2).sum(0))


def _without(left_out: Mask) -> Doubles:
    """(n,) weights: 0 for what is left out, 1 for all else."""
    return np.asarray(~left_out, dtype=np.float64)


def _groups(used: Rows, rng: np.random.Generator) -> Iterator[Mask]:
    """(n,) which of the `used` numbers, all below n, are in each group."""
    number = np.full(int(used.max()) + 1, -1)
    number[used] = rng.permutation(len(used)) % min(len(used), GROUPS)
    return (number == group for group in range(min(len(used), GROUPS)))


def _whose(asked: Asked) -> Rows:
    """(a,) number of the person of each answer; answers that name nobody are of a person each."""
    own = int(asked.person.max(initial=-1)) + 1 + np.arange(len(asked))
    return np.where(asked.person >= 0, asked.person, own)

"""Questions on which models differ: an answer to one tells which of them sees as people do."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.base.errors import InputError
from explorer.features.judgments.asking.drawing import random_questions
from explorer.features.judgments.method import Ask, Method
from explorer.features.judgments.settings import RANDOM_SHARE, PoolQuestion, Settings
from explorer.features.judgments.values import TASKS

CANDIDATES, MOST_CANDIDATES = 20, 200_000  # for each question that is asked, and in all


def disagreement(vectors: Sequence[Vectors], questions: Rows, task: str) -> Doubles:
    """(k,) how far models are apart on (k, s) questions: Jensen-Shannon divergence of their answers, in bits.

    vectors: unit rows of the items, (n, d) a model. Similarities are divided by their spread over the questions, so
    that no model is surer than another by its scale. For pairs, and arrangements: spread of the ranks of similarity.
    """
    if not len(questions):
        return np.zeros(0)
    pairs = _pairs_of(questions, task)
    similarities = [np.einsum("kpd,kpd->kp", v[pairs[..., 0]], v[pairs[..., 1]]).astype(np.float64) for v in vectors]
    if task in ("pair_rating", "arrangement"):
        ranks = np.stack([s.ravel().argsort().argsort().reshape(s.shape) / max(s.size - 1, 1) for s in similarities])
        return np.asarray(ranks.std(axis=0).mean(axis=1))
    chances = np.stack([_softmax(3 * s / max(float(s.std()), 1e-9)) for s in similarities])
    return np.asarray(_bits(chances.mean(axis=0)) - _bits(chances).mean(axis=0))


def disagreeing(ask: Ask) -> list[PoolQuestion]:
    """85 % of the questions where the models differ most among many random ones, 15 % random to measure with."""
    settings, rng = ask.settings, ask.rng
    every = [ask.vectors(model) for model in settings.models]
    present = np.flatnonzero(np.all([has for _, has in every], axis=0))
    if len(present) < settings.size:
        raise InputError(f"Only {len(present)} of these items have vectors of all chosen models.")
    plain = max(round(RANDOM_SHARE * settings.questions), 1)
    wanted = max(settings.questions - plain, 1)
    drawn = random_questions(min(CANDIDATES * wanted, MOST_CANDIDATES) + plain, len(present), settings.size, rng)
    kept, candidates = drawn[:plain], drawn[plain:]
    gaps = disagreement([vectors[present] for vectors, _ in every], candidates, settings.task)
    best = candidates[np.argsort(-gaps, kind="stable")[:wanted]]
    pool = ask.questions(present[kept], "random") + ask.questions(present[best], "disagreement")
    return [pool[place] for place in rng.permutation(len(pool))][: settings.questions]


def _check(settings: Settings) -> None:
    if settings.task == "tags" or len(settings.models) < 2:
        raise InputError("Questions where models disagree need at least two models, and a task other than tags.")


def _pairs_of(questions: Rows, task: str) -> Rows:
    """(k, p, 2) the pairs whose similarity answers a question."""
    all_pairs = [(i, j) for i in range(questions.shape[1]) for j in range(i)]
    places = [(0, 1), (0, 2)] if task == "triplet" else all_pairs
    return np.stack([questions[:, list(pair)] for pair in places], axis=1)


def _bits(chances: Doubles) -> Doubles:
    """Entropy over the last axis, in bits."""
    return np.asarray(-(chances * np.log2(np.maximum(chances, 1e-12))).sum(axis=-1))


def _softmax(values: Doubles) -> Doubles:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


DISAGREEMENT = Method(
    name="disagreement",
    label="Where models disagree",
    formula="most Jensen-Shannon divergence of the models' answers among many random questions; 15 % random",
    needs=("models",),
    baseline="random",
    tasks=tuple(task for task in TASKS if task != "tags"),
    begin=disagreeing,
    check=_check,
)

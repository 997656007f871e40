"""SIRL's second stage: preferences "A or B" on a learned space that stays as it is give a reward.

P(A is preferred) = sigmoid(R(A) − R(B)), R linear in the learned vectors (Bobu et al. 2023, section III.C). Also the
two numbers by which such a space is judged: how well the true features can be read from it, and how well the reward
foresees preferences that it was not fitted to.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows, Vectors
from explorer.base.errors import InputError
from explorer.features.judgments.learning.method import Learner, Lesson, lacking
from explorer.features.judgments.learning.ordinal import sigmoid

PULL, ROUNDS = 1e-2, 50


@dataclass(frozen=True)
class Reward:
    """R(x) = weights · (x − mean) / spread; mean and spread are of the vectors it was fitted to."""

    weights: Doubles
    mean: Doubles
    spread: Doubles

    def __call__(self, vectors: Vectors) -> Doubles:
        """(n,) rewards of (n, d) vectors."""
        return np.asarray((np.asarray(vectors, dtype=np.float64) - self.mean) / self.spread @ self.weights)


def fit_reward(vectors: Vectors, preferred: Rows, pull: float = PULL) -> Reward:
    """The reward that makes (p, 2) preferences [preferred, other], rows of (n, d) `vectors`, likely.

    Logistic regression on differences by Newton's method, with a quadratic pull of the weights to 0. The vectors stay
    frozen: fitting both together is the baseline that the paper argues against.
    """
    if len(preferred) == 0:
        raise InputError("A reward needs at least one preference, got none.")
    x = np.asarray(vectors, dtype=np.float64)
    mean = x.mean(axis=0)
    spread = np.full(x.shape[1], max(float((x - mean).std()), 1e-12))
    scaled = (x - mean) / spread
    differences = scaled[preferred[:, 0]] - scaled[preferred[:, 1]]
    weights = np.zeros(x.shape[1])
    ridge = pull * len(preferred) * np.eye(x.shape[1])
    for _ in range(ROUNDS):
        chance = sigmoid(differences @ weights)
        slope = differences.T @ (1 - chance) - ridge @ weights
        curve = (differences * (chance * (1 - chance))[:, None]).T @ differences + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return Reward(weights, mean, spread)


def preference_accuracy(rewards: Doubles, preferred: Rows) -> float:
    """Test preference accuracy: share of the (p, 2) [preferred, other] in which the preferred has more reward."""
    gap = rewards[preferred[:, 0]] - rewards[preferred[:, 1]]
    return float(((gap > 0) + 0.5 * (gap == 0)).mean())


def feature_error(train: Vectors, known: Doubles, test: Vectors, wanted: Doubles, pull: float = 1e-3) -> float:
    """Feature prediction error: mean squared error of a linear probe of the true features on (m, d) test vectors.

    train, known: (n, d) vectors and (n, f) features that the probe is fitted to. test, wanted: those it is measured on.
    The features are scaled to variance 1 on the training items first, so that guessing the mean gives about 1.
    """
    middle, spread = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-12)
    known, wanted = ((f - middle) / spread for f in (known, wanted))
    mean = train.mean(axis=0)
    size = max(float((train - mean).std()), 1e-12)
    a, b = ((np.asarray(x, dtype=np.float64) - mean) / size for x in (train, test))
    weights = np.linalg.solve(a.T @ a + pull * len(a) * np.eye(a.shape[1]), a.T @ known)
    return float(((b @ weights - wanted) ** 2).mean())


def leading(vectors: Vectors, train: Rows, count: int) -> Doubles:
    """(n, count) the (n, d) vectors along the directions in which those of `train` vary most.

    A probe of all directions would find in a model as it is whatever is in there. Of a space that was learned it asks
    what the space is about.
    """
    x = np.asarray(vectors, dtype=np.float64)
    mean = x[train].mean(axis=0)
    directions = np.linalg.svd(x[train] - mean, full_matrices=False)[2][:count]
    return np.asarray((x - mean) @ directions.T)


def learn_rewards(lesson: Lesson) -> Floats:
    """(n, people) rewards of all items, fitted for each person on the lesson's vectors as they are."""
    if not lesson.preferences:
        raise lacking("preferences")
    found = [fit_reward(lesson.vectors, one)(lesson.vectors) for one in lesson.preferences]
    return np.asarray(np.stack(found, 1), dtype=np.float32)


METHOD = Learner(
    name="reward",
    label="Reward on a space that stays as it is",
    formula="P(A is preferred) = sigmoid(R(A) − R(B)), R(x) = w · x",
    source="SIRL (Bobu et al. 2023), section III.C",
    needs=("vectors", "preferences"),
    baseline="together",
    trained="w by Newton's method on one person's preferences; the space was learned before, from odd ones out",
    learn=learn_rewards,
    preferring=True,
)

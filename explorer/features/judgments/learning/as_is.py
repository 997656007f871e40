"""The baselines that learn nothing: the model as it is, and random directions of it."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.judgments.learning.method import Learner, Lesson


def as_is(lesson: Lesson) -> Floats:
    """(n, d) the vectors themselves."""
    return lesson.vectors


def random_directions(lesson: Lesson) -> Floats:
    """(n, dim) unit rows of a random projection: a space that nobody taught anything."""
    directions = np.random.default_rng([lesson.seed, 2]).normal(size=(lesson.vectors.shape[1], lesson.dim))
    found = lesson.vectors @ directions
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


AS_IS = Learner(name="as-is", label="model as it is", formula="x", needs=("vectors",), learn=as_is)
RANDOM = Learner(
    name="random-directions",
    label="random directions",
    formula="A x / |A x|, A drawn at random",
    needs=("vectors",),
    learn=random_directions,
)

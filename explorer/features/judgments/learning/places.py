"""Places of the items from people's answers alone, and how they become vectors."""

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.features.judgments.learning.items import STEPS, fit_items
from explorer.features.judgments.learning.method import Learner, Lesson, lacking
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import rows_of, triplets_of


def places_of(
    asked: Asked, dim: int, loss: str = "logistic", seed: int = 0, *, steps: int = STEPS
) -> tuple[Rows, Doubles]:
    """(m,) rows of the items that were asked about, and their (m, dim) places."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rows_of(asked))
    numbered = np.searchsorted(rows, triplets_of(asked, rng))
    triplets, votes = np.unique(numbered, axis=0, return_counts=True)
    return rows, fit_items(triplets, len(rows), dim, rng, votes, loss=loss, steps=steps)


def on_sphere(places: Doubles) -> Floats:
    """(m, d + 1) unit rows: [x, c] / |[x, c]| with c three times the largest distance from the middle.

    So far out the sphere is nearly flat, and the cosine falls with the squared distance.
    """
    centred = places - places.mean(axis=0)
    height = 3 * max(float(np.linalg.norm(centred, axis=1).max()), 1e-9)
    lifted = np.concatenate([centred, np.full((len(places), 1), height)], axis=1)
    return np.asarray(lifted / np.linalg.norm(lifted, axis=1, keepdims=True), dtype=np.float32)


def learn_places(lesson: Lesson) -> Floats:
    """(n, dim + 1) unit rows of the items that were asked about, NaN for the others."""
    if lesson.answers is None:
        raise lacking("answers")
    rows, places = places_of(lesson.answers, lesson.dim, seed=lesson.seed, steps=lesson.steps or STEPS)
    found = np.full((len(lesson.vectors), lesson.dim + 1), np.nan, dtype=np.float32)
    found[rows] = on_sphere(places)
    return found


METHOD = Learner(
    name="places",
    label="Places from answers alone",
    formula="P(nearer) = sigmoid(|r − far|² − |r − near|²) of the places of the items",
    source="losses: logistic, crowd kernel (Tamuz et al. 2011), soft ordinal embedding (Terada & von Luxburg 2014)",
    needs=("answers",),
    baseline="as-is",
    trained="one place for each item that was asked about, by L-BFGS on all answers; no pictures, no texts",
    learn=learn_places,
)

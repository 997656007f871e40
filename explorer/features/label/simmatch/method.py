"""SimMatch as a method by examples."""

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.label.logistic import LOGISTIC
from explorer.features.label.method import FewLabels, Guesses, LabelMethod
from explorer.features.label.simmatch.agreement import agreement
from explorer.features.label.simmatch.learn import learn
from explorer.features.label.simmatch.settings import Settings


def guess(few: FewLabels, rng: Generator, progress: Progress) -> Guesses:
    """The teacher's classifier after training; details: the agreement with its likenesses, and the curve.

    InputError when there is only one label; see `learn` for others.
    """
    if len(few.names) < 2:
        raise InputError("SimMatch tells labels apart, and there is only one. Give some items another label.")
    learned = learn(few, rng, progress, Settings(), expected_shares(few, rng, progress))
    return Guesses(
        probabilities=learned.probabilities,
        details={
            "views": "pictures" if few.views is not None else "noise",
            "curve": [list(point) for point in learned.curve],
            "agreement": agreement(learned.probabilities, learned.votes, few.rows).tolist(),
        },
    )


def expected_shares(few: FewLabels, rng: Generator, progress: Progress) -> Floats:
    """(c,) how often each label is expected among all items: as a logistic regression on the same labels guesses.

    Not how often people gave it: somebody who labels five items of each kind says nothing of how many there are. Each
    label counts once more, so that none is expected never.
    """
    guessed = LOGISTIC.guess(few, rng, progress).probabilities.argmax(axis=1)
    counts = np.bincount(guessed, minlength=len(few.names)).astype(np.float32) + 1
    shares: Floats = counts / counts.sum()
    return shares


SIMMATCH = LabelMethod(
    name="simmatch",
    label="SimMatch",
    formula="CE + 10 · 1[max p̂ ≥ 0.7] H(p̂, p) + 5 H(q̂, q); p̂ = 0.9 p + 0.1 Σ q by label, q̂ ∝ q · p of its label",
    source="Zheng and others 2022, on frozen vectors, with a residual layer in the encoder’s place",
    baseline="logistic",
    trained="on labelled items and on views of the others; its teacher is a moving average",
    guess=guess,
)

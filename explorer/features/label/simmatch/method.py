"""SimMatch as a method by examples."""

from numpy.random import Generator

from explorer.base.progress import Progress
from explorer.features.label.method import FewLabels, Guesses, LabelMethod
from explorer.features.label.simmatch.agreement import agreement
from explorer.features.label.simmatch.learn import Settings, learn


def guess(few: FewLabels, rng: Generator, progress: Progress) -> Guesses:
    """The teacher's classifier after training; details: the agreement with its likenesses, and the curve."""
    learned = learn(few, rng, progress, Settings())
    return Guesses(
        probabilities=learned.probabilities,
        details={
            "views": "pictures" if few.views is not None else "noise",
            "curve": [list(point) for point in learned.curve],
            "agreement": agreement(learned.probabilities, learned.votes, few.rows).tolist(),
        },
    )


SIMMATCH = LabelMethod(
    name="simmatch",
    label="SimMatch",
    formula="CE + 10 · 1[max p̂ ≥ 0.7] H(p̂, p) + 5 H(q̂, q); p̂ = 0.9 p + 0.1 Σ q by label, q̂ ∝ q · p of its label",
    source="Zheng et al., SimMatch, CVPR 2022; on frozen vectors, with a residual layer in the encoder's place",
    baseline="logistic",
    trained="on the labelled items and on views of the others; the teacher is a moving average",
    guess=guess,
)

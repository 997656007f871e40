"""Logistic regression on the vectors: the classifier that most papers put on frozen vectors."""

import numpy as np

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.label.method import FewLabels, Guesses, LabelMethod

STRENGTH = 10.0
"""C of scikit-learn: how little the weights are held back. Unit vectors need more than the usual 1."""
ROUNDS = 300


def guess(few: FewLabels, rng: np.random.Generator, progress: Progress) -> Guesses:
    """Softmax of linear scores, fitted to the items with a label with an L2 penalty of 1 / STRENGTH.

    InputError when there is only one label: nothing can be told apart.
    """
    from sklearn.linear_model import LogisticRegression

    if len(few.names) < 2:
        raise InputError(f"Expected at least two labels, got {len(few.names)}. Label items of a second kind.")
    progress.start("Logistic regression", 1)
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(few.vectors[few.rows], few.codes)
    found = np.asarray(model.predict_proba(few.vectors), dtype=np.float32)
    progress.finish()
    return Guesses(probabilities=found, details={"rounds": int(np.max(model.n_iter_))})


LOGISTIC = LabelMethod(
    name="logistic",
    label="Logistic regression",
    formula=f"softmax(W x + b), cross-entropy + |W|² / (2 · {STRENGTH:g})",
    source="Cox 1958",
    baseline="neighbours",
    guess=guess,
)

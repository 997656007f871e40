"""Logistic regression on the vectors: the classifier that most papers put on frozen vectors."""

import warnings

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.label.method import FewLabels, Guesses, LabelMethod

STRENGTH = 100.0
"""C of scikit-learn: how little the weights are held back. Unit vectors need more than the usual 1."""
ROUNDS = 300


def guess(few: FewLabels, rng: np.random.Generator, progress: Progress) -> Guesses:
    """Softmax of linear scores, fitted to the items with a label with an L2 penalty of 1 / STRENGTH.

    InputError when there is only one label: nothing can be told apart.
    """
    if len(few.names) < 2:
        raise InputError(f"Expected at least two labels, got {len(few.names)}. Label items of a second kind.")
    progress.start("Logistic regression", 1)
    found = fitted(few.vectors[few.rows], few.codes, few.vectors)
    progress.finish()
    return Guesses(probabilities=found)


def fitted(known: Floats, codes: Rows, asked: Floats, *, rounds: int = ROUNDS, tolerance: float = 1e-4) -> Floats:
    """(k, c) probabilities of the (k, d) rows `asked`, learned from (m, d) rows with (m,) codes 0 to c − 1."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=rounds, tol=tolerance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a good order of the labels is enough
        warnings.filterwarnings("ignore", "The number of unique classes")  # one label of each is a fair start
        model.fit(known, codes)
    return np.asarray(model.predict_proba(asked), dtype=np.float32)


LOGISTIC = LabelMethod(
    name="logistic",
    label="Logistic regression",
    formula=f"softmax(W x + b), cross-entropy + |W|² / (2 · {STRENGTH:g})",
    source="Cox 1958",
    baseline="neighbours",
    guess=guess,
)

"""Label spreading over the graph of nearest neighbours."""

import numpy as np

from explorer.base.progress import Progress
from explorer.features.label.method import FewLabels, Guesses, LabelMethod

NEAREST, ALPHA, ROUNDS = 10, 0.5, 30


def guess(few: FewLabels, rng: np.random.Generator, progress: Progress) -> Guesses:
    """Labels flow along a graph of each item's NEAREST neighbours until they settle; shares at each item.

    scikit-learn's LabelSpreading. An item that no label reaches has the shares of the labelled items.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.semi_supervised import LabelSpreading

    progress.start("Label spreading", 1)
    given = np.full(len(few.vectors), -1)
    given[few.rows] = few.codes
    nearest = min(NEAREST, len(few.vectors) - 1)
    model = LabelSpreading(kernel="knn", n_neighbors=nearest, alpha=ALPHA, max_iter=ROUNDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the order of the labels has settled long before
        warnings.simplefilter("ignore", RuntimeWarning)  # 0 / 0 where no label reaches; put right below
        model.fit(few.vectors, given)
    found = np.asarray(model.label_distributions_, dtype=np.float32)
    shares = np.bincount(few.codes, minlength=len(few.names)) / len(few.codes)
    lost = ~np.isfinite(found).all(axis=1) | (found.sum(axis=1) <= 0)
    found[lost] = shares
    progress.finish()
    return Guesses(probabilities=found / found.sum(axis=1, keepdims=True), details={"out of reach": int(lost.sum())})


SPREADING = LabelMethod(
    name="spreading",
    label="Label spreading",
    formula=f"F ← {ALPHA:g} S F + {1 - ALPHA:.1f} Y on the graph of {NEAREST} nearest neighbours",
    source="Zhou and others 2004",
    baseline="logistic",
    guess=guess,
)

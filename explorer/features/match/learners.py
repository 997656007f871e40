"""Classifiers that learn from pairs of which it is known whether they are the same: any mix of what matchers measure.

They have the settings of ProMap's authors (Macková and Pilát, ProMap: Datasets for Product Mapping in E-commerce).
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.heads.platt import Calibration, calibrated

Values = NDArray[np.floating[Any]]
"""(p, m) what is known of p pairs, NaN where it could not be told."""
DEFAULT = "lr"
LEAST = 2
"""Pairs of each kind without which nothing is learned."""


Classifier = Any  # of scikit-learn, which has no types


@dataclass(frozen=True)
class Learner:
    """A kind of classifier. label, formula: for people. build: an unfitted one of scikit-learn, from a seed."""

    name: str
    label: str
    formula: str
    build: Callable[[int], Classifier]


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A fitted classifier. used: (m,) columns that it looks at, those that are known of some pair.

    middle: (m,) medians that stand for what could not be told. gaps: (m,) columns that had gaps; each has another that
    says where. platt: the sigmoid over the margin, for a classifier without probabilities. held_out:
    (p,) probability of each pair that it learned from, by a classifier that saw no pair of the same group; None where
    it was not asked for.
    """

    learner: Learner
    used: Mask
    middle: Doubles
    gaps: Mask
    model: Classifier
    platt: Calibration | None = None
    held_out: Floats | None = None

    def probabilities(self, values: Values) -> Floats:
        """(q,) probability that each of (q, m) pairs is the same; InputError for another width."""
        matrix = np.asarray(values, np.float64)
        if matrix.ndim != 2 or matrix.shape[1] != len(self.used):
            raise InputError(f"The mix was learned from {len(self.used)} numbers a pair, got {matrix.shape[1:]}.")
        if not len(matrix):
            return np.empty(0, np.float32)
        filled = _filled(matrix, self.middle, self.gaps)[:, np.concatenate([self.used, np.ones(self.gaps.sum(), bool)])]
        if self.platt is None:
            return np.asarray(self.model.predict_proba(filled)[:, 1], np.float32)
        return self.platt.probabilities(self.model.decision_function(filled))

    def reasons(self, row: Values) -> Floats:
        """(m,) what each number of one pair adds to its probability: by how much that falls with the median instead."""
        changed = np.tile(np.asarray(row, np.float64), (len(row) + 1, 1))
        changed[np.arange(len(row)) + 1, np.arange(len(row))] = self.middle
        found = self.probabilities(changed)
        return np.asarray(found[0] - found[1:], np.float32)


def learn(
    values: Values, same: Mask, *, method: str = DEFAULT, groups: Sequence[object] | Rows | None = None, seed: int = 0
) -> Learned:
    """Fit a classifier to (p, m) numbers of pairs. same: (p,) which are the same.

    groups: (p,) what pairs have in common, such as their left thing; given, `held_out` is worked out where there are
    groups enough. InputError with fewer than two pairs of a kind, without a known number, or for an unknown method.
    """
    chosen = LEARNERS[check_choice(method, LEARNERS, "way of learning")]
    matrix, truth = np.asarray(values, np.float64), np.asarray(same, bool)
    check_kinds(truth)
    known = np.isfinite(matrix)
    used: Mask = np.any(known, axis=0)
    if not used.any():
        raise InputError("Expected at least one number that is known of the pairs, got none: nothing can be learned.")
    middle = np.array([np.median(c[ok]) if ok.any() else 0.0 for c, ok in zip(matrix.T, known.T, strict=True)])
    gaps: Mask = used & ~np.all(known, axis=0)
    filled = _filled(matrix, middle, gaps)[:, np.concatenate([used, np.ones(gaps.sum(), bool)])]
    model = _fitted(chosen.build(seed), filled, truth)
    platt = None if hasattr(model, "predict_proba") else calibrated(model.decision_function(filled), truth)
    made = Learned(learner=chosen, used=used, middle=middle, gaps=gaps, model=model, platt=platt)
    if groups is None:
        return made
    try:
        return replace(made, held_out=held_out(matrix, truth, groups, method=method, seed=seed))
    except InputError:  # too few groups: the classifier stands, its quality cannot be told
        return made


def held_out(
    values: Values,
    same: Mask,
    groups: Sequence[object] | Rows,
    *,
    method: str = DEFAULT,
    folds: int = 5,
    seed: int = 0,
) -> Floats:
    """(p,) probability of each pair by a classifier that saw no pair of its group.

    groups: (p,) what pairs have in common. Folds are fewer where there are fewer groups. InputError where a fold
    leaves fewer than two pairs of a kind to learn from.
    """
    truth, codes = np.asarray(same, bool), np.unique(np.asarray(groups), return_inverse=True)[1]
    check_kinds(truth)
    found = np.full(len(truth), np.nan, np.float32)
    for learned_from, asked in _group_folds(truth, codes, folds, seed):
        if min(truth[learned_from].sum(), (~truth[learned_from]).sum()) < LEAST:
            raise InputError(
                "The known pairs hang together too much: without those of one group too few are left to learn from. "
                "Accept and reject pairs of more different things."
            )
        fitted = learn(values[learned_from], truth[learned_from], method=method, seed=seed)
        found[asked] = fitted.probabilities(values[asked])
    return found


def check_kinds(same: Mask) -> None:
    """InputError without two pairs of each kind."""
    alike, other = int(same.sum()), int((~same).sum())
    if min(alike, other) < LEAST:
        raise InputError(
            f"Expected at least {LEAST} pairs that are the same and {LEAST} that are not, got {alike} and {other}. "
            "Accept and reject a few more."
        )


def _group_folds(truth: Mask, codes: Rows, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    from sklearn.model_selection import StratifiedGroupKFold

    count = min(folds, len(np.unique(codes)))
    if count < 2:
        raise InputError("Expected known pairs of at least two different things, got one: nothing can be held out.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a kind with fewer pairs than folds is fine
        made = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        return [(learned, asked) for learned, asked in made.split(codes, truth, codes) if len(asked)]


def _filled(matrix: Doubles, middle: Doubles, gaps: Mask) -> Doubles:
    """(p, m + gaps) the medians where nothing is known, and for each part with gaps where they are."""
    unknown = ~np.isfinite(matrix)
    return np.concatenate([np.where(unknown, middle, matrix), unknown[:, gaps].astype(np.float64)], axis=1)


def _fitted(model: Classifier, filled: Doubles, truth: Mask) -> Classifier:
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the authors' number of rounds, as it is
        return model.fit(filled, truth)


def _logistic(seed: int) -> Classifier:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(solver="lbfgs", max_iter=600)


def _forest(seed: int) -> Classifier:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=100,
        criterion="entropy",
        max_depth=10,
        min_samples_split=15,
        class_weight="balanced",
        random_state=seed,
    )


def _tree(seed: int) -> Classifier:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        criterion="entropy", max_depth=10, min_samples_split=5, class_weight="balanced", random_state=seed
    )


def _support_vectors(seed: int) -> Classifier:
    from sklearn.svm import SVC

    return SVC(kernel="poly", degree=5, class_weight="balanced", max_iter=100_000, random_state=seed)


def _network(seed: int) -> Classifier:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((10, 10), activation="relu", solver="adam", max_iter=250, random_state=seed)


_ALL = (
    Learner("lr", "Logistic regression", "σ(w·x + b), l2, lbfgs, 600 rounds", _logistic),
    Learner("rf", "Random forest", "100 trees, entropy, depth 10, from 15 pairs on split, balanced", _forest),
    Learner("dt", "Decision tree", "entropy, depth 10, from 5 pairs on split, balanced", _tree),
    Learner("svm", "Support vectors", "kernel (γ x·x′)⁵, balanced; Platt's sigmoid over the margin", _support_vectors),
    Learner("mlp", "Small network", "two layers of 10, ReLU, Adam, 250 rounds", _network),
)
LEARNERS: dict[str, Learner] = {one.name: one for one in _ALL}
"""All learners by name."""

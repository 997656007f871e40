"""Simulated people, who see nothing but a few known attributes: for measuring how learning from answers works."""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.features.judgments.learning.ordinal import sigmoid
from explorer.features.judgments.questions import Choices, choices_from_rows

TRIES = 20


def simulated_odd_ones(
    features: Doubles, items: Rows, count: int, rng: np.random.Generator, noise: float = 0.1
) -> Choices:
    """`count` odd-one-out answers about random items of (m,) `items`, by people who see only the (n, f) `features`.

    The pair that is nearest in the features is alike; where two pairs are equally near the question is skipped, as
    people may do, and another is asked. noise: share of the answers that are given at random.
    """
    shown: list[Rows] = []
    choice: list[int] = []
    for _ in range(TRIES * count):
        rows = rng.choice(items, 3, replace=False)
        x = features[rows]
        away = np.array([((x[(i + 1) % 3] - x[(i + 2) % 3]) ** 2).sum() for i in range(3)])
        order = np.argsort(away, kind="stable")
        if away[order[1]] - away[order[0]] < 1e-9:
            continue
        shown.append(rows)
        choice.append(int(rng.integers(3)) if rng.random() < noise else int(order[0]))
        if len(shown) == count:
            break
    return choices_from_rows("odd_one_out", np.array(shown).reshape(-1, 3), np.array(choice, dtype=np.int64))


def simulated_preferences(
    features: Doubles, items: Rows, wishes: Doubles, count: int, rng: np.random.Generator, *, sharpness: float = 4.0
) -> Rows:
    """(count, 2) [preferred, other] by a person of reward (f,) `wishes` · features: P = sigmoid(sharpness · gap)."""
    pairs = np.stack([rng.choice(items, 2, replace=False) for _ in range(count)])
    gap = (features[pairs[:, 0]] - features[pairs[:, 1]]) @ wishes
    first = rng.random(count) < sigmoid(sharpness * gap)
    return np.where(first[:, None], pairs, pairs[:, ::-1])


def column_features(columns: list[NDArray[np.object_]]) -> Doubles:
    """(n, f) features of attribute columns: numbers from 0 to 1, other values one column a value, each 0 or 1."""
    found: list[Doubles] = []
    for values in columns:
        try:
            numbers = values.astype(np.float64)
            low, high = np.nanmin(numbers), np.nanmax(numbers)
            found.append(np.nan_to_num((numbers - low) / max(high - low, 1e-12))[:, None])
        except (TypeError, ValueError):
            names, codes = np.unique(values.astype(str), return_inverse=True)
            found.append(np.eye(len(names))[codes] / np.sqrt(2))
    return np.concatenate(found, axis=1)

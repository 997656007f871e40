"""A cheap guess of measures and quality from vectors: ridge regression, fitted to what was evaluated."""

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Answers

RIDGE = 1e-2
GROWTH = 1.1
FEWEST = 30


class Surrogate:
    """Ridge regression from (n, d) unit vectors to the measures and the quality of the items.

    It is fitted anew whenever a tenth more has been evaluated; its error is the leave-one-out residual, which ridge
    regression gives in closed form (Allen's PRESS).
    """

    def __init__(self, vectors: Vectors, measures: int) -> None:
        self._vectors = vectors
        self._gram = np.zeros((vectors.shape[1] + 1, vectors.shape[1] + 1))
        self._right = np.zeros((vectors.shape[1] + 1, measures + 1))
        self._x: list[Doubles] = []
        self._y: list[Doubles] = []
        self._seen, self._fitted_at = 0, 0
        self._guesses: Doubles | None = None
        self.error = np.ones(measures + 1)

    @property
    def ready(self) -> bool:
        """Whether enough was seen for a first guess."""
        return self._seen >= FEWEST

    def learn(self, rows: Rows, answers: Answers) -> None:
        """Take in evaluated items; failed ones teach nothing."""
        targets = np.column_stack([answers.measures, answers.quality])
        fine = np.isfinite(targets).all(axis=1)
        x = self._features(rows[fine])
        y = targets[fine]
        self._gram += x.T @ x
        self._right += x.T @ y
        self._x.append(x)
        self._y.append(y)
        self._seen += len(y)

    def guesses(self) -> Doubles:
        """(n, measures + 1) guessed measures and quality of all items."""
        if self._guesses is None or self._seen >= GROWTH * self._fitted_at:
            self._fit()
        assert self._guesses is not None
        return self._guesses

    def expected_gain(self, rows: Rows, archive: Archive) -> tuple[Doubles, Rows]:
        """(m,) rows -> (m,) what each is expected to add to the QD score, and (m,) its guessed cell."""
        from scipy.special import ndtr

        guess = self.guesses()[rows]
        cells = archive.cell_of(np.clip(guess[:, :-1], 0.0, 1.0))
        there = np.nan_to_num(archive.quality[cells], nan=0.0)
        sigma = max(float(self.error[-1]), 1e-9)
        ahead = (guess[:, -1] - there) / sigma
        density = np.exp(-0.5 * ahead**2) / np.sqrt(2 * np.pi)
        return sigma * (ahead * ndtr(ahead) + density), cells

    def _features(self, rows: Rows) -> Doubles:
        x = np.asarray(self._vectors[rows], dtype=np.float64)
        return np.column_stack([x, np.ones(len(x))])

    def _fit(self) -> None:
        inverse = np.linalg.inv(self._gram + RIDGE * np.eye(len(self._gram)))
        weights = inverse @ self._right
        x, y = np.concatenate(self._x), np.concatenate(self._y)
        self._x, self._y = [x], [y]
        leverage = np.einsum("ij,jk,ik->i", x, inverse, x, optimize=True)
        left_out = (y - x @ weights) / np.maximum(1 - leverage, 1e-3)[:, None]
        self.error = np.sqrt((left_out**2).mean(axis=0))
        self._guesses = np.asarray(self._vectors, dtype=np.float32) @ weights[:-1].astype(np.float32) + weights[-1]
        self._fitted_at = self._seen

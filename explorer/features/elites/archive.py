"""The archive: one elite a cell. Storage and cell numbers are pyribs'; the insertion is one candidate after another."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError

if TYPE_CHECKING:
    from ribs.archives import CVTArchive, GridArchive

MOST_CELLS = 1_000_000
FAILED, REJECTED, IMPROVED, NEW = -1, 0, 1, 2
"""What became of a candidate: could not be evaluated, not better, better than its cell's elite, first of its cell."""

CVT_SAMPLES = 20_000
Span = tuple[float, float]
Became = NDArray[np.int8]


class Archive:
    """One elite a cell; a candidate gets in when its cell is empty or it is strictly better.

    quality: (cells,) NaN where empty. candidate: (cells,) number of the elite, -1 where empty. Measures outside the
    ranges count for the nearest cell at the edge.
    """

    def __init__(self, cells: int, make: "Callable[[], GridArchive | CVTArchive]") -> None:
        self.cells, self._make = cells, make
        self.quality = np.full(self.cells, np.nan)
        self.candidate = np.full(self.cells, -1, dtype=np.int64)
        self._best: list[float] = [-np.inf] * self.cells

    @cached_property
    def inner(self) -> "GridArchive | CVTArchive":
        """The pyribs archive. Made when it is asked for: loading pyribs takes seconds, and looking needs none of it."""
        return self._make()

    def show(self, cells: Rows, status: Rows, quality: Doubles) -> None:
        """Fill an empty archive with what a log says, for looking only: solutions are left out.

        cells, status, quality: (n,) of all candidates in order, as `add` told and was told.
        """
        last = self._last_of_each(cells, status)
        self.quality[cells[last]] = quality[last]
        self.candidate[cells[last]] = last

    def cell_of(self, measures: Doubles) -> Rows:
        """(n, d) measures -> (n,) cell numbers, row-major for a grid.

        A value within 1e-6 of an interval below a grid line counts for the cell above it (pyribs' epsilon).
        """
        return np.asarray(self.inner.index_of(measures), dtype=np.int64)

    def add(
        self, candidates: Rows, solutions: Doubles, quality: Doubles, measures: Doubles
    ) -> tuple[Became, Doubles, Rows]:
        """Insert n candidates in order; those with a value that is not finite fail and change nothing.

        Returns (n,) what became of each (FAILED, REJECTED, IMPROVED, NEW), (n,) how much better than the cell's elite
        before it (its own quality for a new cell, as in pyribs), and (n,) cells, -1 for failures.
        """
        quality, measures = np.asarray(quality, dtype=np.float64), np.asarray(measures, dtype=np.float64)
        fine = np.isfinite(quality) & np.isfinite(measures).all(axis=1)
        cells = np.full(len(quality), -1, dtype=np.int64)
        if fine.any():
            cells[fine] = self.cell_of(measures[fine])
        status, gains = self._decide(cells.tolist(), quality.tolist())
        winners = self._last_of_each(cells, status)
        if len(winners):
            self.inner.add(np.asarray(solutions)[winners], quality[winners], measures[winners])
            self.quality[cells[winners]] = quality[winners]
            self.candidate[cells[winners]] = np.asarray(candidates)[winners]
        return status, gains, cells

    def _decide(self, cells: list[int], quality: list[float]) -> tuple[Became, Doubles]:
        status = [FAILED] * len(cells)
        gains = [-np.inf] * len(cells)
        best = self._best
        for place, (cell, value) in enumerate(zip(cells, quality, strict=True)):
            if cell < 0:
                continue
            before = best[cell]
            new = before == -np.inf
            gains[place] = value if new else value - before
            status[place] = NEW if new else IMPROVED if value > before else REJECTED
            if new or value > before:
                best[cell] = value
        return np.array(status, dtype=np.int8), np.array(gains)

    @staticmethod
    def _last_of_each(cells: Rows, status: Rows | Became) -> Rows:
        """Places of the candidates that stay: within a cell the accepted ones only get better."""
        accepted = np.flatnonzero(status > REJECTED)[::-1]
        return np.asarray(accepted[np.unique(cells[accepted], return_index=True)[1]], dtype=np.int64)

    @property
    def centroids(self) -> Doubles:
        """(cells, d) the points that irregular cells lie around."""
        return np.asarray(cast("CVTArchive", self.inner).centroids, dtype=np.float64)

    @property
    def occupied(self) -> Rows:
        """(m,) numbers of the cells with an elite, ascending."""
        return np.flatnonzero(self.candidate >= 0)

    @property
    def coverage(self) -> float:
        """Share of the cells that have an elite."""
        return float((self.candidate >= 0).mean())

    def qd_score(self, offset: float = 0.0) -> float:
        """Sum over the filled cells of quality minus `offset` (pyribs' QD score)."""
        filled = self.quality[self.candidate >= 0]
        return float((filled - offset).sum())


def check_cells(dims: Sequence[int]) -> int:
    """Return the number of cells of a grid; InputError when it has none, or more than a million."""
    if not dims or any(int(count) < 1 for count in dims):
        raise InputError(f"Resolution: expected 1 or more cells along every axis, got {' x '.join(map(str, dims))}.")
    cells = 1
    for count in dims:
        cells *= int(count)
    if cells > MOST_CELLS:
        shown = " x ".join(f"{count:,}" for count in dims)
        raise InputError(f"Resolution: expected at most {MOST_CELLS:,} cells, got {shown} = {cells:,}. Choose fewer.")
    return cells


def grid_archive(
    dims: Sequence[int],
    ranges: Sequence[Span] | None = None,
    solution_dim: int = 1,
    seed: int | None = None,
) -> Archive:
    """An empty grid of dims[0] x dims[1] x ... cells over `ranges` ([0, 1] along every axis when left out).

    Raises InputError above 1,000,000 cells.
    """
    bounds = list(ranges or [(0.0, 1.0)] * len(dims))

    def make() -> "GridArchive":
        from ribs.archives import GridArchive

        return GridArchive(solution_dim=solution_dim, dims=list(dims), ranges=bounds, seed=seed)

    return Archive(check_cells(dims), make)


def cvt_archive(
    centroids: int | Doubles,
    ranges: Sequence[Span],
    solution_dim: int = 1,
    seed: int | None = None,
) -> Archive:
    """An empty archive whose cells are the points nearest to each of the centroids (Vassiliades et al. 2018).

    centroids: (c, d) points, or their number; then they are found by k-means among 20,000 random points.
    """
    if isinstance(centroids, int):
        check_cells([centroids])
        if centroids > CVT_SAMPLES // 4:
            raise InputError(f"Cells of irregular shape: expected at most {CVT_SAMPLES // 4:,}, got {centroids:,}.")
    settings: dict[str, Any] = {"samples": CVT_SAMPLES, "k_means_kwargs": {"n_init": 1, "random_state": seed}}

    def make() -> "CVTArchive":
        from ribs.archives import CVTArchive

        return CVTArchive(solution_dim=solution_dim, centroids=centroids, ranges=list(ranges), seed=seed, **settings)

    return Archive(centroids if isinstance(centroids, int) else len(centroids), make)

"""Second moments of two sets of vectors in one streamed pass: all that linear CKA, CCA and Procrustes need.

With n items and d, e dimensions the memory is O((d + e)^2) and no table of all pairs of items is ever made.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Mask, Vectors
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError
from explorer.base.executor import Cores, Executor
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.features.compare.checks import check_pair, check_shapes
from explorer.features.compare.rank import Step, directions, step_of

BLOCK, WORKERS = 2048, 8
PIECES = 64
"""Rows are summed in at most so many pieces, whoever does it: equal rows give equal bytes, and few sums wait."""
HALF_EXPONENT = np.int16(0x7C00)
"""All bits of the exponent of a half: set for NaN and infinity only."""
PRECISE_ITEMS = 20_000
"""Up to so many items, and always for float64 vectors, linear CKA takes its products in double precision."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One set of n vectors, centred: its own second moments.

    covariance: (d, d) sum of products, not divided by n. norms, squares: sum of the items' squared lengths, and sum of
    the squares of these. rounding: (d,) expected sum of squared errors of the stored numbers. whole: number of
    dimensions before any reduction; where that is n or more, d < n principal coordinates stand for them, which changes
    no distance and no angle.
    """

    n: int
    covariance: Doubles
    norms: float
    squares: float
    rounding: Doubles
    whole: int

    @property
    def wide(self) -> bool:
        """True when there were at least as many dimensions as items."""
        return self.whole >= self.n

    @cached_property
    def spectrum(self) -> tuple[Doubles, Doubles]:
        """(d,) eigenvalues, rising, and (d, d) eigenvectors of the covariance."""
        values, vectors = np.linalg.eigh(self.covariance)
        return values, vectors

    @cached_property
    def directions(self) -> Mask:
        """(d,) eigenvectors along which the items spread by more than the stored numbers' errors."""
        return directions(self.spectrum, self.rounding, self.whole / self.n)


@dataclass(frozen=True)
class Given:
    """Rows to take the moments of. rows: (n, d), d < n. whole: dimensions before they were reduced. rounding: (d,) as
    in `Side`, None where it follows from the rows.
    """

    rows: Vectors
    step: Step
    whole: int
    rounding: Doubles | None = None

    @staticmethod
    def of(x: Vectors) -> "Given":
        """X (n, d) itself; where d >= n, its coordinates along its fewer than n principal axes."""
        step = step_of(x)
        return Given(x, step, x.shape[1]) if x.shape[1] < len(x) else _principal(x, step)


@dataclass(frozen=True)
class Moments:
    """Two sides and what lies between them: `cross` (d, e) sum of products, `mixed` sum of products of the items'
    squared lengths. `cache`: what the measures share (canonical correlations).
    """

    x: Side
    y: Side
    cross: Doubles
    mixed: float
    cache: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def n(self) -> int:
        """Number of items."""
        return self.x.n


@dataclass(frozen=True)
class Elsewhere:
    """Who sums instead of the cores of this machine. rows: gives both sides where a worker runs, and can be pickled."""

    executor: Executor
    rows: Callable[[], tuple[Vectors, Vectors]]
    progress: Progress = field(default_factory=Silent)


def checked_moments(x: Vectors, y: Vectors, *, precise: bool = True, elsewhere: Elsewhere | None = None) -> Moments:
    """`moments` of vectors that nobody has looked at yet; InputError as in `check_pair`, without reading them twice."""
    check_shapes(x, y)
    try:
        found = moments_of(Given.of(x), Given.of(y), precise=precise, elsewhere=elsewhere)
    except FloatingPointError:
        found = None
    if found is None or not found.x.norms > 0 or not found.y.norms > 0:
        check_pair(x, y)
        raise InputError("The vectors vary by less than their number type can tell: there is nothing to compare.")
    return found


def moments(x: Vectors, y: Vectors, *, precise: bool = True) -> Moments:
    """`moments_of` x (n, d) and y (n, e), float16 to float64, memory-mapped or not."""
    return moments_of(Given.of(x), Given.of(y), precise=precise)


def moments_of(x: Given, y: Given, *, precise: bool = True, elsewhere: Elsewhere | None = None) -> Moments:
    """Moments of two sides of the same items; both are read once, in blocks.

    precise: products in double precision, without which small directions drown in the errors of the large ones. Blocks
    are shifted by the mean of the first one, so that a large common mean costs no precision. Pieces of some blocks are
    summed by each core, or elsewhere, and added here in their order. FloatingPointError for a number that is NaN or
    infinite.
    """
    rows, n = (x.rows, y.rows), len(x.rows)
    shifts = [np.asarray(side[:BLOCK], dtype=np.float64).mean(axis=0) for side in rows]
    _check_finite(float(sum(shift.sum() for shift in shifts)))
    step = BLOCK * -(-n // (BLOCK * PIECES))
    pieces = [(start, min(start + step, n)) for start in range(0, n, step)]
    there = elsewhere or Elsewhere(Cores(min(os.cpu_count() or 1, WORKERS, len(pieces))), lambda: rows)
    kind: type[np.floating[Any]] = np.float64 if precise else np.float32
    if len(pieces) == 1:
        return _Adder(rows, shifts, kind)(pieces[0]).finish(n, (x, y))
    make = partial(_adder, there.rows, shifts, kind)
    there.progress.start("Sums over the items", len(pieces))
    with single_threaded(), closing(there.executor.each(make, enumerate(pieces))) as results:
        total = reduce(_Sums.joined, _in_order(results, there.progress))
    there.progress.finish()
    return total.finish(n, (x, y))


def _in_order(results: Iterable[tuple[int, "_Sums"]], progress: Progress) -> Iterator["_Sums"]:
    """The results by their numbers, from 0, each as soon as those before it are there."""
    early: dict[int, _Sums] = {}
    given = 0
    for done, (number, result) in enumerate(results, 1):
        progress.advance(done)
        early[number] = result
        while given in early:
            yield early.pop(given)
            given += 1


def _principal(x: Vectors, step: Step) -> Given:
    """The centred rows of x (n, d) along their r < n principal axes: the same shape, turned.

    For d >= n: found from the (n, n) products, which is the smaller table then.
    """
    raw = np.asarray(x, dtype=np.float64)
    _check_finite(float(raw.sum()))
    centred = raw - raw.mean(axis=0)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = values > values[-1] * len(values) * np.finfo(np.float64).eps
    kept[0] = False  # centring takes one direction away
    roots = np.sqrt(values[kept])
    axes = centred.T @ (vectors[:, kept] / roots)
    rounding = step.rounding(np.einsum("ij,ij->j", raw, raw), len(raw)) @ np.square(axes)
    return Given(vectors[:, kept] * roots, step, x.shape[1], rounding)


class _Sums:
    """Running sums over blocks; x and y below stand for shifted rows, q and p for their squared lengths."""

    def __init__(self, shifts: list[Doubles], kind: type[np.floating[Any]]) -> None:
        self.kind = kind
        self.shifts: list[Vectors] = [shift.astype(kind) for shift in shifts]
        d, e = (len(shift) for shift in shifts)
        self.xx, self.yy, self.xy = np.zeros((d, d)), np.zeros((e, e)), np.zeros((d, e))
        self.x, self.qx, self.px = np.zeros(d), np.zeros(d), np.zeros(d)
        self.y, self.qy, self.py = np.zeros(e), np.zeros(e), np.zeros(e)
        self.q = self.p = self.qq = self.pp = self.qp = 0.0

    def add(self, x: Vectors, y: Vectors) -> None:
        """Take a block of both sides into account."""
        x, y = (_shifted(side, shift, self.kind) for side, shift in zip((x, y), self.shifts, strict=True))
        self.xx += x.T @ x  # numpy sees that it is symmetric and does half of the work
        self.yy += y.T @ y
        self.xy += x.T @ y
        q, p = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
        self.x += x.sum(axis=0)
        self.y += y.sum(axis=0)
        self.qx += q @ x
        self.px += p @ x
        self.qy += q @ y
        self.py += p @ y
        q, p = q.astype(np.float64), p.astype(np.float64)
        self.q, self.p = self.q + q.sum(), self.p + p.sum()
        self.qq, self.pp, self.qp = self.qq + q @ q, self.pp + p @ p, self.qp + q @ p

    def joined(self, other: "_Sums") -> "_Sums":
        """These sums with those over other blocks."""
        for name in ("xx", "yy", "xy", "x", "y", "qx", "px", "qy", "py", "q", "p", "qq", "pp", "qp"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    def finish(self, n: int, given: tuple[Given, Given]) -> Moments:
        """Move from the shift to the mean: with m the mean, an item's squared length is q - 2 x.m + m.m."""
        _check_finite(self.qq + self.pp)
        m, k = self.x / n, self.y / n
        mm, kk = float(m @ m), float(k @ k)
        cross = self.xy - n * np.outer(m, k)
        turns = float(2 * self.qy @ k), float(2 * self.px @ m), float(4 * m @ self.xy @ k)
        mixed = _mixed(n, self.qp, turns, (self.q, self.p), (mm, kk))
        left = _side(n, (self.xx, self.qx, self.q, self.qq), m, (given[0], self.shifts[0]))
        right = _side(n, (self.yy, self.py, self.p, self.pp), k, (given[1], self.shifts[1]))
        return Moments(left, right, cross, mixed)


@dataclass(frozen=True)
class _Adder:
    """Sums over a piece of the rows of both sides, from one row up to another."""

    rows: tuple[Vectors, Vectors]
    shifts: list[Doubles]
    kind: type[np.floating[Any]]

    def __call__(self, piece: tuple[int, int]) -> _Sums:
        sums, (first, end) = _Sums(self.shifts, self.kind), piece
        with np.errstate(invalid="ignore", over="ignore"):  # told apart at the end
            for start in range(first, end, BLOCK):
                sums.add(*(side[start : min(start + BLOCK, end)] for side in self.rows))
        return sums


def _adder(rows: Callable[[], tuple[Vectors, Vectors]], shifts: list[Doubles], kind: type[np.floating[Any]]) -> _Adder:
    return _Adder(rows(), shifts, kind)


def _side(n: int, sums: tuple[Doubles, Doubles, float, float], m: Doubles, origin: tuple[Given, Vectors]) -> Side:
    (xx, qx, q, qq), (given, shift) = sums, origin
    mm, turn = float(m @ m), float(2 * qx @ m)
    covariance = xx - n * np.outer(m, m)
    raw = np.diag(covariance) + n * np.square(m + shift)
    return Side(
        n=n,
        covariance=covariance,
        norms=float(q - n * mm),
        squares=_mixed(n, qq, (turn, turn, float(4 * m @ xx @ m)), (q, q), (mm, mm)),
        rounding=given.step.rounding(raw, n) if given.rounding is None else given.rounding,
        whole=given.whole,
    )


def _mixed(
    n: int, qp: float, turns: tuple[float, float, float], totals: tuple[float, float], means: tuple[float, float]
) -> float:
    """Sum over items of (q - 2 x.m + m.m)(p - 2 y.k + k.k), from sums of its parts (x sums to n m, y to n k)."""
    (qk, pm, mk), (q, p), (mm, kk) = turns, totals, means
    return float(qp - qk - pm + mk + q * kk + p * mm - 3 * n * mm * kk)


def _shifted(side: Vectors, shift: Vectors, kind: type[np.floating[Any]]) -> Vectors:
    """The block as `kind`, less the shift."""
    if side.dtype != np.float16:
        return np.asarray(np.subtract(side, shift, dtype=kind))
    half = np.ascontiguousarray(side)
    if (half.view(np.int16) & HALF_EXPONENT).max() == HALF_EXPONENT:
        raise FloatingPointError("NaN or infinity")
    wide = widen(half)
    return np.asarray(np.subtract(wide, shift, out=wide if kind == np.float32 else None, dtype=kind))


def _check_finite(total: float) -> None:
    if not np.isfinite(total):
        raise FloatingPointError("NaN or infinity")

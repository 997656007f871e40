"""Accuracy against the number of labels, where a column tells what is right: all methods on the same labelled items."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.label.contract import METHODS
from explorer.features.label.method import FewLabels
from explorer.features.label.service import item_vectors
from explorer.features.label.views.kept import kept_views
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened

EACH, SEEDS, FORMAT = (1, 2, 5, 10), 5, 1
LEAST, MOST_CLASSES = 4, 500
"""Items that a class needs, two to learn from and two to test on; and how many classes there may be."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Mean accuracy of a method with so many labels a class, its 95 % interval over the seeds (Student’s t), and the
    difference to logistic regression on the same labels with its interval.
    """

    method: str
    each: int
    accuracy: float
    low: float
    high: float
    change: float
    change_low: float
    change_high: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What was measured. tested: items; classes: of how many; seeds: draws of labelled items. points: by method, each.

    left_out: items of classes with too few items, or without a value or vector.
    """

    column: str
    encoder: str
    tested: int
    classes: int
    seeds: int
    left_out: int
    points: tuple[Point, ...]


def measure_curve(
    opened: Opened,
    spec: str,
    column: str,
    *,
    methods: Sequence[str] = (),
    each: Sequence[int] = EACH,
    seeds: int = SEEDS,
    progress: Progress | None = None,
) -> Curve:
    """Measure and keep the curve of methods (those that are not trained, without any named).

    A random half of the items of each class is tested on, and never labelled; labelled items are drawn from the other
    half. Methods see the vectors of all items. InputError for a column that cannot serve, or an unknown method.
    """
    names = [check_choice(one, METHODS, "method") for one in methods] or untrained()
    truth = _truth(opened, spec, column)
    vectors, views = item_vectors(opened, spec)[1], kept_views(opened, spec) if _any_trained(names) else None
    if views is not None:
        views = views[:, item_vectors(opened, spec)[0]][:, truth.places]
    work, hits = progress or Silent(), dict[tuple[str, int], list[float]]()
    work.start("Measuring", seeds * len(each) * len(names))
    for seed in range(seeds):
        tested = _tested(truth.codes, np.random.default_rng(seed))
        for count in each:
            rows = _drawn(truth.codes, ~tested, count, np.random.default_rng([seed, count]))
            few = FewLabels(
                vectors=vectors[truth.places],
                rows=rows,
                codes=truth.codes[rows],
                names=truth.names,
                views=views,
            )
            for name in names:
                done = sum(map(len, hits.values()))
                found = METHODS[name].guess(few, np.random.default_rng(seed), _Within(work, done))
                right = found.probabilities.argmax(axis=1)[tested] == truth.codes[tested]
                hits.setdefault((name, count), []).append(float(right.mean()))
    work.finish()
    curve = Curve(
        column=column,
        encoder=spec,
        tested=int(tested.sum()),
        classes=len(truth.names),
        seeds=seeds,
        left_out=truth.left_out,
        points=tuple(_point(name, count, hits, "logistic") for name in names for count in each),
    )
    keep_answer(curve_path(opened, spec, column), asdict(curve))
    return curve


def known_curve(opened: Opened, spec: str, column: str) -> Curve | None:
    """What was measured before for the items and vectors as they are; None when nothing was."""
    found = read_answer(curve_path(opened, spec, column))
    with suppress(KeyError, TypeError, ValueError):
        if found:
            return Curve(**found | {"points": tuple(Point(**one) for one in found["points"])})
    return None


def curve_path(opened: Opened, spec: str, column: str) -> Path:
    """Where the curve is kept."""
    return answer_path(opened, "label/curves", (FORMAT, spec, column), models_stamp(opened.workspace, spec))


def untrained() -> list[str]:
    """Methods that take seconds."""
    return [name for name, method in METHODS.items() if not method.trained]


@dataclass(frozen=True)
class _Truth:
    """places: (k,) among the items with a vector. codes: (k,) classes. names: (c,). left_out: other items."""

    places: Rows
    codes: Rows
    names: tuple[str, ...]
    left_out: int


def _truth(opened: Opened, spec: str, column: str) -> _Truth:
    if column not in opened.dataset.attributes:
        known = ", ".join(opened.dataset.attributes) or "none, this collection has no columns"
        raise InputError(f"Expected one of the columns {known}; got {column!r}.")
    rows = item_vectors(opened, spec)[0]
    coded = codes_of(opened.dataset.table.column(column)).filled()
    codes = coded.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(coded))
    fine = counts >= LEAST
    if not 2 <= fine.sum() <= MOST_CLASSES:
        raise InputError(
            f"Column {column}: expected 2 to {MOST_CLASSES} values that {LEAST} items or more have, got {fine.sum()}. "
            "Choose a column of labels."
        )
    places = np.flatnonzero((codes >= 0) & fine[codes])
    kept = np.flatnonzero(fine)
    names = tuple(coded.names[code] for code in kept)
    return _Truth(places, np.searchsorted(kept, codes[places]), names, len(opened.dataset) - len(places))


def _tested(codes: Rows, rng: np.random.Generator) -> Mask:
    found = np.zeros(len(codes), dtype=bool)
    for code in range(int(codes.max()) + 1):
        own = rng.permutation(np.flatnonzero(codes == code))
        found[own[: len(own) // 2]] = True
    return found


def _drawn(codes: Rows, allowed: Mask, each: int, rng: np.random.Generator) -> Rows:
    """(m,) `each` of the allowed items of every class, or all where there are fewer, ascending."""
    drawn = [rng.permutation(np.flatnonzero(allowed & (codes == code)))[:each] for code in range(int(codes.max()) + 1)]
    return np.sort(np.concatenate(drawn))


def _point(name: str, each: int, hits: dict[tuple[str, int], list[float]], baseline: str) -> Point:
    own = np.array(hits[name, each])
    other = np.array(hits.get((baseline, each), hits[name, each]))
    accuracy, change = _interval(own), _interval(own - other)
    return Point(
        method=name,
        each=each,
        accuracy=accuracy[0],
        low=max(0.0, accuracy[1]),
        high=min(1.0, accuracy[2]),
        change=change[0],
        change_low=change[1],
        change_high=change[2],
    )


def _interval(values: Floats) -> tuple[float, float, float]:
    """Mean and its 95 % interval by Student’s t; the interval of one value is that value."""
    from scipy.stats import t

    middle = float(values.mean())
    if len(values) < 2:
        return middle, middle, middle
    half = float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5)
    return middle, middle - half, middle + half


def _any_trained(names: Sequence[str]) -> bool:
    return any(METHODS[name].trained for name in names)


@dataclass(frozen=True)
class _Within:
    """Progress of one of many runs: the whole is as far as the runs before it, and can be stopped in the middle."""

    outer: Progress
    runs: int

    def start(self, what: str, total: int) -> None:
        """Nothing but whether to stop."""
        self.outer.advance(self.runs)

    def advance(self, done: int) -> None:
        """Nothing but whether to stop."""
        self.outer.advance(self.runs)

    def finish(self) -> None:
        """Nothing."""

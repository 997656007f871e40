"""From raw values to places in [0, 1]: scales that are fitted to the data, so that a map is used up to its edges."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Vectors, check_choice
from explorer.base.errors import InputError

SCALES = ("quantiles", "range")
MOST_KNOTS = 257
EDGE = 0.01
SMALLEST_SPREAD = 1e-9


@dataclass(frozen=True)
class Scale:
    """A rising line through points: raw values at the `knots` lie at the `places` in [0, 1]; ends hold beyond them.

    steps: each knot has a row of its own, as many rows as knots.
    """

    knots: tuple[float, ...]
    places: tuple[float, ...]
    steps: bool = False

    def __call__(self, values: Vectors) -> Doubles:
        """Raw values -> places in [0, 1]; NaN stays NaN."""
        raw = np.asarray(values, dtype=np.float64)
        found = np.interp(raw, self.knots, self.places)
        return np.where(np.isnan(raw), np.nan, found)

    def raw(self, places: Vectors) -> Doubles:
        """Places in [0, 1] -> raw values: the inverse, as far as there is one."""
        return np.asarray(np.interp(places, self.places, self.knots), dtype=np.float64)


def fit_scale(values: Vectors, kind: str, label: str) -> Scale:
    """(n,) raw values of the data -> a scale; values that are not finite are left out.

    kind: "quantiles", where equal steps hold equally many items (ties share the middle of their ranks), or "range",
    the straight line between the 1 % and the 99 % quantile.
    Raises InputError when the values have no spread: every item would lie in one row of the map.
    """
    check_choice(kind, SCALES, "scale")
    raw = np.asarray(values, dtype=np.float64)
    raw = raw[np.isfinite(raw)]
    if len(raw) < 2 or raw.max() - raw.min() <= SMALLEST_SPREAD * max(1.0, float(np.abs(raw).max())):
        raise InputError(_no_spread(raw, label))
    return _quantiles(raw) if kind == "quantiles" else _line(raw, EDGE)


def fit_steps(values: Vectors, rows: int, label: str) -> Scale | None:
    """(n,) raw values of the data -> a scale with a row for each value where they are no more than `rows`, else None.

    Otherwise rows of a count would lie between two whole numbers, where nothing can be.
    Raises InputError when the values have no spread.
    """
    fit_scale(values, "range", label)
    raw = np.asarray(values, dtype=np.float64)
    unique = np.unique(raw[np.isfinite(raw)])
    if len(unique) > rows:
        return None
    return Scale(tuple(unique.tolist()), tuple(np.linspace(0, 1, len(unique)).tolist()), steps=True)


def full_range(values: Vectors, label: str) -> Scale:
    """(n,) raw values -> the straight line from the lowest (0) to the highest (1). InputError without spread."""
    fit_scale(values, "range", label)
    raw = np.asarray(values, dtype=np.float64)
    return _line(raw[np.isfinite(raw)], 0.0)


def _quantiles(raw: Doubles) -> Scale:
    unique, counts = np.unique(raw, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / len(raw)
    keep = np.unique(np.linspace(0, len(unique) - 1, min(MOST_KNOTS, len(unique))).round().astype(int))
    if len(unique) > MOST_KNOTS:
        wanted = np.linspace(middle[0], middle[-1], MOST_KNOTS)
        keep = np.unique(
            np.concatenate([[0, len(unique) - 1], np.searchsorted(middle, wanted).clip(0, len(unique) - 1)])
        )
    places = (middle[keep] - middle[0]) / (middle[-1] - middle[0])
    return Scale(tuple(unique[keep].tolist()), tuple(places.tolist()))


def _line(raw: Doubles, edge: float) -> Scale:
    low, high = np.quantile(raw, [edge, 1 - edge])
    if high - low <= SMALLEST_SPREAD:  # nearly all values are the same one
        low, high = raw.min(), raw.max()
    return Scale((float(low), float(high)), (0.0, 1.0))


def _no_spread(raw: Doubles, label: str) -> str:
    if not len(raw):
        return f"{label}: expected numbers, got none that are finite. Choose another measure."
    return (
        f"{label}: expected values that differ between the items, got {raw[0]:g} for all {len(raw):,}. "
        "Choose another measure."
    )

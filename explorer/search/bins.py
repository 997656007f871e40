"""Bins with round edges, for numbers and for times."""

from math import ceil, floor, isfinite, log10

import numpy as np

MOST_BINS = 24
LEAST_WHOLE, MOST_DIGITS, LARGEST_STEPS = -(2**63), 300, 1e12
# Steps of times: unit of numpy, how many of it.
STEPS = (
    *(("s", count) for count in (1, 5, 15, 30)),
    *(("m", count) for count in (1, 5, 15, 30)),
    *(("h", count) for count in (1, 3, 6, 12)),
    *(("D", count) for count in (1, 2, 7, 14)),
    *(("M", count) for count in (1, 3, 6)),
    *(("Y", count) for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)),
)


def whole_edges(low: int, high: int) -> tuple[int, ...]:
    """Edges around whole numbers: a bin holds those from one edge up to below the next; at most 25 bins."""
    least = -(-(high - low + 1) // MOST_BINS)
    step = next(size for size in _round_sizes(len(str(least)) - 1) if size >= least)
    first = max(low // step * step, LEAST_WHOLE)
    return tuple(range(first, high + step + 1, step))[: (high - first) // step + 2]


def edges(low: float, high: float) -> tuple[float, ...]:
    """Edges around numbers: a bin holds those from one edge up to below the next, the last one its upper edge too.

    Round ones, at most 25 bins; where floats are too coarse for round ones, the ends and what lies between.
    """
    spread = high - low
    step = _round_step(spread / MOST_BINS) if isfinite(spread) and spread / MOST_BINS > 0 else 0.0
    if step == 0 or max(abs(low), abs(high)) / step > LARGEST_STEPS:
        return _plain_edges(low, high)
    digits = max(0, -floor(log10(step)))
    numbers = range(floor(low / step), max(ceil(high / step), floor(low / step) + 1) + 1)
    found = [round(number * step, digits) if digits < MOST_DIGITS else number * step for number in numbers]
    return (min(found[0], low), *found[1:-1], max(found[-1], high))


def time_edges(low: float, high: float) -> tuple[float, ...]:
    """Edges around times in seconds since 1970, at full minutes, days, months or years; at most 25 bins."""
    start, end = (np.datetime64(floor(value), "s") for value in (low, high))
    for unit, count in STEPS if high - low > MOST_BINS / 2 else ():
        first, last = (int(value.astype(f"M8[{unit}]").astype(np.int64)) // count for value in (start, end))
        if last - first < MOST_BINS:
            numbers = np.arange(first, last + 2) * count
            return tuple(numbers.astype(f"M8[{unit}]").astype("M8[s]").astype(np.int64).astype(float).tolist())
    return _plain_edges(low, high)


def _round_sizes(power: int) -> tuple[int, ...]:
    return tuple(digit * 10**power for digit in (1, 2, 5, 10, 20))


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    power = 10.0 ** floor(log10(least))
    return next((digit * power for digit in (1, 2, 5, 10) if digit * power >= least), 0.0) if power > 0 else 0.0


def _plain_edges(low: float, high: float) -> tuple[float, ...]:
    between = np.linspace(low / 4, high / 4, MOST_BINS + 1) * 4  # by quarters: the spread may be beyond all floats
    inner = between[(between > low) & (between < high)]
    return tuple(np.unique(np.concatenate(([low], inner, [high]))).tolist())

"""Which columns tell a selection from the rest: lift for values, standardised difference for numbers."""

from collections.abc import Iterator
from math import log, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Mask, sorted_unique
from explorer.base.columns import codes_of, one_piece
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError

COLUMNS = ("column", "value", "kind", "effect", "low", "high", "inside", "outside", "count", "strength")
MOST_VALUES = 200  # most values of a column that are looked at, the most frequent in the selection
LEAST = 2  # items of the selection that must have a value
MISSING = "(missing)"
Row = dict[str, Any]


def explain_selection(dataset: Dataset, mask: Mask, error: float = 0.05) -> pd.DataFrame:
    """Compare the items of the (n,) `mask` with all others; return what surely differs, the strongest first.

    column, value ("" for numbers), kind "lift" or "difference".
    effect: lift = share of the selection with the value / share of the rest with it (counts + 1/2, so that 0 is no
    division by 0); difference = (mean inside - mean outside) / pooled standard deviation. low, high: its interval.
    inside, outside: the two shares, or the two means. count: items of the selection with the value, or with a number.
    strength: the end of the interval nearest to no effect, in standard deviations (logistic: ln(lift) * sqrt(3) / pi).
    A row is kept when its interval excludes no effect. Intervals are at 1 - error / number of comparisons
    (Bonferroni): lift by Katz et al. 1978, difference by Hedges & Olkin 1985. Lists count each of their entries.
    Empty when the selection is empty or everything.
    """
    from scipy.special import ndtri

    mask = np.asarray(mask)
    if mask.shape != (len(dataset),) or mask.dtype != np.bool_:
        raise InputError(f"Selection: expected a mask of {len(dataset)} items, got {mask.dtype} {mask.shape}.")
    rows: list[Row] = []
    if mask.any() and not mask.all():
        for name in dataset.attributes:
            rows += _compare(name, one_piece(dataset.table.column(name)), mask)
    z = float(-ndtri(error / (2 * max(1, len(rows)))))
    kept = [row for row in (_with_interval(row, z) for row in rows) if row["strength"] > 0]
    frame = pd.DataFrame(kept, columns=list(COLUMNS))
    return frame.sort_values(["strength", "column"], ascending=[False, True], ignore_index=True)


def _compare(name: str, values: pa.Array, mask: Mask) -> Iterator[Row]:
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        yield from _compare_numbers(name, values.cast(pa.float64(), safe=False), mask)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if not pa.types.is_floating(kind.value_type):
            owners = pc.list_parent_indices(values).to_numpy(zero_copy_only=False)
            yield from _compare_values(name, pc.list_flatten(values), owners, mask)
    elif not pa.types.is_nested(kind):
        yield from _compare_values(name, values, np.arange(len(values)), mask)


def _compare_numbers(name: str, values: pa.Array, mask: Mask) -> Iterator[Row]:
    numbers = pc.fill_null(values, float("nan")).to_numpy(zero_copy_only=False)
    finite = np.isfinite(numbers)
    inside, outside = numbers[mask & finite], numbers[~mask & finite]
    sizes = len(inside), len(outside)
    if min(sizes) < LEAST:
        return
    freedom = sum(sizes) - 2
    pooled = sqrt((inside.var() * sizes[0] + outside.var() * sizes[1]) / freedom) if freedom else 0.0
    if pooled <= 0:
        return
    means = float(inside.mean()), float(outside.mean())
    effect = (means[0] - means[1]) / pooled
    spread = sqrt(1 / sizes[0] + 1 / sizes[1] + effect**2 / (2 * sum(sizes)))
    yield {
        "column": name,
        "value": "",
        "kind": "difference",
        "effect": effect,
        "spread": spread,
        "inside": means[0],
        "outside": means[1],
        "count": sizes[0],
    }


def _compare_values(name: str, values: pa.Array, owners: NDArray[Any], mask: Mask) -> Iterator[Row]:
    coded = codes_of(values)
    count = len(coded)
    if count >= len(mask) / 2:  # nearly every item has its own value: nothing to count
        return
    codes = np.where(coded.codes < 0, count, coded.codes)
    if len(owners) != len(mask):
        owners, codes = np.divmod(sorted_unique(owners * (count + 1) + codes), count + 1)
    inside = np.bincount(codes[mask[owners]], minlength=count + 1)
    outside = np.bincount(codes, minlength=count + 1) - inside
    sizes = int(mask.sum()), int((~mask).sum())
    frequent = np.argsort(-(inside + outside * 1e-9), kind="stable")[:MOST_VALUES]
    for code in frequent[(inside[frequent] >= LEAST) | (outside[frequent] >= LEAST)]:
        value = MISSING if code == count else coded.names[code]
        yield _lift(name, value, (int(inside[code]), int(outside[code])), sizes)


def _lift(name: str, value: str, counts: tuple[int, int], sizes: tuple[int, int]) -> Row:
    shares = [(count + 0.5) / (size + 0.5) for count, size in zip(counts, sizes, strict=True)]
    spread = sqrt(sum(1 / (c + 0.5) - 1 / (s + 0.5) for c, s in zip(counts, sizes, strict=True)))
    return {
        "column": name,
        "value": value,
        "kind": "lift",
        "effect": log(shares[0] / shares[1]),
        "spread": spread,
        "inside": counts[0] / sizes[0],
        "outside": counts[1] / sizes[1],
        "count": counts[0],
    }


def _with_interval(row: Row, z: float) -> Row:
    """Turn `effect` and `spread` (of a lift: in logarithms) into an effect with an interval and a strength."""
    low, high = row["effect"] - z * row["spread"], row["effect"] + z * row["spread"]
    nearest = max(low, -high, 0.0)
    if row["kind"] == "difference":
        return row | {"low": low, "high": high, "strength": nearest}
    effects = {name: float(np.exp(value)) for name, value in (("effect", row["effect"]), ("low", low), ("high", high))}
    return row | effects | {"strength": nearest * sqrt(3) / pi}

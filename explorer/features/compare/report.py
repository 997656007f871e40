"""Measures and scores as plain text."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Vectors
from explorer.features.compare.contract import METHODS, NEEDS
from explorer.features.compare.resampling import Measured
from explorer.features.compare.structure import blocks, correspondence


def describe() -> str:
    """Every measure with all that the registry says of it."""
    lines = []
    for measure in METHODS.values():
        ends = "higher is more alike" if measure.higher else "lower is more alike"
        lines += [
            f"{measure.name}: {measure.label} ({measure.source})",
            f"  formula     {measure.formula}",
            f"  centring    {measure.centring}",
            f"  ignores     {measure.invariant}",
            f"  direction   {measure.direction}; {ends}; {'a metric' if measure.metric else 'not a metric'}",
            f"  cost        {measure.cost}",
            f"  reading     {measure.meaning}",
            *(f"  needs       {NEEDS[word]}" for word in measure.needs),
            *([f"  fitted      {measure.trained}"] if measure.trained else []),
        ]
    return "\n".join(lines)


def table(scores: Sequence[Measured]) -> str:
    """A line a score, then the warnings."""
    head = (
        f"{'measure':<26} {'score':>7}  {'95 % interval':<17} {'shuffled':>8} {'calibrated':>10} {'p':>6} {'items':>7}"
    )
    lines = [head]
    for one in scores:
        interval = f"{one.low:.3f} to {one.high:.3f}"
        lines.append(
            f"{one.measure:<26} {one.value:>7.3f}  {interval:<17} {one.shuffled:>8.3f} {one.calibrated:>10.3f} "
            f"{one.p:>6.3f} {one.items:>7,}"
        )
    return "\n".join(lines + [f"{one.measure}: {one.warning}" for one in scores if one.warning])


def grid(rows: Sequence[str], columns: Sequence[str], values: Vectors) -> str:
    """A table with names at both sides."""
    left = max(map(len, rows))
    wide = [max(7, len(name)) for name in columns]
    lines = [" ".join([" " * left, *(f"{name:>{w}}" for name, w in zip(columns, wide, strict=True))])]
    for name, line in zip(rows, values, strict=True):
        cells = (f"{value:>{w}.3f}" for value, w in zip(line, wide, strict=True))
        lines.append(" ".join([f"{name:<{left}}", *cells]))
    return "\n".join(lines)


def structure_words(values: Vectors, rows: Sequence[str], measure: str, *, itself: bool) -> str:
    """What a table of layers shows, in sentences: which layer corresponds to which, or the blocks of one network.

    rows: names of the layers at the left. itself: both sides are one network.
    """
    chosen = METHODS[measure]
    if itself:
        found = blocks(values, chosen)
        if not found.runs or np.isnan(found.between):
            return "No blocks: no run of neighbouring layers is more alike than layers are on average."
        runs = "; ".join(f"{rows[first]} to {rows[last]}" for first, last in found.runs)
        return (
            f"Blocks of layers that are alike: {runs}. Two layers of one block score {found.within:.2f} on average, "
            f"other pairs {found.between:.2f}."
        )
    match = correspondence(values, chosen)
    if np.isnan(match.apart):
        return "No layer has a score."
    told = f"Best partners lie {match.apart:.0%} of the depth apart on average (by chance {match.by_chance:.0%})"
    told += "" if np.isnan(match.order) else f"; rank correlation of the places {match.order:.2f}"
    if match.same is not None:
        told += f"; {match.same} of {len(rows)} layers have the one at the same place as best partner"
    return told + "."

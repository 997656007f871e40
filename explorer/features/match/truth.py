"""Which pairs are right, where that is known, and how well links find them at every threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, bootstrap_interval, wilson
from explorer.features.match.method import Task, pair_keys
from explorer.features.match.side import Side
from explorer.io.arrow_kinds import is_bytes
from explorer.io.text import counted

SEPARATOR = "|"
"""Between the ids in one cell of a column of truth, where a thing belongs to several."""
SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The pairs that are right: (t,) left and right rows, each pair once. notes: sentences on what was passed over."""

    left: Rows
    right: Rows
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.left)

    def right_pairs(self, left: Rows, right: Rows) -> Mask:
        """(p,) whether each of p pairs is right."""
        return np.isin(pair_keys(left, right), pair_keys(self.left, self.right))


@dataclass(frozen=True, kw_only=True)
class Curve:
    """(s,) points from the highest threshold to the lowest, pairs of equal score together.

    precision and recall lie in 0 to 1, low and high are ends of their 95 % intervals (Wilson, over pairs). all_right:
    how many pairs are right; missed: so many of them are not among the pairs at any threshold.
    """

    thresholds: Doubles
    precision: Doubles
    recall: Doubles
    precision_low: Doubles
    precision_high: Doubles
    recall_low: Doubles
    recall_high: Doubles
    all_right: int
    missed: int

    @property
    def f1(self) -> Doubles:
        """(s,) harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return np.divide(2 * self.precision * self.recall, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, kw_only=True)
class LinkScores:
    """How right links are. hits: right ones among them. precision: None without links; each with its 95 % interval."""

    hits: int
    precision: Score | None
    recall: Score
    f1: Score

    @property
    def all(self) -> tuple[Score | None, Score, Score]:
        """The three of them."""
        return self.precision, self.recall, self.f1


def scores_of_links(left: Rows, right: Rows, truth: Truth) -> LinkScores:
    """Precision, recall and F1 of (l,) links against the pairs that are right.

    Intervals of precision and recall: Wilson 1927, over pairs. Of F1 the wider ends of two: Wilson's of the share of
    right links among all pairs that are linked or right, J, as F1 = 2 J / (1 + J); and the bootstrap over left rows
    with all their pairs. InputError when nothing is right.
    """
    check_known(truth)
    hits, linked = truth.right_pairs(left, right), len(left)
    count = int(hits.sum())
    units = np.unique(np.concatenate([left, truth.left]), return_inverse=True)[1].reshape(-1)
    size = int(units.max()) + 1
    right_ones = np.bincount(units[:linked][hits], minlength=size)
    totals = np.bincount(units, minlength=size)  # links and right pairs

    def f1(rows: Rows) -> float:
        return float(2 * right_ones[rows].sum() / totals[rows].sum())

    ends = _wider(_f1_ends(count, linked + len(truth)), bootstrap_interval(f1, size))
    return LinkScores(
        hits=count,
        precision=Score(count / linked, *wilson(count / linked, linked), linked) if linked else None,
        recall=Score(count / len(truth), *wilson(count / len(truth), len(truth)), len(truth)),
        f1=Score(f1(np.arange(size)), *ends, size),
    )


def _f1_ends(hits: int, total: int) -> tuple[float, float]:
    """The interval of F1 over pairs; total: links and right pairs."""
    pairs = total - hits
    low, high = (2 * share / (1 + share) for share in wilson(hits / pairs, pairs))
    return low, high


def _wider(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return min(one[0], other[0]), max(one[1], other[1])


def check_known(truth: Truth) -> None:
    """InputError when nothing is right."""
    if not len(truth):
        raise InputError("Truth: expected at least one pair that is right, got none.")


def id_columns(side: Side, other: Side) -> frozenset[str]:
    """Columns of a side that hold ids of the other side in most of their cells; none where its rows are numbered."""
    if other.row_keys:
        return frozenset()
    known = set(other.ids)
    plain = [field.name for field in side.table.schema if not (pa.types.is_nested(field.type) or is_bytes(field.type))]
    return frozenset(name for name in plain if name != side.text and _tells(side.strings(name), known))


def _tells(cells: Sequence[str], known: set[str]) -> bool:
    """Whether most of the cells that hold something hold known ids, several with “|” between."""
    values = [one for one in cells if one.strip()]
    return sum(all(part.strip() in known for part in one.split(SEPARATOR)) for one in values) > len(values) / 2


def truth_in(task: Task, column: str) -> Truth:
    """The right pairs that a column of the left side tells: ids of right things; of one list ids or groups.

    Of one list a column tells ids where most of its values are such; else things of the same value are the same.
    """
    if not task.same:
        return truth_of_column(task.left, task.right, column)
    if _tells(task.left.strings(column), set(task.left.ids)):
        return truth_of_column(task.left, task.right, column, same=True)
    return truth_of_groups(task.left, column)


def truth_of_column(left: Side, right: Side, column: str, same: bool = False) -> Truth:
    """The truth in a column of the left side: ids of the right side, several with “|” between, nothing for no match.

    same: the two sides are one list, and what a pair says in one direction holds in both. InputError for an unknown
    column, and when no id in it is known.
    """
    pairs = [
        (row, one.strip())
        for row, cell in enumerate(left.strings(column))
        for one in (cell.split(SEPARATOR) if SEPARATOR in cell else [cell])
        if one.strip()
    ]
    return _truth(pairs, right, f"{left.name}, column {column}", same)


def truth_of_groups(side: Side, column: str) -> Truth:
    """The truth of one list whose column names the group of each thing: all pairs within a group are right."""
    groups: dict[str, list[int]] = {}
    for row, name in enumerate(side.strings(column)):
        if name:
            groups.setdefault(name, []).append(row)
    pairs = [(a, b) for rows in groups.values() for place, a in enumerate(rows) for b in rows[place + 1 :]]
    if not pairs:
        raise InputError(
            f"{side.name}, column {column}: expected a value that several rows have, every one stands once."
        )
    left, right = np.array(pairs, np.int64).T
    return Truth(left=left, right=right)


def truth_of_pairs(left: Side, right: Side, pairs: Mapping[str, Sequence[str]], same: bool = False) -> Truth:
    """The truth as right ids by left id; unknown ids are passed over with a note, InputError when none is known."""
    rows = {one: row for row, one in enumerate(left.ids)}
    known = [(rows[one], other) for one, others in pairs.items() if one in rows for other in others]
    missing = [one for one in pairs if one not in rows]
    found = _truth(known, right, "truth", same)
    notes = (_unknown(missing, left.name),) if missing else ()
    return Truth(left=found.left, right=found.right, notes=(*notes, *found.notes))


def curve(scores: Doubles, is_right: Mask, all_right: int) -> Curve:
    """Precision and recall of (p,) pairs at every threshold. is_right: (p,); all_right: pairs that are right at all.

    InputError when nothing is right.
    """
    if not all_right:
        raise InputError("Truth: expected at least one pair that is right, got none.")
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order]) != 0), len(order) - 1) if len(order) else np.array([], int)
    hits, counts = np.cumsum(is_right[order])[ends].astype(float), (ends + 1).astype(float)
    precision = [wilson(hit / count, count) for hit, count in zip(hits, counts, strict=True)]
    recall = [wilson(hit / all_right, all_right) for hit in hits]
    (low, high), (least, most) = _ends(precision), _ends(recall)
    return Curve(
        thresholds=np.asarray(scores[order][ends], float),
        precision=hits / counts,
        recall=hits / all_right,
        precision_low=low,
        precision_high=high,
        recall_low=least,
        recall_high=most,
        all_right=all_right,
        missed=all_right - int(is_right.sum()),
    )


def _ends(intervals: Sequence[tuple[float, float]]) -> tuple[Doubles, Doubles]:
    pairs = np.array(intervals, float).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _truth(pairs: Sequence[tuple[int, str]], right: Side, what: str, same: bool) -> Truth:
    rows = {one: row for row, one in enumerate(right.ids)}
    known = [(row, rows[one]) for row, one in pairs if one in rows]
    missing = list(dict.fromkeys(one for _, one in pairs if one not in rows))
    if not known:
        raise InputError(f"{what}: expected ids of {right.name}, such as {right.ids[0]!r:.60}. {_nothing(missing)}")
    if same:
        known = [(min(a, b), max(a, b)) for a, b in known if a != b]
    once = np.array(sorted(set(known)), np.int64).reshape(-1, 2)
    return Truth(left=once[:, 0], right=once[:, 1], notes=(_unknown(missing, right.name),) if missing else ())


def _unknown(missing: Sequence[str], name: str) -> str:
    shown = ", ".join(f"{one!r:.60}" for one in missing[:SHOWN])
    more = " …" if len(missing) > SHOWN else ""
    return f"Truth: {counted(len(missing), 'id')} not in {name}, passed over: {shown}{more}"


def _nothing(missing: Sequence[str]) -> str:
    return (
        f"None of its {counted(len(missing), 'id')} is one, the first is {missing[0]!r:.60}."
        if missing
        else "It is empty."
    )

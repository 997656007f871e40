"""Exact triplets from attribute columns: the same value, and another value. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Rows
from explorer.features.conditional.triplets import Triplets

SAME, BUT = ("{}", "the same {}"), ("{}", "but {}")
Row = tuple[int, int, int, int, int]


def column_triplets(
    values: Rows, columns: Sequence[str], names: Sequence[Sequence[str]], rng: Generator, each: int = 2
) -> Triplets:
    """Exact triplets from (n, c) codes of attribute columns (-1: none): the same value, and another value.

    Focus: condition "column", the target has the reference's value, the distractor another value. Change, where there
    are two columns or more: condition "value", the target has it and shares another column with the reference; the
    distractor shares that column and lacks the value. each: tries an item and a column.
    """
    maker = _Maker(values, names, rng)
    rows: list[Row] = []
    for number, name in enumerate(columns):
        if len(maker.groups[number]) < 2:
            continue
        for row in np.repeat(np.flatnonzero(values[:, number] >= 0), each):
            rows += maker.focus(int(row), number, name)
            rows += maker.change(int(row), number)
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return Triplets(
        reference=table[:, 0],
        condition=table[:, 1],
        target=table[:, 2],
        distractors=table[:, 3:4],
        column=table[:, 4],
        conditions=list(maker.texts),
        values=values,
    )


@dataclass
class _Maker:
    """Draws triplets at random. groups: for each column, the items of each value. texts: conditions, numbered."""

    values: Rows
    names: Sequence[Sequence[str]]
    rng: Generator
    texts: dict[str, int] = field(default_factory=dict)
    groups: list[Mapping[int, Rows]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = [
            {int(code): np.flatnonzero(column == code) for code in np.unique(column) if code >= 0}
            for column in self.values.T
        ]

    def focus(self, row: int, number: int, name: str) -> list[Row]:
        """At most one triplet: the same value of column `number`."""
        own = int(self.values[row, number])
        target = self._one_of(self.groups[number][own])
        wrong = self._one_of(np.arange(len(self.values)))
        if target == row:
            return []
        wrong = wrong if self.values[wrong, number] != own else -1
        return [(row, self._text(SAME, name), target, wrong, number)]

    def change(self, row: int, number: int) -> list[Row]:
        """At most one triplet: another value of column `number`, the value of one more column kept."""
        values, rng = self.values, self.rng
        kept = [other for other in range(values.shape[1]) if other != number and values[row, other] >= 0]
        if not kept:
            return []
        other = kept[int(rng.integers(len(kept)))]
        group = self.groups[other][int(values[row, other])]
        target, wrong = (int(group[int(i)]) for i in rng.integers(0, len(group), 2))
        value = int(values[target, number])
        if value < 0 or value == values[row, number]:
            return []
        wrong = wrong if values[wrong, number] != value else row
        return [(row, self._text(BUT, self.names[number][value]), target, wrong, -1)]

    def _one_of(self, rows: Rows) -> int:
        return int(rows[self.rng.integers(len(rows))])

    def _text(self, forms: Sequence[str], words: str) -> int:
        text = forms[int(self.rng.integers(len(forms)))].format(words.replace("_", " "))
        return self.texts.setdefault(text, len(self.texts))

"""Judgments of other programs and studies, as answers. Every error names the file and the row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.features.judgments.values import Answer, check_answer

FORMATS = ("events", "odd-one-out", "triplets", "votes", "matrix")


@dataclass(frozen=True)
class Naming:
    """How a file names items: by id, or by number counted from `base` in the order of `ids`."""

    ids: tuple[str, ...]
    base: int | None = None

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.ids)

    def __call__(self, cell: Any, where: str) -> str:
        """The id that `cell` stands for; InputError with `where` when there is no such item."""
        text = str(cell).strip()
        if self.base is None:
            if text not in self._known:
                hint = (
                    " If the file numbers the items, say from where: --base 0 or --base 1."
                    if _whole(text) is not None
                    else ""
                )
                raise InputError(f"{where}: there is no item with the id {text!r} in this data set.{hint}")
            return text
        last = self.base + len(self.ids) - 1
        number = _whole(text)
        if number is None or not self.base <= number <= last:
            raise InputError(f"{where}: expected the number of an item from {self.base} to {last}, got {text!r}.")
        return self.ids[number - self.base]


@dataclass(frozen=True)
class Layout:
    """Where things stand in a table. items: three columns; columns are counted from 0.

    odd: column with the position of the odd one (1 to 3) when `odd_in` is "column"; else "third" or "second" item.
    person: column with the name of the person, None when there is none.
    """

    items: tuple[int, int, int] = (0, 1, 2)
    odd_in: str = "third"
    odd: int = -1
    person: int | None = None


@dataclass(frozen=True)
class Incoming:
    """What an import makes: the answers, the scale of ratings (lowest, highest), and remarks for the user."""

    answers: list[Answer]
    scale: tuple[float, float] | None = None
    remarks: list[str] = field(default_factory=list)


def odd_one_out(
    rows: Iterable[Sequence[Any]], name: Naming, layout: Layout, campaign: str, file: str, first: int = 1
) -> Incoming:
    """Answers from rows of three items, of which one is the odd one. `first`: row number of the first row."""
    found = []
    for number, row, where, items in _questions(rows, name, layout, file, first):
        odd = items[_odd_place(row, layout, where)]
        found.append(_answer(campaign, "odd_one_out", items, odd, row, layout, f"{file}:{number}", where))
    return Incoming(found)


def triplets(
    rows: Iterable[Sequence[Any]], name: Naming, layout: Layout, campaign: str, file: str, first: int = 1
) -> Incoming:
    """Answers from rows [reference, nearer, farther]."""
    found = []
    for number, row, where, items in _questions(rows, name, layout, file, first):
        found.append(_answer(campaign, "triplet", items, items, row, layout, f"{file}:{number}", where))
    return Incoming(found)


def _questions(
    rows: Iterable[Sequence[Any]], name: Naming, layout: Layout, file: str, first: int
) -> Iterator[tuple[int, Sequence[Any], str, tuple[str, ...]]]:
    """Row number, row, its place in words, and the ids of its items, which all differ."""
    for number, row in enumerate(rows, first):
        where = f"{file}, row {number}"
        items = tuple(name(_cell(row, column, where), where) for column in layout.items)
        _distinct(items, where)
        yield number, row, where, items


def votes(value: Any, name: Naming, campaign: str, file: str) -> Incoming:
    """Answers from {"answers": [[reference, a, b]], "agreement": [[votes for a, votes for b]]}, one answer a vote.

    The people are not named in such files, so `annotator` is "".
    """
    if not isinstance(value, dict) or not {"answers", "agreement"} <= set(value):
        raise InputError(f"{file}: expected an object with `answers` and `agreement`.")
    if len(value["answers"]) != len(value["agreement"]):
        got = f"{len(value['answers'])} and {len(value['agreement'])}"
        raise InputError(f"{file}: expected as many answers as agreements, got {got}.")
    found = []
    for number, (asked, counts) in enumerate(zip(value["answers"], value["agreement"], strict=True)):
        where = f"{file}, answers[{number}]"
        _expect_list(asked, 3, where, "[reference, a, b]")
        _expect_list(counts, 2, where, "[votes for a, votes for b]")
        items = tuple(name(cell, where) for cell in asked)
        _distinct(items, where)
        for side, count in enumerate(counts):
            if not isinstance(count, int) or count < 0:
                raise InputError(f"{where}: expected a number of votes from 0, got {count!r}.")
            chosen = items if side == 0 else (items[0], items[2], items[1])
            for vote in range(count):
                trial = f"{file}:{number}:{'ab'[side]}{vote + 1}"
                found.append(
                    Answer(
                        campaign=campaign,
                        task="triplet",
                        annotator="",
                        trial=trial,
                        items=items,
                        answer=list(chosen),
                        sampler="import",
                    )
                )
    return Incoming(found)


def matrices(values: NDArray[Any], name: Naming, campaign: str, file: str, similar: bool = False) -> Incoming:
    """Ratings of all pairs from an (n, n) matrix of dissimilarities, or (people, n, n) one a person.

    Numbers count from `name.base` (0 when it is None). A rating is minus the dissimilarity, so that more is more alike,
    or the similarity itself when `similar`. Entries that are not finite are left out, and counted in a remark.
    """
    stack = np.asarray(values, dtype=np.float64)
    stack = stack[None] if stack.ndim == 2 else stack
    count = len(name.ids)
    if stack.ndim != 3 or stack.shape[1:] != (count, count):
        raise InputError(
            f"{file}: expected a matrix of {count} x {count} for the {count} items of this data set, or one a person; "
            f"got {np.shape(values)}."
        )
    if not np.allclose(stack, stack.transpose(0, 2, 1), equal_nan=True):
        raise InputError(f"{file}: expected symmetric matrices.")
    upper = np.triu_indices(count, 1)
    found: list[Answer] = []
    missing = 0
    for person, matrix in enumerate(stack if similar else -stack, 1):
        who = f"person {person}" if len(stack) > 1 else ""
        for i, j, value in zip(*upper, matrix[upper], strict=True):
            if not np.isfinite(value):
                missing += 1
                continue
            trial, items = f"{file}:{person}:{i}:{j}", (name.ids[i], name.ids[j])
            found.append(
                Answer(
                    campaign=campaign,
                    task="pair_rating",
                    annotator=who,
                    trial=trial,
                    items=items,
                    answer=float(value),
                    sampler="import",
                )
            )
    ratings = [one.answer for one in found] or [0.0]
    remarks = [f"{missing:,} pairs without a number were left out."] if missing else []
    return Incoming(found, (min(ratings), 0.0 if not similar else max(ratings)), remarks)


def _answer(
    campaign: str,
    task: str,
    items: tuple[str, ...],
    answer: Any,
    row: Sequence[Any],
    layout: Layout,
    trial: str,
    where: str,
) -> Answer:
    person = "" if layout.person is None else str(_cell(row, layout.person, where)).strip()
    value = check_answer(task, items, list(answer) if task == "triplet" else answer)
    return Answer(
        campaign=campaign, task=task, annotator=person, trial=trial, items=items, answer=value, sampler="import"
    )


def _odd_place(row: Sequence[Any], layout: Layout, where: str) -> int:
    if layout.odd_in != "column":
        return {"third": 2, "second": 1}[layout.odd_in]
    cell = _cell(row, layout.odd, where)
    number = _whole(str(cell).strip())
    if number is None or not 1 <= number <= 3:
        raise InputError(f"{where}: expected the position of the odd one, 1, 2 or 3; got {cell!r}.")
    return number - 1


def _cell(row: Sequence[Any], column: int, where: str) -> Any:
    if column >= len(row):
        raise InputError(f"{where}: expected at least {column + 1} columns, got {len(row)}.")
    return row[column]


def _distinct(items: Sequence[str], where: str) -> None:
    if len(set(items)) < len(items):
        raise InputError(f"{where}: expected three different items, got {', '.join(items)}.")


def _expect_list(value: Any, length: int, where: str, what: str) -> None:
    if not isinstance(value, list) or len(value) != length:
        raise InputError(f"{where}: expected {what}, got {value!r}.")


def _whole(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None

"""A file of queries: a text or an item's id each, how many answers it wants, and conditions on attributes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.io.csv_rows import SHOWN, raise_problems, read_rows
from explorer.search.filters import format_filters, mask, parse_filters
from explorer.search.query import MAX_TEXT, QueryPart
from explorer.search.where import Typed, filters_of, typed_condition, typed_wish

TEXT, ID, COUNT, WHERE, FILTERS = "text", "id", "k", "where", "filters"
OURS = (TEXT, ID, COUNT, WHERE, FILTERS)
USUAL, MOST = 10, 1_000
NO_COLUMN = "there is no column"


@dataclass(frozen=True)
class BatchQuery:
    """A query of a batch. line: of the file. count: how many answers it wants. conditions: each in the form of
    `search.filters`, in order; all have to be met.
    """

    line: int
    part: QueryPart
    count: int = USUAL
    conditions: tuple[str, ...] = ()

    @property
    def filters(self) -> str:
        """All conditions together."""
        return ";".join(self.conditions)


def read_batch(path: Path, dataset: Dataset) -> list[BatchQuery]:
    """The queries of a .csv or .tsv file with the columns `text` or `id`, and if wanted `k`, `where`, `filters` and
    columns of the collection.

    A cell of a column of the collection is a condition on it, as behind `--where column=`; `where` holds conditions as
    they are typed there, with ; between them, `filters` as the app's addresses have them. Empty cells ask for nothing.
    InputError that names the lines: columns and items that are not there, neither text nor id or both, k that is no
    number from 1 to 1,000, conditions that cannot be read or used.
    """
    file = read_rows(path)
    unknown = [name for name in file.names if name not in OURS and name not in dataset.attributes]
    if unknown:
        known = ", ".join(dataset.attributes) or "none"
        names = " and no ".join(f"{name[:60]!r}" for name in unknown[:SHOWN])
        raise InputError(
            f"{path.name}, header: {NO_COLUMN} {names}. Expected {', '.join(OURS)}, or one of the "
            f"collection's: {known}."
        )
    if TEXT not in file.names and ID not in file.names:
        raise InputError(
            f"{path.name}: expected a column text or id with what is asked for; got {', '.join(file.names)}."
        )
    problems, found = [], []
    usable = _Usable(dataset)
    for line, row in file.rows:
        try:
            found.append(_query(line, row, dataset, usable))
        except InputError as error:
            problems.append(f"Line {line}: {error}")
    raise_problems(path.name, problems)
    return found


def _query(line: int, row: dict[str, str], dataset: Dataset, usable: Callable[[str], None]) -> BatchQuery:
    text, item = row.get(TEXT, ""), row.get(ID, "")
    if bool(text) == bool(item):
        raise InputError(f"expected a text or an id, got {'both' if text else 'neither'}.")
    if len(text) > MAX_TEXT:
        raise InputError(f"expected a text of at most {MAX_TEXT:,} characters, got {len(text):,}.")
    if item and dataset.row_of(item) < 0:
        raise InputError(f"there is no item {item[:80]!r}.")
    conditions = _conditions(row, dataset)
    for one in conditions:
        usable(one)
    part = QueryPart("text", text) if text else QueryPart("item", item)
    return BatchQuery(line, part, _count(row.get(COUNT, "")), conditions)


def _count(cell: str) -> int:
    if not cell:
        return USUAL
    try:
        number = float(cell)
    except ValueError:
        number = 0.0
    if not number.is_integer() or not 1 <= number <= MOST:
        raise InputError(f"k: expected a whole number from 1 to {MOST:,}, got {cell[:40]!r}.")
    return int(number)


def _conditions(row: dict[str, str], dataset: Dataset) -> tuple[str, ...]:
    """The conditions of a row, each once and in order, so that equal filters are equal texts."""
    typed: list[tuple[str, Typed]] = [typed_condition(one.strip()) for one in _parts(row.get(WHERE, ""))]
    typed += [(name, typed_wish(cell)) for name, cell in row.items() if name not in OURS and cell]
    found = [filters_of(dataset, {name: wish}) for name, wish in typed]
    found += [format_filters([one]) for one in parse_filters(row.get(FILTERS, ""))]
    return tuple(sorted(set(found)))


def _parts(cell: str) -> Sequence[str]:
    return [one for one in cell.split(";") if one.strip()]


class _Usable:
    """Whether the collection can answer a condition, each looked at once; InputError when it cannot."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._seen: dict[str, str] = {}

    def __call__(self, condition: str) -> None:
        if condition not in self._seen:
            try:
                mask(self._dataset, parse_filters(condition))
                self._seen[condition] = ""
            except InputError as error:
                self._seen[condition] = str(error)
        if self._seen[condition]:
            raise InputError(self._seen[condition])

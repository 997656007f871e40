"""A workload made up of a collection's own attributes: about ten filters that recur, as those of real batches do."""

from itertools import chain, zip_longest

import numpy as np
import pyarrow as pa

from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.features.lab.batches.plan import Conditions
from explorer.search.filters import Filter, format_filters
from explorer.workspace.opened import Opened

COLUMNS, VALUES, TEMPLATES = 6, 4, 10
MANY = 12  # different numbers of a column from which a range is asked for
SPANS = ((0.2, 0.4), (0.6, 0.7))


def templates(opened: Opened) -> list[Conditions]:
    """At most ten conditions: common values and ranges of the columns in turn; InputError where no column has two."""
    found = []
    for name in opened.dataset.attributes:
        conditions = _conditions(opened, name)
        if conditions:
            found.append(conditions)
        if len(found) == COLUMNS:
            break
    every = [one for one in chain.from_iterable(zip_longest(*found)) if one]
    if not every:
        raise InputError(
            f"{opened.name} has no column whose values several items share, so there is nothing to filter by. Give a "
            "file of queries with conditions of your own, or import the collection with attributes."
        )
    return [(one,) for one in every[:TEMPLATES]]


def _conditions(opened: Opened, name: str) -> list[str]:
    column = opened.dataset.table.column(name)
    if pa.types.is_nested(column.type):
        return []
    codes = codes_of(column)
    if len(codes) < 2:
        return []
    if (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)) and len(codes) > MANY:
        numbers = np.asarray(column.cast(pa.float64(), safe=False).drop_null())
        ends = [np.quantile(numbers[np.isfinite(numbers)], span) for span in SPANS]
        ranges = [Filter(column=name, kind="range", low=float(low), high=float(high)) for low, high in ends]
        return [format_filters([one]) for one in ranges]
    common = np.argsort(-codes.counts, kind="stable")[:VALUES]
    wanted = [codes.names[number] for number in common if codes.counts[number] > 1 and codes.names[number]]
    return [format_filters([Filter(column=name, kind="values", values=(one,))]) for one in wanted]

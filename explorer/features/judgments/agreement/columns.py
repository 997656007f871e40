"""Which attribute columns say how alike two items are."""

from typing import Literal

import pyarrow as pa

from explorer.base.dataset import Dataset

MOST_VALUES = 60


def column_kind(dataset: Dataset, name: str) -> Literal["values", "numbers", ""]:
    """Whether a column holds "values" or "numbers"; "" when it says nothing about how alike two items are."""
    column = dataset.table.column(name)
    distinct = len(column.unique().drop_null()) if not pa.types.is_nested(column.type) else 0
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return "numbers" if distinct > 1 else ""
    return "values" if 1 < distinct <= MOST_VALUES and distinct < len(dataset) else ""


def telling_columns(dataset: Dataset) -> dict[str, str]:
    """Name and kind of each attribute column that says how alike two items are."""
    kinds = {name: column_kind(dataset, name) for name in dataset.attributes}
    return {name: kind for name, kind in kinds.items() if kind}

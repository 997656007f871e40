"""The items of each split, under names that files and folders may have."""

import re

import numpy as np

from explorer.base.arrays import Rows
from explorer.io.formats.contract import Outgoing
from explorer.io.splits import SPLIT

NO_SPLIT = "train"  # as `datasets` calls what has no split


def splits_of_items(items: Outgoing, rest: str = NO_SPLIT) -> dict[str, Rows]:
    """The rows of each split; the column `split` itself keeps the exact name. rest: of items without a split."""
    if SPLIT not in items.table.column_names:
        return {rest: np.arange(len(items), dtype=np.int64)}
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(items.table.column(SPLIT).to_pylist()):
        name = re.sub(r"\W+", "_", str(value)).strip("_") if value is not None else ""
        rows.setdefault(name or rest, []).append(row)
    return {name: np.array(found, dtype=np.int64) for name, found in rows.items()}

"""Groups by what items say of themselves: an attribute column, their tags, what people tagged them with."""

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.features.judgments.contract import campaign_groups
from explorer.features.tune.lesson import Lesson, groups_lesson
from explorer.workspace.opened import Opened


def by_column(opened: Opened, vectors: Floats, column: str) -> Lesson:
    """Items with the same value of a column are alike; (n, d) unit rows, no direction where an item has no vector."""
    if column not in opened.dataset.attributes:
        known = ", ".join(opened.dataset.attributes) or "none"
        raise InputError(f"There is no column {column[:60]!r}. Expected one of: {known}.")
    codes = codes_of(opened.dataset.table.column(column)).filled()
    return groups_lesson(vectors, _with_vectors(vectors, codes.codes), codes.names, f"the column {column}")


def by_tags(opened: Opened, vectors: Floats) -> Lesson:
    """Items with the same tags, all of them together, are alike."""
    if not opened.tag_counts():
        raise InputError(f"Nothing in {opened.name} has a tag yet. Select items on Explore and give them one.")
    codes = codes_of(opened.tagged.table.column(opened.tag_column)).filled()
    return groups_lesson(vectors, _with_vectors(vectors, codes.codes), codes.names, "the tags")


def by_campaign_tags(opened: Opened, vectors: Floats, campaign: str) -> Lesson:
    """Items that the people of a campaign gave the same best tag are alike."""
    values = campaign_groups(opened, campaign)
    names, codes = np.unique(values, return_inverse=True)
    codes = np.where(values == "", -1, codes).astype(np.int64)
    source = f"the tags of the campaign {campaign}"
    return groups_lesson(
        vectors, _with_vectors(vectors, codes), tuple(map(str, names.tolist())), source, campaign=campaign
    )


def _with_vectors(vectors: Floats, codes: Rows) -> Rows:
    """The codes, -1 for items without a vector."""
    return np.where(vectors.any(axis=1), codes, -1)

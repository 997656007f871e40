"""The column that tags stand in wherever items are written as a table: lists of text, called "tag" where it can be."""

from collections.abc import Collection, Iterable

import pyarrow as pa

from explorer.io.arrow_kinds import is_list, is_text

NAMES = ("tag", "tags", "my tags")


def tag_column(taken: Collection[str]) -> str:
    """Name of the column of tags: "tag", or another one where the data have a column of that name."""
    folded = {name.casefold() for name in taken}
    further = (f"my tags {number}" for number in range(2, len(folded) + 3))
    return next(name for name in (*NAMES, *further) if name not in folded)


def column_of_tags(schema: Iterable[pa.Field]) -> str | None:
    """The column that `tag_column` named when the table was written; None when there is none."""
    fields = list(schema)
    lists = {field.name for field in fields if is_list(field.type) and is_text(field.type.value_type)}
    name = tag_column([field.name for field in fields if field.name not in lists])
    return name if name in lists else None

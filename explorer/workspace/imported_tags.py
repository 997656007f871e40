"""Tags that come with a source become tags of the workspace."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import ID, Dataset
from explorer.base.errors import InputError
from explorer.io.incoming import Incoming
from explorer.io.tag_names import column_of_tags
from explorer.io.text import counted
from explorer.workspace.layout import TAGS
from explorer.workspace.tag_store import TagStore, clean_tag

PUT = "the tags that the source has were put on {}"


def without_tags(incoming: Incoming) -> tuple[Incoming, pa.Table | None]:
    """Return (the items without their column of tags, its `id` and `tags`, or None where there is no such column)."""
    name = column_of_tags(incoming.table.schema)
    if name is None:
        return incoming, None
    tags = pa.table({"id": incoming.table.column(ID), "tags": incoming.table.column(name)})
    bare = replace(incoming, table=incoming.table.drop_columns([name]))
    left_out = {tag for tag, _ in _pairs(tags) if not _fits(tag)}
    note = (
        f"{counted(len(left_out), 'tag')} left out, such as {min(left_out, default='')[:40]!r}: too long or no letters."
    )
    return (replace(bare, notes=(*bare.notes, note)) if left_out else bare), tags


def put_tags(folder: Path, tags: pa.Table | None, before: Dataset | None = None) -> None:
    """Put the tags of `without_tags` on the items of the workspace `folder`.

    before: the items before an update. What people tagged since stays: only items that are new get the source's tags,
    and all where the tags were a column of the data until now, or there are no tags yet.
    """
    store = TagStore(folder / TAGS)
    if tags is None or (before is None and store.version()):
        return
    if before is not None and column_of_tags(before.table.schema) is None:
        known = pc.is_in(tags["id"], value_set=before.table.column(ID).combine_chunks())
        tags = tags.filter(pc.invert(known))
    pairs = [(tag, item) for tag, item in _pairs(tags) if _fits(tag)]
    if pairs:
        store.put_all(pairs, PUT)


def _pairs(tags: pa.Table) -> Iterator[tuple[str, str]]:
    for item, held in zip(tags["id"].to_pylist(), tags["tags"].to_pylist(), strict=True):
        yield from ((tag, item) for tag in held or () if tag)


def _fits(tag: str) -> bool:
    try:
        return bool(clean_tag(tag))
    except InputError:
        return False

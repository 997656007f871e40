"""Items of a table whose pictures a format has written below the staging folder."""

from dataclasses import replace

from explorer.base.progress import Progress
from explorer.io.columns import Columns
from explorer.io.from_table import items_of_table
from explorer.io.incoming import Incoming, Place
from explorer.io.table_file import TableFile


def staged_items(kind: str, file: TableFile, said: Columns, place: Place, progress: Progress) -> Incoming:
    """As `items_of_table`; paths of pictures in the table start at `place.staging`, and no other file is read."""
    inside = replace(place, root=place.staging)
    path = place.staging / place.source.name
    incoming = items_of_table(kind, file, said, inside, path=path, progress=progress)
    return replace(incoming, staged=True, file_root=place.staging)

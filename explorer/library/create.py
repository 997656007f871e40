"""Collections from what a script holds: folders and tables, data frames, pictures, texts, vectors."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name, home, workspaces_root
from explorer.io.atomic import atomic_folder
from explorer.io.columns import NOT_SAID, Columns, guess_columns
from explorer.io.pictures import is_picture_type
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.layout import is_workspace
from explorer.workspace.names import free_name

if TYPE_CHECKING:
    import pandas as pd

Picture = str | Path | Image.Image | NDArray[np.uint8]
Pictures = dict[str, Image.Image | None]
Vectors = NDArray[np.floating] | Mapping[str, NDArray[np.floating]]
TABLE = "items.parquet"
IMAGE, OWN_TEXT, OWN_VECTORS = "image", "text", "vectors"


def import_frame(frame: "pd.DataFrame", name: str, columns: Columns | None, progress: Progress) -> Workspace:
    """The workspace of a data frame; image paths in it are absolute, or relative to the working folder."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    image = guess_columns(table, given=columns or NOT_SAID).image
    if image is None or is_picture_type(table.schema.field(image).type):
        return import_table(table, name, columns, {}, progress)
    paths = [str(Path(str(one)).expanduser().absolute()) if one else "" for one in table.column(image).to_pylist()]
    table = table.set_column(table.column_names.index(image), image, pa.array(paths, pa.string()))
    return import_table(table, name, columns, dict.fromkeys(filter(None, paths)), progress)


def import_values(
    name: str,
    *,
    images: Sequence[Picture] | None,
    texts: Sequence[str] | None,
    vectors: Vectors | None,
    ids: Sequence[str] | None,
    progress: Progress,
) -> Workspace:
    """The workspace of lists of one length, an entry an item. InputError when the lengths differ."""
    own = {} if vectors is None else dict(vectors) if isinstance(vectors, Mapping) else {OWN_VECTORS: vectors}
    given: dict[str, Sequence[object] | NDArray[np.floating] | None] = {"images": images, "texts": texts, "ids": ids}
    lengths = {part: len(values) for part, values in (given | own).items() if values is not None}
    if not lengths or len(set(lengths.values())) != 1:
        stated = ", ".join(f"{count} {part}" for part, count in lengths.items()) or "none"
        raise InputError(f"Expected images, texts or vectors, all of one length; got {stated}.")
    count = next(iter(lengths.values()))
    columns: dict[str, object] = {"id": [str(one) for one in (ids if ids is not None else range(count))]}
    if texts is not None:
        columns[OWN_TEXT] = [str(one) for one in texts]
    pictures = {} if images is None else _pictures(images)
    if images is not None:
        columns[IMAGE] = list(pictures)
    columns |= {part: _lists(np.asarray(values), part) for part, values in own.items()}
    roles = Columns(
        id="id",
        image=IMAGE if images is not None else None,
        text=OWN_TEXT if texts is not None else None,
        vectors=tuple(own),
    )
    return import_table(pa.table(columns), name, roles, pictures, progress)


def _pictures(images: Sequence[Picture]) -> Pictures:
    """Path of each picture in the table; what is no file yet comes with it, to be written."""
    found: Pictures = {}
    for number, one in enumerate(images):
        if isinstance(one, str | Path):
            found[str(Path(one).expanduser().absolute())] = None
        else:
            found[f"pictures/{number:06d}.png"] = one if isinstance(one, Image.Image) else Image.fromarray(one)
    if len(found) != len(images):
        raise InputError(f"images: expected different files, got {len(images) - len(found)} of them twice.")
    return found


def _lists(values: NDArray[np.floating], name: str) -> pa.Array:
    if values.ndim != 2 or not np.issubdtype(values.dtype, np.floating):
        raise InputError(f"{name}: expected floats of shape (items, dimensions), got {values.dtype} {values.shape}.")
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def import_table(
    table: pa.Table, name: str, columns: Columns | None, pictures: Pictures, progress: Progress
) -> Workspace:
    """Keep the table, and pictures that lie in no file, under the name of the workspace, and import them from there.

    pictures: by the path in the table; None for a file of the user's own.
    """
    chosen = check_name(name or "collection")
    target = workspaces_root() / chosen
    folder = _table_folder(target)
    with atomic_folder(folder, replace=True) as temporary:
        pq.write_table(table, temporary / TABLE)
        for path, picture in pictures.items():
            if picture is not None:
                (temporary / path).parent.mkdir(exist_ok=True)
                picture.save(temporary / path)
    root = _common_folder(folder, pictures)
    return import_source(folder / TABLE, target, columns=columns, name=chosen, data_root=root, progress=progress)


def _table_folder(target: Path) -> Path:
    """Where the table of the workspace at `target` is kept; never where that of another one, since renamed, lies."""
    tables = home() / "tables"
    if is_workspace(target):
        source = Path(Workspace.open(target).manifest.source)
        if source.parent.parent == tables:
            return source.parent
    return tables / free_name(tables, target.name)


def _common_folder(folder: Path, pictures: Pictures) -> Path:
    """The folder below which all pictures lie; `folder` when none of them is a file of the user's own."""
    parents = {os.path.dirname(path) if picture is None else str(folder) for path, picture in pictures.items()}
    return Path(os.path.commonpath(parents)) if parents else folder

"""scikit-learn's bunches: a data set of it as a collection, and a collection as a bunch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from explorer.base.dataset import ID, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.columns import Columns
from explorer.io.formats.columns import vector_lists
from explorer.io.images import is_image_name
from explorer.io.table_file import unique_name
from explorer.io.tag_names import tag_column
from explorer.io.text import counted
from explorer.library.create import Pictures, import_table
from explorer.workspace.exporting import OWN, outgoing
from explorer.workspace.folder import Workspace

if TYPE_CHECKING:
    from sklearn.utils import Bunch

Values = Mapping[str, Any]
Columned = dict[str, pa.Array | pa.ChunkedArray]
DATA, TARGET, IMAGE, FILE = "data", "target", "image", "filename"
TARGETS = (TARGET, "label", "class", "category")  # columns that are the target where none is named
MOST_FEATURES = 64  # that become columns as well as vectors


def import_bunch(bunch: Values, name: str, progress: Progress) -> Workspace:
    """The workspace of a bunch, or a dict with its keys.

    data: numbers (n, d), which become vectors, or texts; target: a column, by target_names where it holds codes; frame:
    columns; images or filenames: pictures. Also what `bunch_of` adds: ids, texts, tags, vectors. InputError when `data`
    is neither, or something is not of its length.
    """
    columns, pictures = _attributes(bunch), _pictures(bunch)
    columns = {ID: _ids(bunch)} | {name: held for name, held in columns.items() if name != ID}
    texts = bunch.get("texts") if bunch.get("texts") is not None else _texts(bunch[DATA])
    if texts is not None:
        columns[TEXT] = pa.array([str(text or "") for text in texts], pa.string())
    if pictures:
        columns[IMAGE] = pa.array(pictures[0], pa.string())
    if bunch.get("tags") is not None:
        columns[tag_column(columns)] = pa.array([list(tags) or None for tags in bunch["tags"]], pa.list_(pa.string()))
    vectors = {unique_name(name, list(columns)): vector_lists(values) for name, values in _vectors(bunch).items()}
    columns |= vectors
    lengths = {part: len(column) for part, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{count:,} {part}" for part, count in lengths.items())
        raise InputError(f"Expected a bunch with all of one length, got {told}.")
    roles = Columns(ID, IMAGE if pictures else "", TEXT if texts is not None else "", tuple(vectors) or ("",))
    return import_table(pa.table(columns), name, roles, pictures[1] if pictures else {}, progress)


def bunch_of(workspace: Workspace, target: str = "", model: str = "") -> "Bunch":
    """The collection as a bunch.

    data: (n, d) unit vectors of `model`, of the first model when "", NaN where an item has none; (n, 0) without any.
    target: (n,) codes into target_names of the column `target` ("": one that is called target, label, class or
    category), -1 where it is empty; its numbers where it holds fractions. frame: all columns; ids, texts, filenames,
    tags, vectors (by model). InputError for a model without vectors, or a column that is not there.
    """
    from sklearn.utils import Bunch

    items, notes = outgoing(workspace, np.arange(len(workspace.dataset()), dtype=np.int64))
    chosen = model.removeprefix(OWN) or next(iter(items.vectors), "")
    if model and chosen not in items.vectors:
        there = ", ".join(items.vectors) or "there is none"
        raise InputError(f"Expected a model that has vectors: {there}; got {model!r}.")
    names = items.table.column_names
    column = target or next((one for one in TARGETS if one in names), "")
    if column and column not in names:
        raise InputError(f"Expected the target to be one of the columns {', '.join(names)}; got {target!r}.")
    data = items.vectors[chosen] if chosen else np.zeros((len(items), 0), np.float32)
    return Bunch(
        data=data,
        feature_names=[f"{chosen}_{place}" for place in range(data.shape[1])],
        **(_target(items.table[column], column) if column else {}),
        frame=_frame(items.table),
        ids=items.table[ID].to_pylist(),
        texts=items.table[TEXT].to_pylist() if TEXT in names else None,
        filenames=[str(file or "") for file in items.files] if any(items.files) else None,
        tags=list(items.tags),
        vectors=dict(items.vectors),
        DESCR=" ".join([f"{workspace.name}: {counted(len(items), 'item')}, from Similarity Explorer.", *notes]),
    )


def _attributes(bunch: Values) -> Columned:
    """Columns of the frame, else few named features; and the target."""
    import pandas as pd

    frame, data = bunch.get("frame"), bunch[DATA]
    if frame is None and isinstance(data, pd.DataFrame):
        frame = data
    names = bunch.get("feature_names")
    columns: Columned = {}
    if isinstance(frame, pd.DataFrame):
        columns = {str(name): pa.array(frame[name], from_pandas=True) for name in frame.columns}
    elif names is not None and len(names) <= MOST_FEATURES and bunch.get("images") is None:
        columns = {str(name): pa.array(values) for name, values in zip(names, _numbers(data).T, strict=True)}
    if bunch.get(TARGET) is not None and bunch.get("target_column") not in columns:
        columns |= _named_targets(np.asarray(bunch[TARGET]), bunch.get("target_names"))
    if bunch.get("filenames") is not None and _pictures(bunch) is None:
        columns[FILE] = pa.array([Path(str(one)).name for one in bunch["filenames"]], pa.string())
    return columns


def _named_targets(values: NDArray[Any], names: Sequence[object] | None) -> Columned:
    """One column by the names of its codes, or one a name of several targets."""
    if values.ndim == 2 and names is not None:
        return {str(name): pa.array(column) for name, column in zip(names, values.T, strict=True)}
    if values.ndim != 1:
        return {}
    if names is not None and np.issubdtype(values.dtype, np.integer) and values.max(initial=-1) < len(names):
        return {TARGET: pa.array([str(names[code]) if code >= 0 else None for code in values], pa.string())}
    return {TARGET: pa.array(values)}


def _vectors(bunch: Values) -> dict[str, NDArray[Any]]:
    if bunch.get("vectors") is not None:
        return {str(name): np.asarray(values) for name, values in bunch["vectors"].items()}
    if _texts(bunch[DATA]) is not None:
        return {}
    numbers = _numbers(bunch[DATA])
    return {DATA: numbers} if numbers.shape[1] else {}


def _numbers(data: Any) -> NDArray[np.float32]:
    dense = data.toarray() if hasattr(data, "toarray") else np.asarray(data)
    if dense.ndim != 2 or dense.dtype.kind not in "fiub":
        raise InputError(
            f"data: expected texts, or numbers of shape (items, features); got {dense.dtype} {dense.shape}."
        )
    return dense.astype(np.float32)


def _texts(data: Any) -> list[str] | None:
    """The texts, where `data` holds texts, or bytes that are (as `load_files` gives them)."""
    first = data[0] if isinstance(data, list) and data else None
    if not isinstance(first, str | bytes):
        return None
    return [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in data]


def _ids(bunch: Values) -> pa.Array:
    """Its own ids, else names of files that are each there once, else row numbers."""
    count = bunch[DATA].shape[0] if hasattr(bunch[DATA], "shape") else len(bunch[DATA])
    files = [Path(str(one)).name for one in bunch["filenames"]] if bunch.get("filenames") is not None else []
    own = bunch.get("ids")
    numbered = own if own is not None else files if len(set(files)) == count else range(count)
    return pa.array([str(one) for one in numbered], pa.string())


def _pictures(bunch: Values) -> tuple[list[str], Pictures] | None:
    """(Path of each item's picture, what has to be written): drawn of `images`, or the files; None without any."""
    files = [str(one) for one in bunch["filenames"]] if bunch.get("filenames") is not None else []
    if bunch.get("images") is not None:
        drawn = [Image.fromarray(one) for one in _bytes(np.asarray(bunch["images"]))]
        paths = [f"pictures/{place:06d}.png" for place in range(len(drawn))]
        return paths, dict(zip(paths, drawn, strict=True))
    if any(files) and all(not one or (is_image_name(one) and Path(one).is_file()) for one in files):
        return files, dict.fromkeys(filter(None, files))
    return None


def _bytes(images: NDArray[Any]) -> NDArray[np.uint8]:
    """(n, h, w) or (n, h, w, 3) numbers from 0 as bytes; the greatest number is white where there are no bytes."""
    if images.dtype == np.uint8:
        return images
    most = float(images.max(initial=0)) or 1.0
    white = 255.0 if most > 16 and most <= 255 else most
    return np.asarray(np.clip(np.round(images * (255.0 / white)), 0, 255), dtype=np.uint8)


def _target(column: pa.ChunkedArray, name: str) -> dict[str, Any]:
    if pa.types.is_floating(column.type):
        return {TARGET: column.to_numpy(), "target_names": [name], "target_column": name}
    values = [None if one is None else str(one) for one in column.to_pylist()]
    names = sorted({one for one in values if one is not None})
    codes = {one: code for code, one in enumerate(names)}
    target = np.array([-1 if one is None else codes[one] for one in values], dtype=np.int64)
    return {TARGET: target, "target_names": np.array(names, dtype=object), "target_column": name}


def _frame(table: pa.Table) -> Any:
    """A data frame in which whole numbers and flags with gaps stay what they are."""
    import pandas as pd

    kinds = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return table.drop_columns([ID]).to_pandas(types_mapper=kinds.get)

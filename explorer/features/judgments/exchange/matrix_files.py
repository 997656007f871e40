"""Files of dissimilarities: full or condensed, with or without the ids of their items and the names of people.

Condensed ones run along the upper triangle, as SciPy's `pdist` and rsatoolbox's `RDMs` have them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.files import existing, is_number, read_array, read_cells, read_json_file
from explorer.features.judgments.exchange.incoming import Naming
from explorer.features.judgments.exchange.tables import read_rows
from explorer.io.readable import readable

CONDENSED = "dissimilarities"
ITEMS = ("items", "conds", "conditions", "stimuli", "patterns", "labels", "names")
PEOPLE = ("annotators", "people", "subj", "subject", "subjects", "participant", "participants")
NESTED = ("pattern_descriptors", "rdm_descriptors")  # of rsatoolbox's `RDMs.to_dict()`
SHOWN = 3


@dataclass(frozen=True)
class Matrices:
    """Dissimilarities of one or more people. values: (n, n), or (people, n, n). ids: of the n items.

    people: their names, () where the file has none. remark: what was understood and may be wrong, "" for nothing.
    """

    values: NDArray[Any]
    ids: tuple[str, ...]
    people: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class _Found:
    """What a file holds. items: as it names them; strict: whether they must be ids; cells: whether of a text file."""

    values: NDArray[Any]
    items: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    strict: bool = True
    cells: bool = False


def read_matrix(path: Path, ids: Sequence[str], name: str = "") -> Matrices:
    """The matrices of a .npy, .npz, .json, .csv or .tsv file, over all `ids` or those that it names, in their order.

    name: of the array in a .npz or .json. InputError for items that are not there.
    """
    found = _read(path, ids, name)
    items, remark = _known_items(found, ids, path.name)
    values = _square(found.values, len(items or ids))
    people = found.people if values.ndim == 3 and len(found.people) == len(values) else ()
    if not items:
        return Matrices(values, tuple(ids), people, remark)
    ordered, values = _in_order(values, items, ids, path.name)
    return Matrices(values, ordered, people)


def _read(path: Path, ids: Sequence[str], name: str) -> _Found:
    ending = path.suffix.lower()
    if ending == ".npy":
        return _Found(read_array(path))
    if ending == ".npz":
        with readable(path.name, "a NumPy file of numbers"), existing(path).open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            return _of_arrays(loaded, name, path.name) if isinstance(loaded, Mapping) else _Found(loaded)
    if ending == ".json":
        value = read_json_file(path)
        if isinstance(value, dict):
            with readable(path.name, "numbers"):
                return _of_arrays(_flat(value), name, path.name)
        return _Found(_numbers(value if isinstance(value, list) else [], path, 1))
    return _of_text(path, ids)


def _of_text(path: Path, ids: Sequence[str]) -> _Found:
    cells = read_cells(path)
    items = _labels(cells)
    if items:
        return _Found(_numbers([row[1:] for row in cells[1:]], path, 2), items, cells=True)
    table = read_rows(path)
    find = Naming(tuple(ids)).find
    columns = tuple(table.names) if table.names and all(find(one) is not None for one in table.names) else ()
    return _Found(_numbers(table.rows, path, table.first), columns, cells=True)


def _of_arrays(arrays: Mapping[str, Any], name: str, file: str) -> _Found:
    names = list(arrays)
    if not name and CONDENSED not in names and len(names) != 1:
        raise InputError(f"{file} holds {', '.join(names)}: say which with --array NAME.")
    chosen = check_choice(name or (CONDENSED if CONDENSED in names else names[0]), names, f"{file}: the array")
    items, people = ((one for one in known if one in names) for known in (ITEMS, PEOPLE))
    labels = next(items, "")
    return _Found(
        np.asarray(arrays[chosen], dtype=np.float64),
        _texts(arrays[labels]) if labels else (),
        next((_texts(arrays[one]) for one in people), ()),
        strict=labels == ITEMS[0],
    )


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of an object, those of descriptors among them."""
    inner = [value[name] for name in NESTED if isinstance(value.get(name), Mapping)]
    return {**value, **{name: one for some in inner for name, one in some.items()}}


def _texts(array: Any) -> tuple[str, ...]:
    return tuple(map(str, np.asarray(array).ravel().tolist()))


def _labels(cells: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The ids in the first row and, the same, in the first column; () when the corner is a number like the rest."""
    across = tuple(str(cell) for cell in cells[0][1:])
    down = tuple(str(row[0]) for row in cells[1:])
    return across if across and across == down and not is_number(str(cells[0][0])) else ()


def _numbers(rows: Sequence[Sequence[Any]], path: Path, first: int) -> NDArray[Any]:
    try:
        return np.array([[float(cell) if str(cell).strip() else np.nan for cell in row] for row in rows])
    except (ValueError, TypeError) as error:
        raise InputError(f"{path.name}: expected rows of numbers from row {first} on ({error}).") from error


def _square(values: NDArray[Any], count: int) -> NDArray[Any]:
    """(people, n, n) of (people, pairs), (pairs,) or (pairs, 1) numbers; other shapes stay as they are."""
    pairs = count * (count - 1) // 2
    rows = values.reshape(1, -1) if values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1) else values
    if rows.ndim != 2 or rows.shape[1] != pairs or rows.shape == (count, count) or not np.isrealobj(rows):
        return values
    result = np.zeros((len(rows), count, count))
    upper = np.triu_indices(count, 1)
    result[:, *upper] = rows
    return result + result.transpose(0, 2, 1)


def _known_items(found: _Found, ids: Sequence[str], file: str) -> tuple[tuple[str, ...], str]:
    """The ids that a file names its items by, () where it has none; and a remark where they are no ids here."""
    known, find = set(ids), Naming(tuple(ids)).find
    items = tuple(one if one in known and not found.cells else find(one) or one for one in found.items)
    unknown = [one for one in items if one not in known]
    if not unknown:
        return items, ""
    if found.strict or len(items) != len(ids):
        raise InputError(f"{file}: there is no item with the id {unknown[0].strip()!r} in this data set.")
    shown = ", ".join(items[:SHOWN])
    return (), f"Its items ({shown} …) are no ids of this data set, and were taken in the order of the data set."


def _in_order(
    values: NDArray[Any], items: Sequence[str], ids: Sequence[str], file: str
) -> tuple[tuple[str, ...], NDArray[Any]]:
    """The items in the order of `ids`, and the matrices over them."""
    if values.shape[-2:] != (len(items), len(items)) or len(set(items)) < len(items):
        raise InputError(f"{file}: expected a matrix of {len(items)} x {len(items)} for its items, got {values.shape}.")
    places = {one: place for place, one in enumerate(ids)}
    order = np.array(sorted(range(len(items)), key=lambda one: places[items[one]]))
    return tuple(items[one] for one in order), values[..., order[:, None], order]

"""Layers of a network as files: one array a layer (.npy, or many in an .npz or .safetensors), the ids of their rows.

The ids stand in ids.txt, ids.csv or ids.json, or in an array `ids` (ids.npy, or beside the layers in an .npz). The
order of the layers is that of layers.txt, or natural. Nothing is unpickled; .npy files are memory-mapped.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.io.litter import is_litter
from explorer.io.natural import natural_order
from explorer.io.paths import LED_OUTSIDE, may_be_read
from explorer.io.readable import readable
from explorer.io.tables import read_table
from explorer.io.text import counted, read_utf8

ENDINGS = (".npy", ".npz", ".safetensors")
IDS, ORDER = "ids", "layers.txt"
ID_FILES = ("ids.txt", "ids.csv", "ids.json", "ids.npy")
ID_COLUMNS = ("id", "ids", "item", "key", "name", "file_name", "path")
SHOWN = 8
Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class LayerFile:
    """One layer that lies on disk. name: of the layer; file: for messages; read: gives its array (n, ...)."""

    name: str
    file: str
    read: Callable[[], Array]


@dataclass(frozen=True, kw_only=True)
class LayerFiles:
    """ids: of the n rows of every layer, from the file `ids_file`. layers: in order. notes: what was left out."""

    ids: tuple[str, ...]
    ids_file: str
    layers: tuple[LayerFile, ...]
    notes: tuple[str, ...] = ()


def read_layer_files(source: Path) -> LayerFiles:
    """The layers in the folder `source`, or in one .npz file; arrays are read when they are asked for.

    Raises InputError, which names the file and the row: no layers, no ids or the same id twice, files that cannot be
    read, names in layers.txt that are not there.
    """
    if not source.exists():
        raise InputError(f"{source}: expected a folder with one array a layer, but there is nothing there.")
    folder = source if source.is_dir() else source.parent
    files = _files(source)
    found, arrays = _layers(files)
    ids, ids_file = _ids(folder if source.is_dir() else None, arrays, source.name)
    layers, notes = _in_order(found, folder / ORDER if source.is_dir() else None)
    return LayerFiles(ids=ids, ids_file=ids_file, layers=layers, notes=notes)


def _files(source: Path) -> list[Path]:
    """Files with layers, of a folder or of the only folder in it."""
    if source.is_file():
        if source.suffix.lower() not in (".npz",):
            raise InputError(f"{source.name}: expected a folder with one array a layer, a zip of one, or an .npz.")
        return [source]
    inside = [path for path in sorted(source.iterdir()) if not is_litter(path.name, path.is_dir())]
    found = [path for path in inside if path.suffix.lower() in ENDINGS and path.is_file() and path.stem != IDS]
    found += [path for path in inside if path.name.lower() == f"{IDS}.npz"]
    if not found:
        raise InputError(
            f"{source.name}: expected one array a layer ({', '.join(ENDINGS)}), got {counted(len(inside), 'file')} "
            "without any."
        )
    closed = next((path for path in found if not may_be_read(path)), None)
    if closed is not None:
        raise InputError(f"{closed.name}: expected a file, got {LED_OUTSIDE}.")
    return [found[i] for i in map([one.name for one in found].index, natural_order(one.name for one in found))]


def _layers(files: list[Path]) -> tuple[dict[str, LayerFile], dict[str, Array]]:
    """The layers by name, and the arrays of ids that stand among them, by their files."""
    found: dict[str, LayerFile] = {}
    ids: dict[str, Array] = {}
    packed = sum(path.suffix.lower() != ".npy" for path in files)
    for path in files:
        for name, read in READERS[path.suffix.lower()](path).items():
            if name == IDS and path.suffix.lower() == ".npz":
                ids[path.name] = read()
                continue
            full = name if path.suffix.lower() == ".npy" or packed == 1 else f"{path.stem}.{name}"
            if full in found:
                raise InputError(f"{path.name}: the layer {full!r} is also in {found[full].file}; expected it once.")
            found[full] = LayerFile(name=full, file=_told(path, name), read=read)
    if not found:
        raise InputError(f"{files[0].name}: expected an array a layer, got none.")
    return found, ids


def _told(path: Path, name: str) -> str:
    return path.name if path.suffix.lower() == ".npy" else f"{path.name}, {name}"


def _npy(path: Path) -> dict[str, Callable[[], Array]]:
    def read() -> Array:
        with readable(path.name, "an .npy file of numbers, without Python objects"):
            found: Array = open_memmap(path, mode="r")  # which takes no objects
        return found

    return {path.stem: read}


def _npz(path: Path) -> dict[str, Callable[[], Array]]:
    kind = "an .npz file of numbers, without Python objects"

    def read(name: str) -> Array:
        with readable(f"{path.name}, {name}", kind), np.load(path, allow_pickle=False) as archive:
            found: Array = archive[name]
        return found

    with readable(path.name, kind), np.load(path, allow_pickle=False) as archive:
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise InputError(f"{path.name}: expected {kind}, got a single array.")
        return {name: partial(read, name) for name in archive.files}


def _safetensors(path: Path) -> dict[str, Callable[[], Array]]:
    from safetensors import safe_open

    def read(name: str) -> Array:
        with (
            readable(f"{path.name}, {name}", "numbers of 16, 32 or 64 bits (bfloat16: save it as float16)"),
            safe_open(path, framework="numpy") as file,
        ):
            found: Array = file.get_tensor(name)
        return found

    with readable(path.name, "a .safetensors file"), safe_open(path, framework="numpy") as file:
        return {name: partial(read, name) for name in file.keys()}  # noqa: SIM118


READERS: Mapping[str, Callable[[Path], dict[str, Callable[[], Array]]]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".safetensors": _safetensors,
}


def _ids(folder: Path | None, arrays: Mapping[str, Array], source: str) -> tuple[tuple[str, ...], str]:
    """The ids and the file they are from: one of `ID_FILES`, else the array `ids` of an .npz."""
    there = [folder / name for name in ID_FILES if folder is not None and (folder / name).is_file()]
    if len(there) > 1:
        raise InputError(f"{there[1].name}: {there[0].name} names the rows too; expected one file of ids.")
    if there:
        if not may_be_read(there[0]):
            raise InputError(f"{there[0].name}: expected a file, got {LED_OUTSIDE}.")
        return _checked(ID_READERS[there[0].suffix](there[0]), there[0].name), there[0].name
    if not arrays:
        raise InputError(
            f"{source}: expected the ids of the rows in {', '.join(ID_FILES[:-1])}, or in an array “{IDS}”, got none. "
            "Without them no item can be found again."
        )
    if len(arrays) > 1:
        raise InputError(f"{', '.join(arrays)}: each has an array “{IDS}”; expected one file of ids, such as ids.txt.")
    name, array = next(iter(arrays.items()))
    return _checked(_texts(array, f"{name}, {IDS}"), f"{name}, {IDS}"), f"{name}, {IDS}"


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in read_utf8(path)[0].decode().splitlines() if line.strip()]


def _csv(path: Path) -> list[str]:
    file = read_table(path)
    names = file.table.column_names
    chosen = next((name for wanted in ID_COLUMNS for name in names if name.casefold() == wanted), None)
    if chosen is None and len(names) > 1:
        raise InputError(f"{path.name}: expected a column {ID_COLUMNS[0]!r}, got {', '.join(names[:SHOWN])}.")
    return [str(one) for one in file.strings(chosen or names[0]).to_pylist()]


def _json(path: Path) -> list[str]:
    with readable(path.name, "a JSON list of ids"):
        found = json.loads(read_utf8(path)[0])
    if not isinstance(found, list) or not all(isinstance(one, str | int) for one in found):
        raise InputError(f"{path.name}: expected a JSON list of ids.")
    return [str(one) for one in found]


def _id_array(path: Path) -> list[str]:
    with readable(path.name, "an .npy file of ids, without Python objects"):
        return _texts(np.load(path, allow_pickle=False), path.name)


def _texts(array: Array, file: str) -> list[str]:
    if array.ndim != 1 or array.dtype.kind not in "USiu":
        raise InputError(f"{file}: expected a list of texts or whole numbers, got {array.dtype} {array.shape}.")
    return [one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in array.tolist()]


ID_READERS: Mapping[str, Callable[[Path], list[str]]] = {
    ".txt": _lines,
    ".csv": _csv,
    ".json": _json,
    ".npy": _id_array,
}


def _checked(ids: list[str], file: str) -> tuple[str, ...]:
    first: dict[str, int] = {}
    for row, one in enumerate(ids, start=1):
        if not one.strip():
            raise InputError(f"{file}: expected an id in row {row}, got an empty one.")
        if one in first:
            raise InputError(f"{file}: expected each id once, got {one!r:.80} in rows {first[one]} and {row}.")
        first[one] = row
    return tuple(ids)


def _in_order(found: Mapping[str, LayerFile], order: Path | None) -> tuple[tuple[LayerFile, ...], tuple[str, ...]]:
    """The layers as layers.txt lists them, or in natural order; a note on those that it does not list."""
    if order is None or not order.is_file() or not may_be_read(order):
        return tuple(found[name] for name in natural_order(found)), ()
    names = _lines(order)
    for row, name in enumerate(names, start=1):
        if name not in found:
            raise InputError(f"{ORDER}: there is no layer {name!r:.80} (line {row}). Layers: {shown(found)}.")
        if name in names[: row - 1]:
            raise InputError(f"{ORDER}: expected each layer once, got {name!r:.80} again in line {row}.")
    left = [name for name in natural_order(found) if name not in names]
    notes = (f"{counted(len(left), 'layer')} that {ORDER} does not list left out: {shown(left)}.",) if left else ()
    return tuple(found[name] for name in names), notes


def shown(names: Iterable[str]) -> str:
    """The first names, for a message."""
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (", …" if len(listed) > SHOWN else "")

"""Samples of WebDataset: files of a tar that share a name up to its first dot, by what follows that dot."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.io.json_text import json_value
from explorer.io.pictures import picture_ending
from explorer.io.tar import files_of_tar

Numbers = NDArray[Any]
NAME = re.compile(r"^((?:.*/|)[^.]+)[.]([^/]*)$")
PICKLES = frozenset(("pyd", "pickle", "pkl", "pth", "pt", "joblib"))
TEXTS = frozenset(("txt", "text", "caption", "transcript"))
WHOLE = frozenset(("cls", "cls2", "index", "inx", "count"))
OBJECTS = frozenset(("json", "jsn"))
LONGEST_TEXT = 1 << 20
LONGEST_VECTOR = 1 << 16


@dataclass
class Sample:
    """What a tar holds of one item.

    values: texts ("text"), what the object in .json has, class numbers ("cls"); picture: bytes and ending; vectors.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    picture: tuple[bytes, str] | None = None
    vectors: dict[str, Numbers] = field(default_factory=dict)


def samples_of(path: Path, passed_over: Counter[str]) -> Iterator[Sample]:
    """The samples of a tar, in its order; what is not read is counted in `passed_over` by what it is.

    Raises InputError naming the tar when it is damaged.
    """
    current: Sample | None = None
    for name, data in files_of_tar(path):
        match = NAME.match(name)
        if match is None:
            passed_over["files without an ending"] += 1
            continue
        key, ending = match.groups()
        if current is None or current.key != key:
            if current is not None:
                yield current
            current = Sample(key)
        try:
            _put(current, ending, data, passed_over)
        except MemoryError:
            raise
        except Exception as error:  # on damaged files readers raise almost anything
            passed_over[f"files that cannot be read, such as {name[-60:]!r} ({str(error)[:80]})"] += 1
    if current is not None:
        yield current


def _put(sample: Sample, ending: str, data: bytes, passed_over: Counter[str]) -> None:
    before, _, kind = ending.rpartition(".")
    kind = kind.lower()
    if kind in PICKLES:
        passed_over[f".{kind} files, which can run code when they are opened"] += 1
    elif kind in READERS:
        READERS[kind](sample, before, data)
    elif picture := picture_ending(data[:16]):
        if sample.picture is None:
            sample.picture = (data, picture)
        else:
            passed_over["further pictures of an item"] += 1
    else:
        passed_over[f".{kind[:20]} files"] += 1


def _text(sample: Sample, name: str, data: bytes) -> None:
    if len(data) > LONGEST_TEXT:
        raise ValueError("a text above 1 MiB")
    sample.values[name or "text"] = data.decode("utf-8")


def _whole(sample: Sample, name: str, data: bytes) -> None:
    sample.values[name or "cls"] = int(data[:40])


def _object(sample: Sample, name: str, data: bytes) -> None:
    value = json_value(data)
    if isinstance(value, dict) and not name:
        sample.values = {str(key): held for key, held in value.items()} | sample.values
    else:
        sample.values[name or "json"] = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _array(sample: Sample, name: str, data: bytes) -> None:
    values = numbers_of(data)
    if values.size <= LONGEST_VECTOR:
        sample.vectors[name or "vector"] = values.ravel()
    else:
        raise ValueError(f"an array of shape {values.shape}, too large for a vector")


def numbers_of(data: bytes) -> Numbers:
    """The numbers of the bytes of an .npy file, never unpickling, and never more than there are; ValueError else."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, kind = read(file)
    if kind.kind not in "fiu":
        raise ValueError(f"expected numbers, got {kind}")
    flat = np.frombuffer(data, dtype=kind, offset=file.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


READERS: dict[str, Callable[[Sample, str, bytes], None]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(WHOLE, _whole),
    **dict.fromkeys(OBJECTS, _object),
    "npy": _array,
}

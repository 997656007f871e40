"""Vectors of shards: an .npy file for each table of a folder, a row for each row of its table.

As img2dataset and clip-retrieval write them (metadata_0.parquet, img_emb_0.npy, text_emb_0.npy, also in folders beside
one another), or as files that are called like their tables (shard-00000.parquet, shard-00000.npy).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.io.table_file import Beside
from explorer.io.table_names import table_stem
from explorer.io.text import counted
from explorer.io.vectors import read_npy

NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?:-of-\d+)?(?P<after>\D*)", re.DOTALL)
JOINTS = "._- "
UNNAMED = "vectors"
SHOWN = 3


@dataclass(frozen=True)
class ShardVectors:
    """by_name: numbers over the rows of all tables in their order, such as "img_emb.npy"; used: files that are in them.

    notes: what was used, and which rows come without vectors and why.
    """

    by_name: dict[str, Beside] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def shard_vectors(root: Path, tables: Mapping[str, int], arrays: Sequence[str]) -> ShardVectors:
    """Put together the .npy files `arrays` below `root` that belong to `tables` (name to number of rows, in order).

    A file belongs to the table of its own name, with more behind it or not, else to the only table near it that has its
    number. One that does not fit its table costs that table's rows their vectors, with a note.
    """
    families: dict[str, dict[str, str]] = {}
    for array in arrays:
        table, name = _belongs(PurePosixPath(array), [PurePosixPath(one) for one in tables])
        if table:
            families.setdefault(name, {}).setdefault(table, array)
    by_name, used, notes = {}, [], []
    for name, files in families.items():
        parts, problems = _fitting(root, tables, files)
        if parts:
            by_name[f"{name}.npy"] = _stacked(tables, parts)
            used += [files[table] for table in parts]
            bare = [table for table in tables if table not in files]
            notes += [*_told(name, [files[table] for table in parts]), *_without(name, bare)]
        notes += problems
    return ShardVectors(by_name, tuple(used), tuple(notes))


def _belongs(array: PurePosixPath, tables: list[PurePosixPath]) -> tuple[str, str]:
    """(The table that an .npy file belongs to, what its vectors are called); ("", "") for none."""
    named = [one for one in tables if one.parent == array.parent and _begins_with(array.stem, table_stem(one.name))]
    if named:
        table = max(named, key=lambda one: len(one.name))
        rest = array.stem.removeprefix(table_stem(table.name)).strip(JOINTS)
        return str(table), rest or _common_name(tables)
    number, name = _numbered(array.stem)
    beside = [one for one in tables if one.parent == array.parent]
    for near in (beside, [one for one in tables if one.is_relative_to(array.parent.parent)]):
        alike = [one for one in near if number is not None and _numbered(table_stem(one.name))[0] == number]
        if alike:
            return (str(alike[0]), name) if len(alike) == 1 else ("", "")
    return "", ""


def _begins_with(stem: str, table: str) -> bool:
    return stem == table or stem.startswith((f"{table}.", f"{table}_"))


def _numbered(stem: str) -> tuple[int | None, str]:
    """(The number of a shard, None without one; the name without it): (0, "img_emb") of "img_emb_0"."""
    found = NUMBERED.fullmatch(stem)
    if not found or len(found["number"]) > 18:
        return None, stem
    return int(found["number"]), (found["before"].rstrip(JOINTS) + found["after"]).strip(JOINTS) or UNNAMED


def _common_name(tables: list[PurePosixPath]) -> str:
    names = {_numbered(table_stem(one.name))[1] for one in tables}
    return names.pop() if len(names) == 1 else UNNAMED


def _fitting(
    root: Path, tables: Mapping[str, int], files: Mapping[str, str]
) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """(The numbers of each table that fit it and the others, what is wrong with other files)."""
    parts: dict[str, NDArray[Any]] = {}
    problems = []
    for table, array in files.items():
        try:
            parts[table] = read_npy(root / array, tables[table], table)
        except InputError as error:
            problems.append(f"{error} The rows of {table} come without them.")
    widths: Counter[int] = Counter()
    for part in parts.values():
        widths[part.shape[1]] += len(part)
    usual = widths.most_common(1)[0][0] if widths else 0
    for table in [table for table, part in parts.items() if part.shape[1] != usual]:
        width = parts.pop(table).shape[1]
        problems.append(
            f"{files[table]}: vectors of {width} numbers, the others have {usual}. The rows of {table} come without "
            "them."
        )
    return parts, problems


def _stacked(tables: Mapping[str, int], parts: Mapping[str, NDArray[Any]]) -> Beside:
    width = next(iter(parts.values())).shape[1]
    total = sum(tables.values())
    values = np.zeros((total, width), np.result_type(*(part.dtype for part in parts.values())))
    present = np.zeros(total, dtype=bool)
    start = 0
    for table, count in tables.items():
        if table in parts:
            values[start : start + count] = parts[table]
            present[start : start + count] = True
        start += count
    return Beside(values, present)


def _told(name: str, files: list[str]) -> list[str]:
    return [f"{name}: vectors of {counted(len(files), 'file')}: {_some(files)}."]


def _without(name: str, bare: list[str]) -> list[str]:
    return [f"{name}: no vectors for the rows of {_some(bare)}."] if bare else []


def _some(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:SHOWN]) + (f" and {len(shown) - SHOWN:,} more" if len(shown) > SHOWN else "")

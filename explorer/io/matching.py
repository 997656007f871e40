"""Names as people write them, matched with the files that are there."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.io.scan import without_ending
from explorer.io.text import counted

EXAMPLES = 3
ABSOLUTE = re.compile(r"^(/|~|[A-Za-z]:/|[a-z]+://)")
_ENDING = re.compile(r"\.[a-z][a-z0-9]{1,4}$")
_GUARDED = re.compile(r"^'(?=\s*[=+\-@])")


@dataclass(frozen=True)
class Matches:
    """Which file each name means.

    rows: (m,) positions in the paths, -1 for none. loose: (name, path) of the rows that are written differently.
    unmatched, ambiguous: names of no file, and of several alike.
    """

    rows: Rows
    loose: dict[int, tuple[str, str]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)

    def notes(self, what: str) -> list[str]:
        """Sentences on what did not match, and on what matched only loosely; what: the table's name."""
        notes = []
        if self.unmatched:
            shown = _examples(self.unmatched)
            notes.append(f"{counted(len(self.unmatched), 'row')} of {what} without an image here: {shown}.")
        if self.ambiguous:
            shown = _examples(self.ambiguous)
            notes.append(
                f"{counted(len(self.ambiguous), 'row')} of {what} not joined, several images may be meant: {shown}."
            )
        if self.loose:
            notes.append(f"{counted(len(self.loose), 'name')} of {what} {differently(self.loose.values())}.")
        return notes


def plain_paths(names: pa.ChunkedArray) -> pa.ChunkedArray:
    """Paths as the scan writes them: no spaces around, forward slashes, no doubled ones, no "./"."""
    forward = pc.replace_substring(pc.utf8_trim_whitespace(names), "\\", "/")
    single = pc.replace_substring_regex(forward, r"([^:])/(\./|/)+", r"\1/")
    return pc.replace_substring_regex(single, r"^(\./)+", "")


def match_names(names: pa.ChunkedArray, paths: Sequence[str], folder: str = "") -> Matches:
    """Match (m,) `names` with the distinct image `paths`; `folder`: where names start, such as that of their table.

    A name as it is counts first; else the one file that it fits when case, the form of accents, the ending, or
    folders before it may differ. Names of several files are not matched. No file is opened.
    """
    plain = plain_paths(names)
    below = pc.binary_join_element_wise(folder, plain, "/") if folder else plain
    known = pa.array(list(paths), pa.string())
    found = [pc.fill_null(pc.index_in(column, value_set=known), -1) for column in (below, plain)]
    rows = np.asarray(found[0].to_numpy(), dtype=np.int64)
    rows = np.where(rows >= 0, rows, np.asarray(found[1].to_numpy(), dtype=np.int64))
    result = Matches(rows.copy())
    left = np.flatnonzero(rows < 0)
    if len(left):
        # A table in a folder with images is of these; one in a folder of its own may be of any.
        inside = [path for path in paths if path.startswith(f"{folder}/")] if folder else []
        index = _Index(paths, inside or paths)
        for row, text in zip(left, plain.take(pa.array(left)).to_pylist(), strict=True):
            _match_loosely(result, index, int(row), text or "", folder)
        _take_back(result)
    return result


def differently(pairs: Iterable[tuple[str, str]]) -> str:
    """Words on names that were matched although they are written differently, with an example."""
    name, path = next(iter(pairs))
    return f"written differently and joined, such as {name!r} for {path}"


def key_of(path: str) -> str:
    """The form in which names are compared: accents composed, no case."""
    return unicodedata.normalize("NFC", path).casefold()


class _Index:
    """Paths by the last part of their names, with and without its ending."""

    def __init__(self, paths: Sequence[str], among: Sequence[str]) -> None:
        """Hold the paths that names are looked for `among`; the rows are those of `paths`."""
        self.paths = among
        place = {path: row for row, path in enumerate(paths)} if among is not paths else {}
        self.rows = [place[path] for path in among] if place else range(len(paths))
        self.keys = [key_of(path) for path in among]
        self.bare = [without_ending(key) for key in self.keys]
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_bare: dict[str, list[int]] = defaultdict(list)
        self.by_number: dict[str, list[int]] = defaultdict(list)
        for row, (key, bare) in enumerate(zip(self.keys, self.bare, strict=True)):
            self.by_name[key.rpartition("/")[2]].append(row)
            self.by_bare[bare.rpartition("/")[2]].append(row)
            if _last(bare).isdecimal():
                self.by_number[_last(bare).lstrip("0")].append(row)

    def find(self, name: str, folder: str) -> list[int]:
        """Rows of the paths that fit best; several when none is better than the others."""
        key = key_of(name)
        fitting = self._fit(self.by_name.get(_last(key), []), self.keys, key, folder)
        for bare in (key, without_ending(key) if _ENDING.search(key) else key):
            fitting = fitting or self._fit(self.by_bare.get(_last(bare), []), self.bare, bare, folder)
        return fitting or self.by_number.get(key.lstrip("0"), [])

    def _fit(self, rows: list[int], keys: list[str], key: str, folder: str) -> list[int]:
        """Of the rows with the same last part: those of the same folder, else those where one is the other's end."""
        inside = f"{key_of(folder)}/{key}" if folder else key
        same = [row for row in rows if keys[row] == inside] or [row for row in rows if keys[row] == key]
        if same:
            return same
        ends = [row for row in rows if _is_end(keys[row], key) or _is_end(key, keys[row])]
        if not ends and ABSOLUTE.match(key):  # a path of another computer: its folders mean nothing here
            ends = rows
        return ends


def _match_loosely(result: Matches, index: _Index, row: int, text: str, folder: str) -> None:
    for name in dict.fromkeys((text, _GUARDED.sub("", text))) if text else ():
        fitting = index.find(name, folder)
        if len(fitting) == 1:
            result.rows[row] = index.rows[fitting[0]]
            result.loose[row] = text, index.paths[fitting[0]]
            return
        if fitting:
            result.ambiguous.append(text)
            return
    result.unmatched.append(text)


def _take_back(result: Matches) -> None:
    """Names from different folders are different pictures: "train/1" and "test/1" cannot both be the one "1.jpg"."""
    folders: dict[str, set[str]] = defaultdict(set)
    for name, path in result.loose.values():
        folders[path].add(key_of(name).rpartition("/")[0])
    for row, (name, path) in list(result.loose.items()):
        if len(folders[path]) > 1:
            result.rows[row] = -1
            del result.loose[row]
            result.ambiguous.append(name)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _is_end(longer: str, shorter: str) -> bool:
    return longer.endswith(f"/{shorter}")


def _examples(names: list[str]) -> str:
    return ", ".join(map(repr, names[:EXAMPLES])) + (", ..." if len(names) > EXAMPLES else "")

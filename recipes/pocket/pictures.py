"""Pictures to learn from: some in memory, others packed as JPEGs in one file and decoded when they are looked at."""

import csv
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from PIL import Image

from explorer.base.errors import InputError
from explorer.io.images import read_image

TABLE, JPEGS = "pictures.csv", "pictures.jpegs"
COLUMNS = ("source", "kind", "file_name", "licence", "start", "length", "width", "height")

Sizes = list[tuple[int, int]]


@dataclass(frozen=True)
class Packed:
    """n JPEGs that lie in one file: where each begins and how long it is, and its (width, height) in pixels."""

    path: Path
    places: list[tuple[int, int]]
    sizes: Sizes

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, row: int) -> Image.Image:
        """Picture `row`, RGB."""
        start, length = self.places[row]
        return read_image(self._data[start : start + length], name=f"{self.path}, picture {row}")

    @cached_property
    def _data(self) -> mmap.mmap:
        with self.path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@dataclass(frozen=True)
class Pictures(Sequence[Image.Image]):
    """Pictures in memory, and after them those of a set where there is one."""

    held: Sequence[Image.Image]
    packed: Packed | None = None

    def __len__(self) -> int:
        return len(self.held) + (0 if self.packed is None else len(self.packed))

    @overload
    def __getitem__(self, row: int) -> Image.Image: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Image.Image]: ...
    def __getitem__(self, row: int | slice) -> Image.Image | Sequence[Image.Image]:
        """Picture `row`, RGB; of a slice a list, all of it decoded."""
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        if row < len(self.held) or self.packed is None:
            return self.held[row]
        return self.packed[row - len(self.held)]

    @cached_property
    def sizes(self) -> Sizes:
        """(width, height) of each, nothing decoded."""
        return [image.size for image in self.held] + ([] if self.packed is None else self.packed.sizes)


def read_picture_set(folder: Path) -> Packed:
    """The pictures of a set made by `picture_set`, in its order; InputError without one, or one without their sizes."""
    table, jpegs = folder / TABLE, folder / JPEGS
    for path in (table, jpegs):
        if not path.is_file():
            raise InputError(f"Expected a set made by python -m recipes.pocket.picture_set; {path} does not exist.")
    with table.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise InputError(f"{table}: no column {', '.join(missing)}. Make the set anew with picture_set.")
        rows = [[int(row[name]) for name in COLUMNS[4:]] for row in reader]
    if not rows:
        raise InputError(f"{table}: expected pictures, found none.")
    return Packed(jpegs, [(start, length) for start, length, _, _ in rows], [(w, h) for _, _, w, h in rows])


def set_sources(folder: Path) -> dict[str, dict[str, str | int]]:
    """How many pictures of a set each source gave, and its licence, by the source's name."""
    found: dict[str, dict[str, str | int]] = {}
    with (folder / TABLE).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            one = found.setdefault(row["source"], {"licence": row["licence"], "pictures": 0})
            one["pictures"] = int(one["pictures"]) + 1
    return found

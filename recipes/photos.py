"""The photos that pocket learns from and is measured on: an image folder with a metadata.csv."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.io.images import read_image

COLUMNS = ("file_name", "source", "label", "coarse", "split", "caption")
NEVER_TRAINED_SOURCE = "grocery_iconic"


@dataclass(frozen=True, kw_only=True)
class Photos:
    """Photos with their words, one row a photo, in the order of metadata.csv.

    files: paths; source, label, coarse, split, caption: (n,) strings. split is train, val, test or unseen.
    """

    files: list[Path]
    source: NDArray[np.str_]
    label: NDArray[np.str_]
    coarse: NDArray[np.str_]
    split: NDArray[np.str_]
    caption: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.files)

    def rows(self, *splits: str, source: str = "") -> Rows:
        """Rows of the given splits (and source), never those of the iconic pictures."""
        mask = np.isin(self.split, splits) & (self.source != NEVER_TRAINED_SOURCE)
        return np.flatnonzero(mask & (self.source == source) if source else mask)

    def labels(self, rows: Rows) -> list[str]:
        """The distinct labels of `rows`, sorted; a photo without a label has the label ""."""
        return sorted(set(self.label[rows].tolist()) - {""})


def read_photos(folder: Path) -> Photos:
    """Read `folder`/metadata.csv with the columns file_name, source, label, coarse, split and caption.

    Raises InputError when the file or a column is missing, or a named photo is not there.
    """
    table = folder / "metadata.csv"
    if not table.is_file():
        raise InputError(f"Expected a folder of photos with a metadata.csv; {table} does not exist.")
    with table.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise InputError(f"{table}: expected the columns {', '.join(COLUMNS)}; {', '.join(missing)} missing.")
        rows = list(reader)
    files = [folder / row["file_name"] for row in rows]
    absent = next((file for file in files if not file.is_file()), None)
    if absent is not None:
        raise InputError(f"{table} names {absent.name}, which is not in the folder.")
    columns = {name: np.array([row[name] for row in rows]) for name in COLUMNS[1:]}
    return Photos(files=files, **columns)


def load_images(photos: Photos, rows: Rows | Sequence[int]) -> list[Image.Image]:
    """Decoded RGB images of `rows`, in their order."""
    return [read_image(photos.files[row]) for row in rows]

"""What people say of some of the pictures of a set: sentences that the student learns to find the picture by."""

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.encoders.base import Encoder
from recipes.pocket.views import save_array

TABLE = "captions.csv"
COLUMNS = ("picture", "caption")


@dataclass(frozen=True)
class Captions:
    """t captions of k pictures.

    pictures: (k,) rows among all pictures. owners: (t,) which of the k a caption is of, ascending. vectors: (t, d).
    """

    pictures: Rows
    owners: Rows
    vectors: Floats

    def places(self, rows: Rows) -> Rows:
        """(n,) which of the k pictures each of the (n,) rows among all pictures is, -1 for one without captions."""
        found = np.minimum(np.searchsorted(self.pictures, rows), len(self.pictures) - 1)
        places: Rows = np.where(self.pictures[found] == rows, found, -1)
        return places


def draw_captions(owners: Rows, chosen: Rows, rng: np.random.Generator) -> Rows:
    """(c,) a caption of each of the (c,) `chosen` pictures. owners: (t,) which picture a caption is of, ascending."""
    first = np.searchsorted(owners, chosen)
    count = np.searchsorted(owners, chosen, side="right") - first
    found: Rows = first + rng.integers(0, count)
    return found


def read_captions(pictures: Path, text: Encoder, *, before: int, folder: Path) -> Captions | None:
    """The captions of the set in `pictures`, which come after `before` others; None for a set without any.

    folder: where their vectors are kept. InputError, with the line, for a caption of no picture or without words.
    """
    table = pictures / TABLE
    if not table.is_file():
        return None
    rows, words = _read(table)
    if not words:
        return None
    kept = folder / f"captions-{sha256(table.read_bytes()).hexdigest()[:8]}.npy"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_array(kept, text.encode_texts(words).astype(np.float16))
    order = np.argsort(rows, kind="stable")
    known, owners = np.unique(rows[order], return_inverse=True)
    vectors = np.load(kept, allow_pickle=False).astype(np.float32)[order]
    return Captions(known + before, owners.astype(np.int64), vectors)


def _read(table: Path) -> tuple[Rows, list[str]]:
    rows, words = [], []
    with table.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            picture, caption = (str(row.get(name) or "").strip() for name in COLUMNS)
            if not picture.isdecimal() or not caption:
                raise InputError(
                    f"{table}, line {number}: expected a picture's number and a caption. Make the set anew."
                )
            rows.append(int(picture))
            words.append(caption)
    return np.array(rows, np.int64), words

"""Several pseudo-captions an image: its label's name, by itself and in templates, other columns, tags, own caption."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Mask, Rows
from explorer.base.columns import codes_of
from explorer.base.dataset import TEXT
from explorer.workspace.opened import Opened

TEMPLATES = ("{}", "a photo of {}", "a picture of the {}")
CAPTION = "caption"
MOST_TEXTS = 5_000


@dataclass(frozen=True)
class Captions:
    """texts: the different captions. of_rows: (n, p) numbers of each item's captions, -1 where it has fewer."""

    texts: tuple[str, ...]
    of_rows: Rows

    @property
    def some(self) -> Mask:
        """(n,) which items have a caption."""
        found: Mask = np.any(self.of_rows >= 0, axis=1)
        return found

    def belongs(self, rows: Rows) -> Mask:
        """(b, t) which captions are those of the items `rows`."""
        found = np.zeros((len(rows), len(self.texts) + 1), dtype=bool)
        np.put_along_axis(found, self.of_rows[rows], True, axis=1)  # -1 is the last column
        return found[:, :-1]

    def draw(self, rows: Rows, rng: np.random.Generator) -> Rows:
        """(b,) number of one caption of each of the items `rows`, which have one."""
        mine = self.of_rows[rows]
        places = (rng.random(len(rows)) * (mine >= 0).sum(axis=1)).astype(np.int64)
        found: Rows = mine[np.arange(len(rows)), places]
        return found


def gather(lists: Iterable[Sequence[str]]) -> Captions:
    """Number the captions of each item; the same one twice counts once, blank ones not at all."""
    numbers: dict[str, int] = {}
    found = []
    for texts in lists:
        mine = dict.fromkeys(" ".join(text.split()) for text in texts)
        found.append([numbers.setdefault(text, len(numbers)) for text in mine if any(map(str.isalnum, text))])
    of_rows = np.full((len(found), max(map(len, found), default=0) or 1), -1, dtype=np.int64)
    for row, mine_ in enumerate(found):
        of_rows[row, : len(mine_)] = mine_
    return Captions(tuple(numbers), of_rows)


def label_name(name: str) -> str:
    """A label as somebody would ask for it; "" for one without a letter, such as a number."""
    words = " ".join(name.replace("_", " ").split())
    return words if any(map(str.isalpha, words)) else ""


def captions_of(opened: Opened, rows: Rows, column: str, columns: Sequence[str]) -> Captions:
    """Of the items `rows`: label by templates, values of `columns`, tags, captions; (r, p) in their order.

    At most MOST_TEXTS different ones are taken, those of most items.
    """
    table = opened.dataset.table.take(rows)
    labels = _texts(table.column(column))
    names = [label_name(label) for label in labels]
    lists = [[one.format(name) for one in TEMPLATES] if name else [] for name in names]
    for extra in columns:
        for mine, value in zip(lists, _texts(table.column(extra)), strict=True):
            mine.append(label_name(value))
    own = caption_column(opened)
    if own:
        for mine, text in zip(lists, _texts(table.column(own)), strict=True):
            mine.append(text)
    if opened.tag_column in opened.tagged.attributes:
        for mine, some in zip(lists, opened.tagged.table.column(opened.tag_column).take(rows).to_pylist(), strict=True):
            mine.extend(some or [])
    return _bounded(gather(lists))


def caption_column(opened: Opened) -> str:
    """The column with the captions of pictures; "" where there is none."""
    if opened.dataset.has_texts:
        return TEXT
    return CAPTION if CAPTION in opened.dataset.attributes else ""


def _bounded(found: Captions) -> Captions:
    """At most MOST_TEXTS different texts."""
    if len(found.texts) <= MOST_TEXTS:
        return found
    counts = np.bincount(found.of_rows[found.of_rows >= 0], minlength=len(found.texts))
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_TEXTS])
    place = np.full(len(found.texts) + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    of_rows = place[found.of_rows]
    order = np.argsort(of_rows < 0, axis=1, kind="stable")
    return Captions(tuple(found.texts[number] for number in kept), np.take_along_axis(of_rows, order, axis=1))


def _texts(column: pa.ChunkedArray) -> list[str]:
    coded = codes_of(column)
    names = (*coded.names, "")
    return [names[code] for code in coded.codes]

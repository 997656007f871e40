"""All texts that titles are compared by, numbered: titles, titles with their attributes, names of entries."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.tune.lexical import plain_title
from explorer.features.tune.titles.material import Titles, TitleSplit


@dataclass(frozen=True)
class TitleTexts:
    """The texts of some titles: n titles, then n with attributes where there are any, then the names of entries."""

    material: Titles

    @cached_property
    def texts(self) -> list[str]:
        """All of them."""
        m = self.material
        joined = m.joined() if m.has_attributes else []
        return [*m.titles, *joined, *(m.entries if m.named else ())]

    @cached_property
    def codes(self) -> Rows:
        """(t,) the entry that each text means."""
        m = self.material
        joined = [m.codes] if m.has_attributes else []
        return np.concatenate([m.codes, *joined, np.arange(len(m.entries) if m.named else 0, dtype=np.int64)])

    @cached_property
    def same_title(self) -> Rows:
        """(t,) a number that equal texts share, letters in small."""
        return np.unique(np.array([plain_title(text) for text in self.texts], dtype=object), return_inverse=True)[1]

    def asked(self, rows: Rows, attributes: bool) -> Rows:
        """Numbers of the texts by which these titles are asked for, with their attributes or without."""
        return rows + len(self.material.codes) if attributes and self.material.has_attributes else rows

    def known(self, rows: Rows) -> Rows:
        """Numbers of the texts that are known of the entries: these titles, and the names."""
        names = len(self.material.entries) if self.material.named else 0
        return np.concatenate([rows, np.arange(len(self.texts) - names, len(self.texts), dtype=np.int64)])


@dataclass(frozen=True)
class Partners:
    """For each title that is learned from, other known texts of the same entry: rings to draw from."""

    texts: TitleTexts
    known: Rows
    starts: Rows
    sizes: Rows
    anchors: Rows

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """(b,) numbers of texts to ask with, half of them with attributes, and of one text each that is right."""
        rows = rng.choice(self.anchors, min(count, len(self.anchors)), replace=False)
        codes = self.texts.material.codes[rows]
        places = np.array([self._place(row, code) for row, code in zip(rows, codes, strict=True)])
        ahead = rng.integers(1, self.sizes[codes])
        right = self.known[self.starts[codes] + (places + ahead) % self.sizes[codes]]
        with_attributes = self.texts.asked(rows, attributes=True)
        return np.where(rng.random(len(rows)) < 0.5, with_attributes, rows), right

    def _place(self, row: int, code: int) -> int:
        ring = self.known[self.starts[code] : self.starts[code] + self.sizes[code]]
        return int(np.flatnonzero(ring == row)[0])


def partners_of(texts: TitleTexts, split: TitleSplit) -> Partners:
    """Rings of the known texts of each entry; titles that are alone in theirs teach nothing."""
    known = texts.known(split.train)
    codes = texts.codes[known]
    ordered = known[np.argsort(codes, kind="stable")]
    sizes = np.bincount(codes, minlength=len(texts.material.entries))
    anchors = split.train[sizes[texts.material.codes[split.train]] > 1]
    return Partners(texts, ordered, np.cumsum(sizes) - sizes, sizes, anchors)

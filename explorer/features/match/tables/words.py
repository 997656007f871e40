"""Tables as grids of words: at most 12 words of a caption, 9 x 9 cells, 4 words of a cell; and vectors of words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.match.tables.content import Content

if TYPE_CHECKING:
    from explorer.encoders._bert import MiniBert

CAPTION_WORDS, GROUPS, GROUP_CELLS, CELL_WORDS = 12, 9, 9, 4
WIDTH = 200
SIGNS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r', " "))
COMMON_LENGTH = 2.5


@dataclass(frozen=True)
class Grids:
    """n tables as numbers of words from 1, 0 for none.

    captions: (n, 12). cells: (n, 9, 9, 4) column, cell of the column from the header down, word.
    """

    captions: Rows
    cells: Rows

    def __len__(self) -> int:
        return len(self.captions)

    def take(self, places: Rows) -> "Grids":
        """Some of the tables, in the order of `places`."""
        return Grids(self.captions[places], self.cells[places])


def words_of(text: str) -> list[str]:
    """Small words between blanks and signs, as the tokenizer of Keras cuts them."""
    return text.lower().translate(SIGNS).split()


def vocabulary(content: Content) -> list[str]:
    """All words of the tables, in order of the alphabet."""
    texts = [*content.captions, *(cell for place in range(len(content)) for row in content.grid(place) for cell in row)]
    return sorted({word for text in texts for word in words_of(text)})


def grids(content: Content, words: Sequence[str]) -> Grids:
    """The tables by the numbers of `words` from 1; words that are not among them are passed over, as official."""
    numbers = {word: number for number, word in enumerate(words, start=1)}
    captions = np.zeros((len(content), CAPTION_WORDS), np.int64)
    cells = np.zeros((len(content), GROUPS, GROUP_CELLS, CELL_WORDS), np.int64)
    for place in range(len(content)):
        _fill(captions[place], content.captions[place], numbers)
        for across, row in enumerate(content.grid(place)[:GROUP_CELLS]):
            for down, cell in enumerate(row[:GROUPS]):
                _fill(cells[place, down, across], cell, numbers)
    return Grids(captions, cells)


def _fill(target: Rows, text: str, numbers: dict[str, int]) -> None:
    known = [numbers[word] for word in words_of(text) if word in numbers][: len(target)]
    target[: len(known)] = known


@dataclass(frozen=True)
class Pressed:
    """How 384 numbers of a word become 200: (x − mean) · projection. mean: (384,). projection: (384, 200)."""

    mean: Floats
    projection: Floats

    def of(self, vectors: Floats) -> Floats:
        """(n, 200) of (n, 384)."""
        return np.asarray((vectors - self.mean) @ self.projection, np.float32)


def press(vectors: Floats, width: int = WIDTH) -> Pressed:
    """The first `width` principal directions of (n, d) vectors, scaled so that a typical word has the length 2.5.

    That is about the length that word2vec gives common words. Directions that the vectors do not have are zeros.
    """
    mean = vectors.mean(0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
    _, spread, axes = np.linalg.svd(np.asarray(vectors - mean, np.float64), full_matrices=False)
    kept = axes[:width][spread[:width] > 1e-9]
    length = float(np.linalg.norm((vectors - mean) @ kept.T, axis=1).mean()) if len(kept) else 1.0
    projection = np.zeros((vectors.shape[1], width), np.float32)
    projection[:, : len(kept)] = kept.T * (COMMON_LENGTH / max(length, 1e-9))
    return Pressed(np.asarray(mean, np.float32), projection)


def raw_word_vectors(words: Iterable[str], model: "MiniBert") -> Floats:
    """(n, 384) of words: the mean of the vectors of their pieces in MiniLM's table of word pieces, before any layer."""
    table = model.weights["embeddings.word_embeddings.weight"].cpu().numpy()
    read = model.read(list(words))
    found = [table[pieces[1:-1]].mean(0) if len(pieces) > 2 else np.zeros(table.shape[1]) for pieces in read]
    return np.asarray(found, np.float32).reshape(-1, table.shape[1])

"""A small working model with patches: mean colours of the four quarters of the centred square."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.encoders.base import Abilities, Tokens
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.pocket_tower import crop


class Quarters(HistogramEncoder):
    abilities = Abilities(images=True, patches=True)

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        return crop(image, 64)

    def patches(self, images: Sequence[Image.Image]) -> Floats:
        pixels = np.stack([self.prepare(image) for image in images]).astype(np.float32) / 255 + 0.01
        found = pixels.reshape(-1, 2, 32, 2, 32, 3).mean((2, 4)).reshape(-1, 4, 3)
        return np.asarray(found / np.linalg.norm(found, axis=2, keepdims=True), dtype=np.float32)


class Letters(HistogramEncoder):
    """Tokens are words; a word's vector says which letters it has."""

    abilities = Abilities(texts=True, tokens=True)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        return [_tokens(text) for text in texts]


def _tokens(text: str) -> Tokens:
    spans, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        spans.append((start, start + len(word)))
        start += len(word)
    vectors = np.zeros((len(spans), 26), dtype=np.float32)
    for row, (begin, end) in enumerate(spans):
        for letter in text[begin:end].lower():
            vectors[row, (ord(letter) - 97) % 26] += 1
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)
    return Tokens(vectors / lengths, np.array(spans, dtype=np.int64).reshape(-1, 2))

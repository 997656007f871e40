"""What a relational head learns from: frozen features of images beside their anonymous captions."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.encoders.base import Encoder
from explorer.encoders.relational import DIM
from explorer.features.relational.frozen import Features, Halves

LEAST_ITEMS, LEAST_CAPTIONS = 100, 5


@dataclass(frozen=True)
class Lessons:
    """What a head learns from, a row an item.

    pooled: (n, d). patches: (n, p, c), p may be 0. captions: n anonymous captions. texts: (n, 384) their unit vectors.
    """

    pooled: Halves
    patches: Halves
    captions: list[str]
    texts: Floats

    def __post_init__(self) -> None:
        different = len(set(self.captions))
        if len(self.captions) < LEAST_ITEMS or different < LEAST_CAPTIONS:
            raise InputError(
                f"A relational head needs at least {LEAST_ITEMS} images with an anonymous caption and {LEAST_CAPTIONS} "
                f"different captions; got {len(self.captions)} images with {different} captions."
            )

    def key(self) -> str:
        """Short hash of all of it."""
        digest = blake2b(digest_size=12)
        for array in (self.pooled, self.patches, self.texts):
            digest.update(
                np.ascontiguousarray(array[:: max(1, len(array) // 500)]).tobytes() + str(array.shape).encode()
            )
        digest.update("\n".join(self.captions).encode())
        return digest.hexdigest()


def caption_numbers(captions: list[str]) -> Rows:
    """(n,) a number for each caption, the same for equal ones, from 0 in order of appearance."""
    known = {caption: number for number, caption in enumerate(dict.fromkeys(captions))}
    return np.array([known[caption] for caption in captions], dtype=np.int64)


def lessons_of(features: Features, captions: list[str], text: Encoder) -> Lessons:
    """Features and anonymous captions as lessons; each different caption is encoded once."""
    different = list(dict.fromkeys(captions))
    if not different:
        return Lessons(features.pooled, features.patches, captions, np.empty((0, DIM), np.float32))
    vectors = text.encode_texts(different)
    return Lessons(features.pooled, features.patches, captions, vectors[caption_numbers(captions)])

"""Vectors of the everyday texts that ship with the program: no new collection has to wait for them.

Made by recipes/everyday.py. A list that has changed since, or other weights, is worked out as any other text is.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, unit_rows
from explorer.base.shipped import ASSETS

FILE = ASSETS / "everyday.npz"
Halves = NDArray[np.float16]


def kept_vectors(weights: str, texts: Sequence[str]) -> Floats | None:
    """(t, d) unit rows of exactly these texts, in this order, under the weights of this hash; None unless they ship."""
    key, vectors = _read(FILE)
    if len(texts) != len(vectors) or key != key_of(weights, texts):
        return None
    return unit_rows(vectors)


def keep(weights: str, texts: Sequence[str], vectors: Floats, path: Path = FILE) -> None:
    """Write the (t, d) unit vectors of the texts as float16, which moves a cosine by less than 0.0005."""
    np.savez(path, key=np.array(key_of(weights, texts)), vectors=vectors.astype(np.float16))


def key_of(weights: str, texts: Sequence[str]) -> str:
    """Hash of the weights and of every text in its place."""
    return blake2b(repr((weights, tuple(texts))).encode(), digest_size=16).hexdigest()


@cache
def _read(path: Path) -> tuple[str, Halves]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return str(file["key"]), file["vectors"]
    except (OSError, ValueError, KeyError, BadZipFile):  # they only cost the time again
        return "", np.empty((0, 0), dtype=np.float16)

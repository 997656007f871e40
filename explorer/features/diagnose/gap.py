"""The gap between images and texts in a model that reads both. Pure.

Source: Liang et al. 2022, Mind the gap, section 2: the difference of the two mean vectors, and its length.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.half import widen


@dataclass(frozen=True)
class Gap:
    """Where the vectors of texts lie against those of pictures.

    distance: between the mean picture and the mean text, 0 to 2. between: mean cosine of a picture and a text;
    pictures, texts: mean cosine of two different ones of a kind. apart: share of all vectors that the sign of the
    projection on the line between the means puts on their own side, 0.5 for none, 1 for two separate clouds.
    count: texts that were used.
    """

    distance: float
    between: float
    pictures: float
    texts: float
    apart: float
    count: int


def gap(vectors: NDArray[Any], words: Floats) -> Gap:
    """Between (m, d) unit vectors of pictures and (t, d) of texts, at least two of each."""
    pictures = widen(vectors).astype(np.float64)
    texts = words.astype(np.float64)
    middle, other = pictures.mean(axis=0), texts.mean(axis=0)
    line = middle - other
    border = float(line @ (middle + other)) / 2
    right = ((pictures @ line > border).mean() + (texts @ line <= border).mean()) / 2
    return Gap(
        distance=float(np.linalg.norm(line)),
        between=float(middle @ other),
        pictures=_mean_cosine(pictures),
        texts=_mean_cosine(texts),
        apart=float(right),
        count=len(texts),
    )


def _mean_cosine(vectors: NDArray[np.float64]) -> float:
    """Of two different ones."""
    total = vectors.sum(axis=0)
    count = len(vectors)
    return (float(total @ total) - float((vectors**2).sum())) / (count * (count - 1))

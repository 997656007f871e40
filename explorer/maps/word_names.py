"""Names for clusters of images by words of the model, where these fit; no name where they do not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.half import widen
from explorer.maps.naming import NO_NAME, ClusterName, clip, percent

LEAST_SHARE, LEAST_HEIGHT = 0.6, 4.7
"""A word names a cluster when it is the nearest of all words for this share of the items, and lies this many standard
deviations of all words above their mean, averaged over the items. Both were chosen on photos, scenes and digits of
known labels under pocket, where words that pass both were nearly all right; other models were not measured."""
ITEMS_PER_CLUSTER, LEAST_WORDS = 2_000, 100


def name_by_words(
    vectors: NDArray[np.floating], labels: Rows, word_vectors: NDArray[np.floating], words: Sequence[str]
) -> list[ClusterName]:
    """A name for each cluster of `labels` (n,), -1 is none, by the (w,) `words` with unit (w, d) `word_vectors`.

    vectors: (n, d) of the items, in the same space. Cosines are between what sets an item and a word apart from the
    mean of their kind: taking off both means closes the gap between images and texts (Liang et al. 2022). The nearest
    word of most items names the cluster when it is measured to fit, see `LEAST_SHARE`. Fewer than 100 words name
    nothing: no word is far above a few others.
    """
    count = int(labels.max(initial=-1)) + 1
    if count < 2 or len(words) < LEAST_WORDS:
        return [NO_NAME] * count
    centre = _mean(vectors)
    directions = _directions(word_vectors - word_vectors.mean(axis=0))
    return [_name(_some(vectors, labels == number) - centre, directions, words) for number in range(count)]


def _name(items: Floats, directions: Floats, words: Sequence[str]) -> ClusterName:
    """The name of a cluster from its (m, d) centred vectors."""
    cosines = _directions(items) @ directions.T
    nearest = np.bincount(cosines.argmax(axis=1), minlength=len(words))
    word = int(nearest.argmax())
    share = float(nearest[word] / len(items))
    spread = np.maximum(cosines.std(axis=1), 1e-12)
    height = float(((cosines[:, word] - cosines.mean(axis=1)) / spread).mean())
    if share < LEAST_SHARE or height < LEAST_HEIGHT:
        return NO_NAME
    full = f"{clip(words[word])} · the model’s nearest word for {percent(share)} of these"
    return ClusterName(clip(words[word]), full, "words")


def _directions(vectors: NDArray[np.floating]) -> Floats:
    """Rows scaled to length 1; one that is no different from the mean stays 0."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _some(vectors: NDArray[np.floating], inside: NDArray[np.bool_]) -> Floats:
    rows = np.flatnonzero(inside)
    return unit_rows(widen(vectors[rows[:: max(1, len(rows) // ITEMS_PER_CLUSTER)]]))


def _mean(vectors: NDArray[np.floating], most: int = 20_000) -> Floats:
    """(d,) mean of the unit vectors of evenly spread items."""
    return np.asarray(unit_rows(widen(vectors[:: max(1, len(vectors) // most)])).mean(axis=0))

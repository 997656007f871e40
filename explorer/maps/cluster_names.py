"""Choose how the clusters of a map are named: by their texts, by a list of words, or by their attributes."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT, Dataset
from explorer.base.errors import ModelError
from explorer.base.progress import Progress
from explorer.base.shipped import ASSETS
from explorer.encoders import load_encoder
from explorer.maps.naming import name_clusters_from_attributes, name_clusters_from_images, name_clusters_from_texts

WORDS = ASSETS / "words.txt"


def name_clusters(
    dataset: Dataset, rows: Rows, vectors: NDArray[Any], labels: Rows, *, spec: str, progress: Progress
) -> tuple[list[str], str]:
    """Return a name for each cluster and how they were found: "texts", "words" or "attributes".

    rows: (m,) row numbers of the items on the map; vectors: (m, d); labels: (m,), -1 is no cluster.
    Texts are used when most items have one, words when the encoder `spec` holds images and texts in one space.
    """
    if labels.max(initial=-1) < 0:
        return [], "attributes"
    progress.start("naming clusters", 0)
    texts = dataset.table.column(TEXT).take(rows)
    if pc.sum(pc.not_equal(texts, "")).as_py() * 2 > len(rows):
        return name_clusters_from_texts(texts.to_numpy(), labels), "texts"
    known = _word_vectors(spec)
    if known is not None and labels.max() > 0:
        return name_clusters_from_images(vectors, labels, known, load_words()), "words"
    frame = dataset.table.select(dataset.attributes).take(rows).to_pandas()
    return name_clusters_from_attributes(frame, labels), "attributes"


@cache
def load_words() -> tuple[str, ...]:
    """The everyday words that clusters of images are named by; empty when the file is not there."""
    if not WORDS.is_file():
        return ()
    return tuple(line.strip() for line in WORDS.read_text(encoding="utf-8").splitlines() if line.strip())


def _word_vectors(spec: str) -> NDArray[np.float32] | None:
    """(w, d) vectors of the words; None when the encoder cannot be loaded or its images and texts share no space."""
    try:
        encoder = load_encoder(spec)
    except ModelError:
        return None
    words = load_words()
    return encoder.encode_texts(words) if encoder.abilities.joint and words else None

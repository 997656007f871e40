"""How near each item lies to everyday words: what an answer to words is judged against.

Some items are near every text (hubs); an item that a query is really about is nearer to it than to other words.
Source of the correction: Conneau et al. 2018, Word translation without parallel data, section 2.3 (CSLS).
"""

from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.dataset import Dataset
from explorer.base.errors import ExplorerError, ModelError
from explorer.base.half import widen
from explorer.encoders.pool import POOL
from explorer.io.atomic import atomic_write
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import slug
from explorer.workspace.probes import general_texts, own_texts

NEAREST, OWN = 10, 400
OWN_EVERY = 10  # at most a tenth as many own texts as items, or the texts of items would judge each other
BLOCK = 8_000_000  # similarities worked out at a time, 32 MB
ITSELF = 0.99  # a text this near to a text item is that item's own


@dataclass(frozen=True)
class Backdrop:
    """Cosines of (n,) items to `texts` background texts; NaN where an item has no vector.

    mean: over all texts; near: over the item's ten nearest texts (r in CSLS).
    """

    mean: Floats
    near: Floats
    texts: int


def text_backdrop(ws: Workspace, spec: str) -> Backdrop:
    """The backdrop of the items under an encoder that reads texts, kept in the workspace's cache.

    Its texts are everyday words and the collection's own. The first call for a collection encodes them and compares
    them with all items, which takes seconds. ModelError when the encoder cannot be loaded.
    """
    parts = background_texts(ws.dataset())
    texts = tuple(dict.fromkeys(chain.from_iterable(parts)))
    fingerprint = POOL.get(spec).fingerprint
    key = blake2b(repr((ws.embeddings_stamp(spec), fingerprint, texts)).encode(), digest_size=16).hexdigest()
    path = ws.folder("cache") / f"backdrop-{slug(spec)}.npz"
    found = _read(path, key)
    if found is None:
        embeddings = ws.embeddings(spec)
        words = np.concatenate([POOL.text_vectors(spec, some) for some in parts])
        found = measure(embeddings.vectors, embeddings.present, words)
        _write(path, key, found)
    return found


def background_texts(dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    """The texts that answers to words are judged against: everyday ones, and where there are any the collection's."""
    own = own_texts(dataset, min(OWN, len(dataset) // OWN_EVERY)) if len(dataset) >= OWN_EVERY else ()
    return (general_texts(), own) if own else (general_texts(),)


def keep_backdrop(ws: Workspace, spec: str) -> None:
    """Work the backdrop out ahead of the first query in words; nothing where the model takes none."""
    try:
        if POOL.get(spec).abilities.words_find_items:
            text_backdrop(ws, spec)
    except ModelError:
        return  # nobody can ask with words either


def measure(vectors: NDArray[Any], present: NDArray[np.bool_], words: Floats) -> Backdrop:
    """The backdrop of (n, d) unit rows, those that are `present`, against (t, d) unit vectors of texts."""
    mean, near = (np.full(len(vectors), np.nan, dtype=np.float32) for _ in range(2))
    rows = np.flatnonzero(present)
    step = max(1, BLOCK // len(words))
    most = min(NEAREST, len(words))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        cosines = widen(vectors[part]) @ words.T
        mean[part] = cosines.mean(axis=1)
        cosines[cosines > ITSELF] = -1
        near[part] = np.partition(cosines, -most, axis=1)[:, -most:].mean(axis=1)
    return Backdrop(mean, near, len(words))


def _read(path: Path, key: str) -> Backdrop | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            return Backdrop(file["mean"], file["near"], int(file["texts"]))
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def _write(path: Path, key: str, found: Backdrop) -> None:
    """Keep it where that can be written; a folder that cannot be written only costs the time again."""
    try:
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            np.savez(file, key=np.array(key), mean=found.mean, near=found.near, texts=np.array(found.texts))
    except (OSError, ExplorerError):
        return

"""Some items of a workspace through a model that has not seen them yet, with the time that takes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH, TEXT
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.sampling import at_most
from explorer.encoders.base import Encoder
from explorer.encoders.speed import Speed
from explorer.io.images import read_image
from explorer.workspace.contents import IMAGE, NONE, what_goes_in
from explorer.workspace.opened import Opened

BATCH = 16


@dataclass(frozen=True)
class Seen:
    """What a model made of some items. rows: (m,) rows of the data set, without unreadable ones; vectors: (m, d)."""

    rows: Rows
    vectors: Floats
    speed: Speed


def draw(opened: Opened, old: str, encoder: Encoder, items: int, seed: int = 0) -> Rows:
    """(m,) rows that the old model has vectors of and `encoder` can read, at most `items`, drawn at random."""
    readable = what_goes_in(opened.dataset, encoder) != NONE
    rows = np.flatnonzero(opened.embeddings(old).present & readable)
    return at_most(rows, items, np.random.default_rng(seed))


def look(opened: Opened, encoder: Encoder, rows: Rows, progress: Progress) -> Seen:
    """The rows under `encoder`, on all cores as `embed` does it; items that cannot be read are left out."""
    reader = _Reader(opened, encoder)
    encoder.settings()  # a tower that is built when it is first asked for is built before time counts
    batches = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
    progress.start(f"Looking at {len(rows):,} items with {encoder.spec}", len(rows))
    began_s, found, waiting = time.perf_counter(), [], iter(batches)
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(reader.read, batch) for batch in islice(waiting, workers + 1)]
        while futures:
            found.append(futures.pop(0).result())
            progress.advance(sum(len(one[0]) for one in found))
            futures += [pool.submit(reader.read, batch) for batch in islice(waiting, 1)]
    progress.finish()
    seconds = time.perf_counter() - began_s
    kept = np.concatenate([one[0] for one in found]).astype(np.int64)
    vectors = np.concatenate([one[1] for one in found])
    return Seen(kept, vectors, Speed(len(kept), seconds, sum(reader.busy)))


class _Reader:
    def __init__(self, opened: Opened, encoder: Encoder) -> None:
        self.opened, self.encoder = opened, encoder
        self.kinds = what_goes_in(opened.dataset, encoder)
        self.busy: list[float] = []

    def read(self, rows: Rows) -> tuple[Rows, Floats]:
        """Those of the rows that can be read, images before texts, and their vectors."""
        images, texts = (rows[(self.kinds[rows] == IMAGE) == pictures] for pictures in (True, False))
        kept, prepared = [], []
        for row, path in zip(images, self._values(PATH, images), strict=True):
            try:
                image = read_image(self.opened.workspace.image_path(path), self.encoder.image_side, name=path)
                prepared.append(self.encoder.prepare(image))
                kept.append(int(row))
            except InputError:
                continue
        began_s = time.perf_counter()
        parts = [self.encoder.encode_prepared(np.stack(prepared))] if prepared else []
        parts += [self.encoder.encode_texts(self._values(TEXT, texts))] if len(texts) else []
        self.busy.append(time.perf_counter() - began_s)
        none = np.empty((0, self.encoder.dim), dtype=np.float32)
        return np.array([*kept, *texts], dtype=np.int64), np.concatenate([none, *parts])

    def _values(self, column: str, rows: Rows) -> list[str]:
        found: list[str] = self.opened.dataset.table[column].take(rows).to_pylist()
        return found

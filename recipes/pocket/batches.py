"""Batches of photos and scenes, the same for the same seed and step, so that a resumed run goes on as it would have."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from os import cpu_count

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from recipes.pocket.captions import Captions, draw_captions
from recipes.pocket.copies import Copies, CopyStore
from recipes.pocket.pictures import Pictures
from recipes.pocket.scene_pool import ScenePool
from recipes.pocket.views import Targets, draw_view, paint

_NONE: Rows = np.empty(0, np.int64)
_AHEAD = 4
_MARGIN = 6


@dataclass(frozen=True)
class Batch:
    """Pictures of b photos and views of photos, c with captions first, then of s scenes, and what is known about them.

    images: (b + s, side, side, 3) uint8. features: (b, 1280) the teacher's, of the same pictures.
    photos: (b,) positions among the training photos, -1 for a view of more than one. scenes: (s,) rows of the pool.
    captioned: (c,) positions among the pictures with captions; captions: (c,) one caption of each.
    """

    images: NDArray[np.uint8]
    features: Floats
    photos: Rows
    scenes: Rows
    captioned: Rows
    captions: Rows


@dataclass(frozen=True, kw_only=True)
class BatchMaker:
    """Makes the batch of a step: whole pictures, random views (half of both mirrored), lightly cropped scenes.

    whole_count: of all pictures. held_count: more of those held in memory, which are those with labels.
    captioned_count: more of those with `captions`.
    """

    images: Pictures
    targets: Targets
    pool: ScenePool
    copies: CopyStore
    whole_count: int
    seed: int
    held_count: int = 0
    captions: Captions | None = None
    captioned_count: int = 0

    def __call__(self, step: int, side: int, view_count: int, scene_count: int) -> Batch:
        """The batch of `step` at `side` pixels."""
        rng = np.random.default_rng([self.seed, step])
        captioned, pictures_of = self._captioned(step)
        held = _epochs(step, self.held_count, len(self.images.held), self.seed + 2)
        whole = np.concatenate([pictures_of, held, _epochs(step, self.whole_count, len(self.images), self.seed)])
        numbers = _epochs(step, view_count, len(self.targets.made), self.seed + 1)
        views = [draw_view(self.images.sizes, self.targets.seed, int(number)) for number in numbers]
        copies = self.copies.of(side)
        pictures = [_shaken(copies[row], side, rng) for row in whole]
        pictures += [_mirrored(np.asarray(paint(self.images, view, side)), rng) for view in views]
        scenes = rng.integers(0, len(self.pool.images), scene_count)
        pictures += [self._scene(row, side, rng) for row in scenes]
        photos = np.concatenate([whole, [view.photos[0] if view.plain else -1 for view in views]]).astype(np.int64)
        features = np.concatenate([self.targets.whole[whole], self.targets.made[numbers]]).astype(np.float32)
        captions = _NONE if self.captions is None else draw_captions(self.captions.owners, captioned, rng)
        return Batch(np.stack(pictures), features, photos, scenes, captioned, captions)

    def _captioned(self, step: int) -> tuple[Rows, Rows]:
        """(Positions among the pictures with captions, rows among all pictures) of this step's."""
        if self.captions is None:
            return _NONE, _NONE
        found = _epochs(step, self.captioned_count, len(self.captions.pictures), self.seed + 3)
        return found, self.captions.pictures[found]

    def _scene(self, row: int, side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        image = self.pool.images[row]
        left, top, right, bottom = rng.uniform(0, _MARGIN, 4)
        box = (left, top, image.shape[1] - right, image.shape[0] - bottom)
        return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC, box=box))


def _shaken(copy: Copies, side: int, rng: np.random.Generator) -> Copies:
    """A square of `side` pixels from a somewhat larger one, mirrored half of the time."""
    top, left = rng.integers(0, copy.shape[0] - side + 1, 2)
    return _mirrored(copy[top : top + side, left : left + side], rng)


def _mirrored(picture: Copies, rng: np.random.Generator) -> Copies:
    return picture[:, ::-1] if rng.random() < 0.5 else picture


def _epochs(step: int, count: int, total: int, seed: int) -> Rows:
    """The (count,) rows of a step: each of `total` once an epoch, in an order that the epoch decides."""
    epoch, place = divmod(step, max(1, total // max(1, count)))
    return _order(total, seed, epoch)[place * count : (place + 1) * count]


@lru_cache(maxsize=8)
def _order(total: int, seed: int, epoch: int) -> Rows:
    return np.random.default_rng([seed, 1, epoch]).permutation(total)


def ahead(make: Callable[[int], Batch], start: int, stop: int) -> Iterator[Batch]:
    """The batches of steps start to stop - 1, a few prepared ahead by half the cores while the model works."""
    threads = max(1, (cpu_count() or 1) // 2)
    ahead = _AHEAD * threads
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(make, step) for step in range(start, min(start + ahead, stop)))
        for step in range(start, stop):
            batch = waiting.popleft().result()
            if step + ahead < stop:
                waiting.append(pool.submit(make, step + ahead))
            yield batch

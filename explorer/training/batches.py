"""Batches of photos and scenes, the same for the same seed and step, so that a resumed run goes on as it would have."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.arrays import Floats, Rows
from explorer.training.scene_pool import ScenePool
from explorer.training.targets import Targets, cut

_AHEAD = 4
_MARGIN = 6


@dataclass(frozen=True)
class Batch:
    """Crops of b photos and s scenes, and what is known about them.

    images: (b + s, side, side, 3) uint8, photos first. features: (b, 1280) the teacher's, of the same crops.
    photos: (b,) positions among the training photos. scenes: (s,) rows of the scene pool. mix: share in a MixUp.
    """

    images: NDArray[np.uint8]
    features: Floats
    photos: Rows
    scenes: Rows
    mix: float


@dataclass(frozen=True)
class BatchMaker:
    """Makes the batch of a step: a random view of random photos (half of them mirrored), lightly cropped scenes."""

    images: list[Image.Image]
    targets: Targets
    pool: ScenePool
    photo_count: int
    scene_count: int
    mixup: float
    seed: int

    def __call__(self, step: int, side: int) -> Batch:
        """The batch of `step` at `side` pixels."""
        rng = np.random.default_rng([self.seed, step])
        photos = self._photos_of(step)
        views = rng.integers(0, self.targets.boxes.shape[1], len(photos))
        crops = [self._photo(photo, view, side, rng) for photo, view in zip(photos, views, strict=True)]
        scenes = rng.integers(0, len(self.pool.images), self.scene_count)
        crops += [self._scene(row, side, rng) for row in scenes]
        mix = float(rng.beta(0.4, 0.4)) if rng.random() < self.mixup else 1.0
        features = self.targets.features[photos, views].astype(np.float32)
        return Batch(np.stack(crops), features, photos, scenes, max(mix, 1 - mix))

    def _photos_of(self, step: int) -> Rows:
        """Each photo once an epoch, in an order that the epoch decides."""
        per_epoch = max(1, len(self.images) // self.photo_count)
        epoch, place = divmod(step, per_epoch)
        order = np.random.default_rng([self.seed, 1, epoch]).permutation(len(self.images))
        return order[place * self.photo_count : (place + 1) * self.photo_count]

    def _photo(self, photo: int, view: int, side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        pixels = np.asarray(cut(self.images[photo], self.targets.boxes[photo, view], side))
        return pixels[:, ::-1] if rng.random() < 0.5 else pixels

    def _scene(self, row: int, side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        image = self.pool.images[row]
        left, top, right, bottom = rng.uniform(0, _MARGIN, 4)
        box = (left, top, image.shape[1] - right, image.shape[0] - bottom)
        return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC, box=box))


def ahead(make: Callable[[int], Batch], start: int, stop: int) -> Iterator[Batch]:
    """The batches of steps start to stop - 1, a few prepared ahead by a thread while the model works."""
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(make, step) for step in range(start, min(start + _AHEAD, stop))]
        for step in range(start, stop):
            batch = waiting.pop(0).result()
            if step + _AHEAD < stop:
                waiting.append(pool.submit(make, step + _AHEAD))
            yield batch

"""Vectors of drawn scenes, kept on disk for an encoder with its weights."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.base.settings import home
from explorer.encoders.base import Encoder
from explorer.io.atomic import atomic_write
from explorer.scenes import Scene, render
from explorer.workspace.layout import slug

SIDE, _BLOCK = 128, 64


def encode_scenes(encoder: Encoder, scenes: Sequence[Scene], progress: Progress, what: str) -> Floats:
    """(n, d) unit rows of the scenes, drawn and encoded on two cores."""
    parts = [scenes[start : start + _BLOCK] for start in range(0, len(scenes), _BLOCK)]
    progress.start(what, len(scenes))
    found: list[Floats] = []
    with ThreadPoolExecutor(2) as pool:
        for rows in pool.map(lambda part: encoder.encode_images([render(scene, SIDE) for scene in part]), parts):
            found.append(rows)
            progress.advance(min(len(found) * _BLOCK, len(scenes)))
    progress.finish()
    return np.concatenate(found)


def cached(name: str, encoder: Encoder, make: Callable[[], Floats]) -> Floats:
    """What `make` gives, kept on disk for this encoder with these weights."""
    path = home() / "cache" / "scenes" / f"{name}-{slug(encoder.spec)}-{encoder.fingerprint[:16]}.npy"
    if not path.is_file():
        made = make()
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            np.save(file, made.astype(np.float16))
    rows: Floats = np.load(path, allow_pickle=False).astype(np.float32)
    return rows

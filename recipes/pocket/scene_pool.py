"""The scenes that pocket learns from and is measured on, rendered once and kept beside the checkpoints."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.scenes import attributes, caption, render, sample

SIDE = 128
_BLOCK = 500
Split = Literal["train", "held_out", "any"]


@dataclass(frozen=True)
class ScenePool:
    """n scenes: images (n, 128, 128, 3) uint8, their attributes by column, captions, and caption vectors (n, d)."""

    images: NDArray[np.uint8]
    attributes: dict[str, list[str]]
    captions: list[str]
    vectors: Floats


def scene_pool(count: int, split: Split, seed: int, *, text: Encoder, folder: Path, progress: Progress) -> ScenePool:
    """`count` scenes sampled with `seed`; rendered and encoded once, then read from `folder`."""
    name = f"scenes-{split}-{count}-{seed}"
    done = folder / f"{name}.json"
    if not done.is_file():
        _build(count, split, seed, text=text, base=folder / name, progress=progress)
    kept = json.loads(done.read_text(encoding="utf-8"))
    images = np.load(folder / f"{name}-images.npy", mmap_mode="r")
    vectors = np.load(folder / f"{name}-captions.npy").astype(np.float32)
    return ScenePool(images, kept["attributes"], kept["captions"], vectors)


def _build(count: int, split: Split, seed: int, *, text: Encoder, base: Path, progress: Progress) -> None:
    base.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    images = np.lib.format.open_memmap(f"{base}-images.npy", "w+", np.uint8, (count, SIDE, SIDE, 3))
    vectors = np.empty((count, text.dim), np.float16)
    captions: list[str] = []
    columns: dict[str, list[str]] = {}
    progress.start(f"scenes ({split})", count)
    for start in range(0, count, _BLOCK):
        scenes = [sample(rng, split=split) for _ in range(min(_BLOCK, count - start))]
        images[start : start + len(scenes)] = np.stack([np.asarray(render(scene, SIDE)) for scene in scenes])
        new = [caption(scene) for scene in scenes]
        vectors[start : start + len(scenes)] = text.encode_texts(new)
        captions += new
        for scene in scenes:
            for key, value in attributes(scene).items():
                columns.setdefault(key, []).append(str(value))
        progress.advance(start + len(scenes))
    images.flush()
    np.save(f"{base}-captions.npy", vectors)
    Path(f"{base}.json").write_text(json.dumps({"attributes": columns, "captions": captions}), encoding="utf-8")
    progress.finish()

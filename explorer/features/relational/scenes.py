"""Scenes for relational heads: what the shipped head learns from, and the retrieval task that it is measured on.

The task is made of looks. A look is one combination of shape, colour and background that training never sees; for
each look one scene of every relation is drawn (fill, size, count, placing at random). So all candidates of one look
differ in nothing but the relation and in what is random.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.relational import frozen_features
from explorer.features.relational.train import Lessons
from explorer.scenes import (
    HELD_OUT_RELATION_SHAPE,
    HELD_OUT_SHAPE_COLOUR,
    RELATIONS,
    Scene,
    anonymous_caption,
    render,
    sample,
)
from explorer.scenes.values import BACKGROUND_NAMES, CLASHES

TRAIN_SEED, TASK_SEED = 5, 16
SCENES, LOOKS, SIDE = 12_000, 100, 128
_BLOCK = 64


@dataclass(frozen=True)
class Features:
    """Frozen features of n images: pooled (n, d) float16 and patches (n, p, c) float16."""

    pooled: NDArray[Any]
    patches: NDArray[Any]

    def of(self, rows: Any) -> "Features":
        """The features of some rows."""
        return Features(self.pooled[rows], self.patches[rows])


def training_scenes(count: int = SCENES, seed: int = TRAIN_SEED) -> list[Scene]:
    """`count` scenes without any held-out combination."""
    rng = np.random.default_rng(seed)
    return [sample(rng, split="train") for _ in range(count)]


def task_scenes(looks: int = LOOKS, seed: int = TASK_SEED) -> list[list[Scene]]:
    """For each of `looks` looks, one scene of every relation, in the order of RELATIONS; every scene is held out."""
    rng = np.random.default_rng(seed)
    possible = [
        (shape, colour, background)
        for shape, colour in sorted(HELD_OUT_SHAPE_COLOUR)
        for background in BACKGROUND_NAMES
        if colour not in CLASHES[background]
    ]
    chosen = [possible[i] for i in rng.permutation(len(possible))[:looks]]
    return [[_scene(rng, look, relation) for relation in RELATIONS] for look in chosen]


def _scene(rng: np.random.Generator, look: tuple[str, str, str], relation: str) -> Scene:
    shape, colour, background = look
    allowed = {"shape": [shape], "colour": [colour], "background": [background], "relation": [relation]}
    return sample(rng, allowed, "held_out")


def held_out_kinds(scene: Scene) -> dict[str, bool]:
    """Which combinations of a scene training never saw: shape with colour, relation with shape."""
    return {
        "shape_colour": (scene.shape, scene.colour) in HELD_OUT_SHAPE_COLOUR,
        "relation_shape": (scene.relation, scene.shape) in HELD_OUT_RELATION_SHAPE,
    }


def features_of_scenes(encoder: Encoder, scenes: Sequence[Scene], progress: Progress, what: str) -> Features:
    """Draw the scenes and take them through the frozen encoder."""
    return frozen_of(encoder, [lambda scene=scene: render(scene, SIDE) for scene in scenes], progress, what)  # type: ignore[misc]


def frozen_of(
    encoder: Encoder, readers: Sequence[Callable[[], Image.Image]], progress: Progress, what: str
) -> Features:
    """Features of the images that `readers` give, a batch a core at a time."""

    def batch(start: int) -> tuple[Any, Any]:
        prepared = np.stack([encoder.prepare(read()) for read in readers[start : start + _BLOCK]])
        pooled, patches = frozen_features(encoder, prepared)
        return pooled.astype(np.float16), patches.astype(np.float16)

    progress.start(what, len(readers))
    found: list[tuple[Any, Any]] = []
    with ThreadPoolExecutor(cpu_count()) as pool:
        for part in pool.map(batch, range(0, len(readers), _BLOCK)):
            found.append(part)
            progress.advance(min(len(found) * _BLOCK, len(readers)))
    progress.finish()
    return Features(np.concatenate([p for p, _ in found]), np.concatenate([q for _, q in found]))


def lessons_of(features: Features, captions: list[str], text: Encoder) -> Lessons:
    """Features and anonymous captions as lessons; each different caption is encoded once."""
    different = list(dict.fromkeys(captions))
    if not different:
        return Lessons(features.pooled, features.patches, captions, np.empty((0, 384), np.float32))
    vectors = text.encode_texts(different)
    place = {caption: i for i, caption in enumerate(different)}
    return Lessons(features.pooled, features.patches, captions, vectors[[place[caption] for caption in captions]])


def scene_lessons(features: Features, scenes: Sequence[Scene], text: Encoder) -> Lessons:
    """Scenes with their exact anonymous captions as lessons."""
    return lessons_of(features, [anonymous_caption(scene) for scene in scenes], text)

"""Scenes for relational heads: what the shipped head learns from, and the retrieval task that it is measured on.

The task is made of looks. A look is one combination of shape, colour and background that training never sees; for
each look one scene of every relation is drawn (fill, size, count, placing at random). So all candidates of one look
differ in nothing but the relation and in what is random.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.features.relational.frozen import Features, frozen_of
from explorer.features.relational.lessons import Lessons, lessons_of
from explorer.scenes import (
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


def _scene(rng: Generator, look: tuple[str, str, str], relation: str) -> Scene:
    shape, colour, background = look
    allowed = {"shape": [shape], "colour": [colour], "background": [background], "relation": [relation]}
    return sample(rng, allowed, "held_out")


def features_of_scenes(encoder: Encoder, scenes: Sequence[Scene], progress: Progress, what: str) -> Features:
    """Draw the scenes and take them through the frozen encoder."""
    return frozen_of(encoder, [lambda scene=scene: render(scene, SIDE) for scene in scenes], progress, what)  # type: ignore[misc]


def scene_lessons(features: Features, scenes: Sequence[Scene], text: Encoder) -> Lessons:
    """Scenes with their exact anonymous captions as lessons."""
    return lessons_of(features, [anonymous_caption(scene) for scene in scenes], text)

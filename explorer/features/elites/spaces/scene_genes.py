"""A scene as a vector, so that emitters made for numbers can vary it, discrete genes included.

Every discrete gene is a block with one number a word: the word with the largest number is the one that counts. The
chosen word stands at a height, all others at 0, and the height is such that noise of the standard size changes each
gene with the same probability, however many words it has. After every step the vector is written anew from the
repaired scene, so that what is kept is what is seen and no drift piles up unseen.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.scenes import RELATIONS, Genotype, Scene, from_genotype, genotype
from explorer.scenes.values import (
    BACKGROUND_NAMES,
    COLOUR_NAMES,
    COUNTS,
    DIRECTIONS,
    FILL_NAMES,
    NUANCE_NAMES,
    SHAPE_NAMES,
    SIZE_NAMES,
)

PLACEMENTS = 16
"""Seeds 0 to 15: as many ways to place the things of a scene."""

STEP = 0.15
"""Standard size of noise: of a nuance, whose range is [0, 1], and of every number of a block."""

FLIP = 0.12
"""Probability that noise of the standard size changes one discrete gene; about one of eleven changes at a time."""

WORDS: dict[str, tuple[str | int, ...]] = {
    "shape": SHAPE_NAMES,
    "colour": COLOUR_NAMES,
    "fill": FILL_NAMES,
    "size": SIZE_NAMES,
    "count": COUNTS,
    "background": BACKGROUND_NAMES,
    "relation": tuple(RELATIONS),
    "direction": ("", *DIRECTIONS),
    "second_shape": ("", *SHAPE_NAMES),
    "second_colour": ("", *COLOUR_NAMES),
    "seed": tuple(range(PLACEMENTS)),
}
NUANCES = len(NUANCE_NAMES)
LENGTH = NUANCES + sum(map(len, WORDS.values()))


@cache
def height(words: int) -> float:
    """How far the chosen word of a block stands above the others, for a probability of FLIP under standard noise."""
    from scipy.optimize import brentq

    return float(brentq(lambda h: _flip(h, words) - FLIP, 0.0, 12 * STEP))


def _flip(gap: float, words: int) -> float:
    """Probability that one of words - 1 normal numbers exceeds another that is `gap` higher (Gauss-Hermite)."""
    from scipy.special import ndtr

    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    stay = ndtr(gap / STEP + nodes) ** (words - 1)
    return float(1 - (weights * stay).sum() / np.sqrt(2 * np.pi))


def to_vector(scene: Scene) -> NDArray[np.float64]:
    """Scene -> (LENGTH,) its vector; seeds above 15 count from 0 again."""
    genes: dict[str, Any] = dict(genotype(scene).genes)
    genes["seed"] %= PLACEMENTS
    vector = np.zeros(LENGTH)
    vector[:NUANCES] = scene.nuance
    place = NUANCES
    for name, words in WORDS.items():
        vector[place + words.index(genes[name])] = height(len(words))
        place += len(words)
    return vector


def to_scene(vector: NDArray[Any]) -> Scene:
    """(LENGTH,) numbers -> the valid scene nearest to what they say."""
    genes: list[tuple[str, str | int]] = []
    place = NUANCES
    for name, words in WORDS.items():
        genes.append((name, words[int(np.argmax(vector[place : place + len(words)]))]))
        place += len(words)
    a, b, c, d = (float(value) for value in np.clip(vector[:NUANCES], 0.0, 1.0))
    return from_genotype(Genotype(tuple(genes), (a, b, c, d)))

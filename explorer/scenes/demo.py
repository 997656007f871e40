"""The scenes of the demo collection."""

from numpy.random import PCG64, Generator

from explorer.scenes.sample import sample
from explorer.scenes.values import Scene


def demo_scenes(n: int = 2000, seed: int = 0) -> list[Scene]:
    """Number and seed -> that many varied scenes, held-out combinations included."""
    rng = Generator(PCG64(seed))
    return [sample(rng) for _ in range(n)]

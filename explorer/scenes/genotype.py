"""The searchable form of a scene: named discrete genes and numbers in [0, 1]."""

from dataclasses import dataclass

from explorer.scenes.sample import repair
from explorer.scenes.values import Scene, attributes


@dataclass(frozen=True, slots=True)
class Genotype:
    """`genes`: the ten attributes and the seed as (name, value); `floats`: the nuance (see NUANCE_NAMES)."""

    genes: tuple[tuple[str, str | int], ...]
    floats: tuple[float, float, float, float]


def genotype(scene: Scene) -> Genotype:
    """Scene -> its genotype."""
    return Genotype((*attributes(scene).items(), ("seed", scene.seed)), scene.nuance)


def from_genotype(genotype: Genotype) -> Scene:
    """Genotype of known words -> the valid scene nearest to it; the exact inverse for a valid scene's genotype.

    Raises TypeError for missing or unknown gene names, KeyError or ValueError for unknown words.
    """
    return repair(Scene(**dict(genotype.genes), nuance=genotype.floats))  # type: ignore[arg-type]

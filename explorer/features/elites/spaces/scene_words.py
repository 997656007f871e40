"""A scene as text, and back: so that settings and tables can hold it."""

import json

from explorer.base.errors import InputError
from explorer.scenes import Genotype, Scene, from_genotype, genotype


def write_scene(scene: Scene) -> str:
    """A scene as JSON: its genes, and its nuance as a list."""
    genes = genotype(scene)
    return json.dumps({**dict(genes.genes), "nuance": list(genes.floats)})


def parse_scene(text: str) -> Scene:
    """The inverse of `write_scene`; InputError when it is no scene."""
    try:
        values = json.loads(text)
        a, b, c, d = map(float, values.pop("nuance"))
        return from_genotype(Genotype(tuple(values.items()), (a, b, c, d)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"Expected a scene as JSON with its genes and nuance, got {text[:80]!r}.") from error

"""The combinations that training never sees; declared here and nowhere else."""

from explorer.scenes.relations import RELATIONS
from explorer.scenes.values import COLOUR_NAMES, SHAPE_NAMES, Scene

# Every ninth pair (11 %) on slanted lines, so that each value keeps most of its partners.
HELD_OUT_SHAPE_COLOUR: frozenset[tuple[str, str]] = frozenset(
    (shape, colour)
    for i, shape in enumerate(SHAPE_NAMES)
    for j, colour in enumerate(COLOUR_NAMES)
    if (2 * i + j) % 9 == 4
)
HELD_OUT_RELATION_SHAPE: frozenset[tuple[str, str]] = frozenset(
    (relation, shape)
    for i, relation in enumerate(RELATIONS)
    for j, shape in enumerate(SHAPE_NAMES)
    if (4 * i + j) % 9 == 2
)


def is_held_out(scene: Scene) -> bool:
    """Scene -> whether any of its combinations, the second thing's included, is kept from training."""
    return (
        (scene.shape, scene.colour) in HELD_OUT_SHAPE_COLOUR
        or (scene.second_shape, scene.second_colour) in HELD_OUT_SHAPE_COLOUR
        or (scene.relation, scene.shape) in HELD_OUT_RELATION_SHAPE
    )

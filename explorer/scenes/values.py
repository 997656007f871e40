"""The value type of the procedural world and its vocabularies."""

from dataclasses import dataclass

SHAPE_NAMES: tuple[str, ...] = (
    "circle",
    "square",
    "triangle",
    "star",
    "heart",
    "hexagon",
    "cross",
    "moon",
    "diamond",
    "ring",
    "drop",
    "arrow",
    "flower",
    "cloud",
    "house",
    "leaf",
    "tree",
    "fish",
)
COLOUR_NAMES: tuple[str, ...] = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "gray",
)
FILL_NAMES: tuple[str, ...] = ("solid", "striped", "dotted", "checkered", "outlined", "two-tone")
SIZE_NAMES: tuple[str, ...] = ("small", "medium", "large")
COUNTS: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9)
BACKGROUND_NAMES: tuple[str, ...] = ("sand", "night sky", "grass", "water", "paper", "brick wall", "wood", "snow")
DIRECTIONS: tuple[str, ...] = ("left", "right", "up", "down")

RADII: dict[str, float] = {"small": 0.065, "medium": 0.09, "large": 0.135}
"""Radius of a main thing for each size, as a fraction of the picture's side."""

NUANCE_NAMES: tuple[str, ...] = ("hue", "lightness", "tilt", "spread")

CLASHES: dict[str, frozenset[str]] = {
    "sand": frozenset({"yellow", "orange", "brown"}),
    "night sky": frozenset({"black", "blue", "purple", "brown"}),
    "grass": frozenset({"green", "teal"}),
    "water": frozenset({"blue", "teal"}),
    "paper": frozenset({"white"}),
    "brick wall": frozenset({"red", "orange", "brown"}),
    "wood": frozenset({"brown", "orange"}),
    "snow": frozenset({"white", "gray"}),
}
"""Colours that would be hard to see on each background; no valid scene uses them there."""

NEAR_COLOURS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("red", "orange"),
        ("red", "pink"),
        ("red", "brown"),
        ("orange", "yellow"),
        ("orange", "brown"),
        ("green", "teal"),
        ("teal", "blue"),
        ("blue", "purple"),
        ("purple", "pink"),
        ("white", "gray"),
        ("black", "brown"),
    )
)
"""Pairs of colours too close to be the two colours of one scene."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture of the world, as a value.

    `direction`, `second_shape` and `second_colour` are empty where the relation has none.
    `seed` decides placement; `nuance` holds four numbers in [0, 1] (hue, lightness, tilt, spread).
    """

    shape: str
    colour: str
    fill: str
    size: str
    count: int
    background: str
    relation: str
    direction: str = ""
    second_shape: str = ""
    second_colour: str = ""
    seed: int = 0
    nuance: tuple[float, float, float, float] = (0.5, 0.5, 0.5, 0.5)


def attributes(scene: Scene) -> dict[str, str | int]:
    """Scene -> its ten named attributes (the known answers), without seed and nuance."""
    return {
        "shape": scene.shape,
        "colour": scene.colour,
        "fill": scene.fill,
        "size": scene.size,
        "count": scene.count,
        "background": scene.background,
        "relation": scene.relation,
        "direction": scene.direction,
        "second_shape": scene.second_shape,
        "second_colour": scene.second_colour,
    }


def far_apart(colour: str, other: str) -> bool:
    """Two colour names -> whether they may stand next to each other in one scene."""
    return colour != other and frozenset((colour, other)) not in NEAR_COLOURS

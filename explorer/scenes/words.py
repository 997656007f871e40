"""The one table of words: how people name every value of every attribute.

The first word of each entry is the plain name; all of an entry's words are recognised by `parse`.
No word of one attribute occurs in the words of another.
"""

SHAPE_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "circle": (("circle", "circles"), ("disc", "discs")),
    "square": (("square", "squares"),),
    "triangle": (("triangle", "triangles"),),
    "star": (("star", "stars"),),
    "heart": (("heart", "hearts"),),
    "hexagon": (("hexagon", "hexagons"),),
    "cross": (("cross", "crosses"), ("plus sign", "plus signs")),
    "moon": (("moon", "moons"), ("crescent", "crescents")),
    "diamond": (("diamond", "diamonds"), ("rhombus", "rhombuses")),
    "ring": (("ring", "rings"), ("hoop", "hoops")),
    "drop": (("drop", "drops"), ("teardrop", "teardrops")),
    "arrow": (("arrow", "arrows"),),
    "flower": (("flower", "flowers"), ("blossom", "blossoms")),
    "cloud": (("cloud", "clouds"),),
    "house": (("house", "houses"),),
    "leaf": (("leaf", "leaves"),),
    "tree": (("tree", "trees"), ("fir tree", "fir trees")),
    "fish": (("fish", "fish"),),
}
"""Shape -> (one, several) pairs."""

COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "scarlet"),
    "orange": ("orange",),
    "yellow": ("yellow",),
    "green": ("green",),
    "teal": ("teal", "turquoise"),
    "blue": ("blue",),
    "purple": ("purple", "violet"),
    "pink": ("pink",),
    "brown": ("brown",),
    "black": ("black",),
    "white": ("white",),
    "gray": ("gray", "grey"),
}

FILL_WORDS: dict[str, tuple[str, ...]] = {
    "solid": ("solid", "plain"),
    "striped": ("striped", "stripy"),
    "dotted": ("dotted", "spotted"),
    "checkered": ("checkered", "chequered"),
    "outlined": ("outlined", "thick-rimmed"),
    "two-tone": ("two-tone", "half-and-half"),
}

SIZE_WORDS: dict[str, tuple[str, ...]] = {
    "small": ("small", "little"),
    "medium": ("medium-sized", "mid-sized"),
    "large": ("large", "big"),
}

COUNT_WORDS: dict[int, tuple[str, ...]] = {
    1: ("one", "a single"),
    2: ("two",),
    3: ("three",),
    4: ("four",),
    5: ("five",),
    6: ("six",),
    7: ("seven",),
    8: ("eight",),
    9: ("nine",),
}

BACKGROUND_WORDS: dict[str, tuple[str, ...]] = {
    "sand": ("on sand", "on a sandy beach"),
    "night sky": ("in the night sky", "against a dark night sky"),
    "grass": ("on grass", "on a meadow"),
    "water": ("on water", "on the sea"),
    "paper": ("on paper", "on lined paper"),
    "brick wall": ("on a brick wall", "against bricks"),
    "wood": ("on wood", "on wooden boards"),
    "snow": ("on snow", "on snowy ground"),
}

DIRECTION_WORDS: dict[str, str] = {"left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards"}

SIDE_WORDS: dict[str, str] = {
    "left": "on the left",
    "right": "on the right",
    "up": "at the top",
    "down": "at the bottom",
}

RELATION_WORDS: dict[str, tuple[str, ...]] = {
    "single": (
        "{things} all alone",
        "{things} alone in the picture",
        "just {things} alone",
    ),
    "scattered": (
        "{things} scattered about",
        "{things} strewn here and there",
        "{things} scattered all over",
    ),
    "growing": (
        "{things} in a row that grows {way}",
        "a row of {things} getting bigger {way}",
        "{things} side by side, each of which grows {way}",
    ),
    "fading": (
        "{things} in a row that fades {way}",
        "a row of {things} getting lighter {way}",
        "a line of {things} that fades {way}",
    ),
    "stack": (
        "{things} in a stack",
        "{things} piled up in a tower",
        "a stack of {things}",
    ),
    "stairs": (
        "{things} on a staircase that climbs {way}",
        "{things} on steps going up {way}",
        "{things} climbing a staircase {way}",
    ),
    "big and small": (
        "{things}, a giant next to a tiny twin, the giant {side}",
        "{things} of unequal size, the giant {side}",
        "{things}, giant and dwarf, the giant {side}",
    ),
    "mirrored": (
        "{things} mirrored across a dashed line",
        "{things} in mirrored halves",
        "{things} mirrored, each half the reverse of the other",
    ),
    "outcast": (
        "{things} in a cluster with an outcast {side}",
        "{things}, all huddled but for a loner {side}",
        "a crowd of {things} with an outcast {side}",
    ),
    "spiral": (
        "{things} in a spiral",
        "{things} spiralling outwards",
        "a spiral of {things}",
    ),
    "grid with a gap": (
        "{things} in a grid with a gap",
        "a grid of {things} with an empty slot",
        "{things} in a grid that lacks a piece",
    ),
    "odd one": (
        "{things} with {second} as the odd one out",
        "{things} and, as a stranger among them, {second}",
        "{things} where {second} is the odd one out",
    ),
    "around": (
        "{things} all around {second}",
        "{things} encircling {second}",
        "{things} placed around {second}",
    ),
    "inside": (
        "{things} inside {second}",
        "{things} contained in {second}",
        "{things} kept inside {second}",
    ),
    "alternating": (
        "{things} alternating with {second} each",
        "{things} taking turns with {second} each",
        "{things} alternating by turns with {second} each",
    ),
    "path": (
        "{things} on a path leading {way} to {second}",
        "{things} on the winding way {way} to {second}",
        "{things} following a path {way} towards {second}",
    ),
    "balance": (
        "{things} {side} balanced against {second}",
        "{things} {side} of a seesaw with {second}",
        "{things} {side}, balanced on a plank with {second}",
    ),
    "hidden": (
        "{things} hidden behind {second}, peeking out {side}",
        "{things} {side} looking out from behind {second}",
        "{things} half behind {second}, showing {side}",
    ),
    "pointing": (
        "{things} pointing {way} at {second}",
        "{things} that all point {way} towards {second}",
        "{things} with pointers {way} pointing at {second}",
    ),
}
"""Relation -> phrases with slots: {things}, {second}, {way} (direction of motion), {side} (place)."""

RELATION_MARKS: dict[str, tuple[str, ...]] = {
    "single": ("alone",),
    "scattered": ("scattered", "strewn"),
    "growing": ("grows", "getting bigger"),
    "fading": ("fades", "getting lighter"),
    "stack": ("stack", "tower"),
    "stairs": ("staircase", "steps"),
    "big and small": ("giant",),
    "mirrored": ("mirrored",),
    "outcast": ("outcast", "loner"),
    "spiral": ("spiral", "spiralling"),
    "grid with a gap": ("grid",),
    "odd one": ("odd one out", "stranger"),
    "around": ("around", "encircling"),
    "inside": ("inside", "contained"),
    "alternating": ("alternating", "taking turns"),
    "path": ("path", "winding way"),
    "balance": ("balanced", "seesaw"),
    "hidden": ("behind",),
    "pointing": ("pointing", "point"),
}
"""Relation -> the words that give it away in any caption."""

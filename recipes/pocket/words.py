"""Words as vectors: names in several templates, several names a class, as the text tower places them."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.encoders.base import Encoder
from explorer.scenes import attribute_prompts

TEMPLATES = ("{}", "a photo of a {}", "a picture of {}", "a close-up photo of the {}", "{}, a photo")
SCENE_ATTRIBUTES = ("colour", "shape", "fill", "background", "relation", "count", "size")
_MOST_NAMES = 3


def class_vectors(text: Encoder, names: Sequence[str]) -> Floats:
    """(n, d) unit rows: for each class the mean over its names (up to three, separated by commas) and templates."""
    split = [[part.strip() for part in name.split(",")][:_MOST_NAMES] for name in names]
    flat = [template.format(name) for parts in split for name in parts for template in TEMPLATES]
    vectors = text.encode_texts(flat)
    owner = np.repeat(np.arange(len(names)), [len(parts) * len(TEMPLATES) for parts in split])
    sums = np.zeros((len(names), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, owner, vectors)
    return unit_rows(sums, "class names")


def attribute_vectors(text: Encoder) -> dict[str, tuple[list[str], Floats]]:
    """For each scene attribute its values and their (values, phrasings, d) vectors.

    Attributes with fewer phrasings for some value use as many as every value has.
    """
    prompts = attribute_prompts()
    found: dict[str, tuple[list[str], Floats]] = {}
    for name in SCENE_ATTRIBUTES:
        least = min(len(phrasings) for phrasings in prompts[name].values())
        flat = [phrase for phrasings in prompts[name].values() for phrase in phrasings[:least]]
        vectors = text.encode_texts(flat).reshape(len(prompts[name]), least, -1)
        found[name] = ([str(value) for value in prompts[name]], vectors)
    return found

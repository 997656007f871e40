"""Vectors that the user brought: there is no model that could make more of them."""

from collections.abc import Sequence

from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import ModelError
from explorer.encoders.base import BaseEncoder


class PrecomputedEncoder(BaseEncoder):
    """Stands for the vectors of one column; whatever it is asked to encode, it says that it cannot."""

    storage = "float32"

    def __init__(self, column: str) -> None:
        self.spec = f"precomputed:{column}"

    def encode_images(self, images: Sequence[Image.Image]) -> Floats:
        """Raise ModelError: only items of the data set have such vectors."""
        raise self._cannot("images")

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Raise ModelError: only items of the data set have such vectors."""
        raise self._cannot("texts")

    def _cannot(self, what: str) -> ModelError:
        return ModelError(
            f"{self.spec} holds vectors that came with the data; it has no model to make vectors of new {what}. "
            "Search by picking an item, or embed the data with another encoder."
        )

"""What every encoder offers, and what it says when it cannot do something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError


@dataclass(frozen=True)
class Abilities:
    """What an encoder can do.

    images, texts: it makes vectors of images, of texts. joint: both lie in one space, so that a text finds images.
    layers: activations per block. patches: one vector per patch of an image; patch_words: they lie in the space of
    texts, so that words find them. tokens: one vector per token of a text.
    """

    images: bool = False
    texts: bool = False
    joint: bool = False
    layers: bool = False
    patches: bool = False
    patch_words: bool = False
    tokens: bool = False

    @property
    def words_find_items(self) -> bool:
        """Whether words are read into the space of the items: of pictures by a joint model, of texts by any."""
        return self.texts and (self.joint or not self.images)


@dataclass(frozen=True)
class Tokens:
    """One text. vectors: (t, d) unit rows, one a token; spans: (t, 2) letters of the text where each lies."""

    vectors: Floats
    spans: Rows


class Encoder(Protocol):
    """A model that turns images or texts into unit vectors of length `dim`.

    spec: the name that `load_encoder` takes. image_side: pixels that the shorter side of a decoded image needs
    (None: as it is). storage: the number type that its vectors are stored in, "float16" or "float32".
    fingerprint: hash of its weights, "" for a method without any; it stands as "weights" in the settings.
    template: what stands around a thing when a picture of it is asked for: "a photo of {}" for a model that learned
    from captions, "{}" for one that knows words by themselves.
    """

    @property
    def spec(self) -> str: ...  # noqa: D102
    @property
    def dim(self) -> int: ...  # noqa: D102
    @property
    def abilities(self) -> Abilities: ...  # noqa: D102
    @property
    def image_side(self) -> int | None: ...  # noqa: D102
    @property
    def storage(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def template(self) -> str: ...  # noqa: D102

    def settings(self) -> dict[str, Any]:
        """What the vectors depend on (name, weights, precision, size); only values that JSON can hold."""

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """The part of the work that one RGB image needs before the model, such as a (side, side, 3) uint8 crop."""

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, dim) unit rows of b stacked results of `prepare`."""

    def encode_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) unit rows of RGB images."""

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) unit rows of texts; InputError when one is empty."""

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) vectors of RGB images as the model gives them, before they are scaled to length 1."""

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) vectors of texts as the model gives them, before they are scaled to length 1."""

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts that are longer than the model reads; their end is cut."""

    def layers(self, images: Sequence[Image.Image]) -> dict[str, Floats]:
        """For each block by name, (n, channels) activations, averaged over positions; "output" is the vectors."""

    def patches(self, images: Sequence[Image.Image]) -> Floats:
        """(n, p, channels) unit vectors of the p patches of each image, row by row of a square grid."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text that the model reads, without its marks of beginning and end."""


Load = Callable[[str], Encoder]
"""Gives the encoder that a spec names; ModelError when it cannot be loaded."""


class BaseEncoder:
    """An encoder that can do nothing yet: each lacking ability raises a ModelError that says so."""

    spec = ""
    dim = 0
    abilities = Abilities()
    image_side: int | None = None
    storage = "float16"
    fingerprint = ""
    template = "{}"

    def settings(self) -> dict[str, Any]:
        """The spec alone."""
        return {"encoder": self.spec}

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """Raise: without images there is nothing to prepare."""
        raise lacking(self.spec, "make vectors of images")

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """Raise: see `prepare`."""
        raise lacking(self.spec, "make vectors of images")

    def encode_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) unit rows: `prepare` each, then `encode_prepared` them together."""
        if not images:
            return np.empty((0, self.dim), dtype=np.float32)
        return self.encode_prepared(np.stack([self.prepare(image) for image in images]))

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Raise: no texts."""
        raise lacking(self.spec, "make vectors of texts")

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) rows: the unit rows, for a model whose own vectors have length 1."""
        return self.encode_images(images)

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) rows: the unit rows, for a model whose own vectors have length 1."""
        return self.encode_texts(texts)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """None: nothing is read, nothing is cut."""
        return []

    def layers(self, images: Sequence[Image.Image]) -> dict[str, Floats]:
        """Raise: no activations per block."""
        raise lacking(self.spec, "give activations per block")

    def patches(self, images: Sequence[Image.Image]) -> Floats:
        """Raise: no vectors per patch."""
        raise lacking(self.spec, "give vectors per patch")

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Raise: no vectors per token."""
        raise lacking(self.spec, "give vectors per token")


def lacking(spec: str, what: str) -> ModelError:
    """The error of an encoder that was asked for what it does not do."""
    return ModelError(f"The encoder {spec} cannot {what}. Choose another encoder for this.")


def check_texts(texts: Sequence[str]) -> list[str]:
    """Return `texts` as a list; InputError when one is empty or only spaces."""
    for position, text in enumerate(texts):
        if not text.strip():
            raise InputError(f"Expected a text with at least one word, got an empty one (number {position + 1}).")
    return list(texts)

"""A few items through an encoder, wherever a worker runs: it needs the images and the model, and no workspace."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.encoders import Encoder, load_encoder
from explorer.io.image_places import ImagePlace
from explorer.io.images import read_image


@dataclass(frozen=True)
class UnitTask:
    """What goes in. texts: whether `values` are texts; else they are paths of images below the root."""

    texts: bool
    values: list[str]


@dataclass(frozen=True)
class EncodedUnit:
    """What comes out. vectors: (k, d) as they are stored; skipped: (place in the task, reason) of the others.

    seconds: in the model, 0 for texts.
    """

    vectors: NDArray[Any]
    skipped: list[tuple[int, str]]
    seconds: float = 0.0


@dataclass(frozen=True)
class UnitWorker:
    """Encodes units. Pickled it leaves its encoder behind; `loaded` gives one that has it again.

    settings: of the encoder that the other vectors of the collection are made with. sent: to another process, which may
    run on a machine that does not see the images.
    """

    spec: str
    settings: Mapping[str, Any]
    images: ImagePlace
    encoder: Encoder | None = None
    sent: bool = False

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "encoder": None, "sent": True}

    def loaded(self) -> "Callable[[UnitTask], EncodedUnit]":
        """The same with an encoder; ModelError when here it is another one than where the work was begun."""
        if self.encoder is not None:
            return self
        encoder = load_encoder(self.spec)
        made = {**encoder.settings(), "dtype": encoder.storage}
        if not alike(made, {name: self.settings[name] for name in made if name in self.settings}):
            raise ModelError(
                f"{self.spec} is another model on a worker than where the work was begun: install the same versions "
                "and the same weights on all machines."
            )
        return replace(self, encoder=encoder)

    def __call__(self, task: UnitTask) -> EncodedUnit:
        """Encode texts, or read images and encode those that can be read."""
        assert self.encoder is not None
        encoder = self.encoder
        if task.texts:
            return EncodedUnit(_stored(encoder, encoder.encode_texts(task.values)), [])
        prepared, skipped = [], []
        for place, path in enumerate(task.values):
            try:
                prepared.append(encoder.prepare(read_image(self.images.source(path), encoder.image_side, name=path)))
            except InputError as error:
                if self.sent:
                    self.images.check()
                skipped.append((place, str(error)))
        if not prepared:
            return EncodedUnit(np.empty((0, encoder.dim), dtype=encoder.storage), skipped)
        began_s = time.perf_counter()
        vectors = encoder.encode_prepared(np.stack(prepared))
        return EncodedUnit(_stored(encoder, vectors), skipped, time.perf_counter() - began_s)


def alike(*settings: Mapping[str, Any]) -> bool:
    """Whether two settings give the same vectors; measured values do not matter."""
    old, new = ({key: value for key, value in one.items() if not key.startswith("cosine")} for one in settings)
    return old == new


def _stored(encoder: Encoder, vectors: Floats) -> NDArray[Any]:
    return vectors.astype(encoder.storage)

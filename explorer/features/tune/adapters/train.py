"""Adapters for texts trained by the one loop, and the head that comes out."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import ModelError
from explorer.base.progress import Progress, Silent
from explorer.base.torch_device import one_thread
from explorer.encoders import load_encoder
from explorer.encoders._bert import LAYERS, MiniBert
from explorer.encoders.sentence import MiniLMEncoder
from explorer.encoders.tuned import ADAPTERS
from explorer.features.tune.adapters.cached import CachedTexts, cache_texts
from explorer.features.tune.adapters.module import (
    AdapterShape,
    TextVectors,
    adapters_module,
    all_vectors,
    make_adapters,
    through,
)
from explorer.heads.fit import FitSettings, Fitted, fit, training_folder
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch

BASE = "sentence"
Step = Callable[[TextVectors, np.random.Generator], "torch.Tensor"]
"""The loss of a step, from the vectors of the texts that it asks for."""
Scored = Callable[[Callable[[Rows], Floats]], float]
"""The held-out score, higher is better, from the vectors of the texts that it asks for."""


@dataclass(frozen=True, kw_only=True)
class AdapterSettings(FitSettings):
    """How adapters are trained. shape: where they lie. most: tokens that are read of a text, for speed."""

    shape: AdapterShape = field(default_factory=AdapterShape)
    most: int = 64
    batch: int = 64
    steps: int = 600
    patience: int = 5
    weight_decay: float = 0.01


@dataclass(frozen=True)
class Learned:
    """What training left. head: adapters, or one on frozen vectors. vectors: of the texts by number, after it."""

    head: Head
    fitted: Fitted
    vectors: Callable[[Rows], Floats]


@dataclass(frozen=True)
class TextBase:
    """MiniLM and the texts that are trained on, run up to the first trained layer."""

    tower: MiniBert
    spec: str
    fingerprint: str
    texts: CachedTexts
    trained: int

    @one_thread()
    def vectors(self) -> Floats:
        """(n, 384) unit rows of the texts without any adapters."""
        return all_vectors(lambda rows: through(self.tower, self.texts, rows, LAYERS - self.trained), self.texts)


def text_tower(spec: str) -> MiniLMEncoder:
    """The encoder `spec` when adapters can be put into it; ModelError for any but MiniLM."""
    found = load_encoder(spec or BASE)
    if type(found) is not MiniLMEncoder:
        raise ModelError(
            f"Adapters lie inside of MiniLM; expected the model sentence:all-MiniLM-L6-v2, got {found.spec}. Choose "
            "it, or train a head on the vectors of the other model."
        )
    return found


def text_base(
    texts: Sequence[str], settings: AdapterSettings, *, model: str = "", progress: Progress | None = None
) -> TextBase:
    """MiniLM and n texts up to the first trained layer; may serve several trainings of equal shape."""
    encoder = text_tower(model)
    cached = cache_texts(encoder.model, texts, settings.shape.check().layers, settings.most, progress)
    return TextBase(encoder.model, encoder.spec, encoder.fingerprint, cached, settings.shape.layers)


def train_adapters(
    base: TextBase,
    step: Step,
    score: Scored,
    settings: AdapterSettings,
    *,
    name: str,
    key: str = "",
    start: "dict[str, torch.Tensor] | None" = None,
    progress: Progress | None = None,
) -> Learned:
    """Train adapters until the held-out score gets no better; `name` keeps curve and checkpoint.

    start: adapters to go on from (see `unscaled`), else such that change nothing. key: of the data, so that only the
    same training goes on from a checkpoint. ModelError when the loss is no number any more.
    """
    first = start if start is not None else make_adapters(base.tower, settings.shape, settings.seed)
    module = adapters_module(base.tower, base.texts, settings.shape, first)

    def vectors(rows: Rows) -> Floats:
        return all_vectors(module, base.texts, rows)

    fitted = fit(
        module,
        lambda rng: step(module, rng),
        lambda: score(vectors),
        training_folder(name),
        settings,
        progress=progress or Silent(),
        key=key,
    )
    weights: dict[str, Floats] = module.weights()  # type: ignore[operator]
    card: dict[str, Any] = {"made_from": "tune", "settings": asdict(settings)}
    head = Head(kind=ADAPTERS, encoder=base.spec, fingerprint=base.fingerprint, weights=weights, card=card)
    return Learned(head, fitted, vectors)


def unscaled(head: Head, shape: AdapterShape) -> "dict[str, torch.Tensor]":
    """The adapters of a head as they are trained: B without alpha / r, to go on with them."""
    import torch

    from explorer.encoders.adapted import UP

    scale = shape.rank / shape.alpha
    return {name: torch.tensor(v * scale if name.endswith(UP) else v) for name, v in head.weights.items()}


def key_of(*parts: object) -> str:
    """Short hash that names the data of a training."""
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()

"""The trained part of MiniLM: low-rank adapters in the matrices of its last layers.

Hu et al. 2022 (LoRA), section 4.1: W + (alpha / r) B A, A drawn at random, B zero, so that at first nothing changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import InputError
from explorer.encoders._bert import LAYERS, MiniBert, mean_of_tokens
from explorer.encoders.adapted import DOWN, UP, WEIGHT, changed_weights
from explorer.features.tune.adapters.cached import CachedTexts

if TYPE_CHECKING:
    import torch

PARTS = {
    "query": "attention.self.query",
    "value": "attention.self.value",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
}
"""Matrices of a layer that may be adapted: two of the attention, and both of the MLP."""


@dataclass(frozen=True, kw_only=True)
class AdapterShape:
    """Which matrices are adapted. layers: so many of the last ones, 1 to 6. rank, alpha: r, and what scales B A."""

    layers: int = 2
    rank: int = 8
    alpha: float = 16.0
    parts: tuple[str, ...] = ("query", "value")

    def check(self) -> "AdapterShape":
        """Return itself; InputError for numbers or parts that cannot be."""
        if not 1 <= self.layers <= LAYERS or self.rank < 1:
            raise InputError(
                f"Expected 1 to {LAYERS} layers and a rank of at least 1, got {self.layers} and {self.rank}."
            )
        for part in self.parts:
            check_choice(part, PARTS, "part of a layer")
        return self

    def matrices(self) -> list[str]:
        """Names of the adapted matrices in the tower."""
        numbers = range(LAYERS - self.layers, LAYERS)
        return [f"encoder.layer.{i}.{PARTS[part]}" for i in numbers for part in self.parts]


TOGETHER = 32
"""Texts that are padded to one length."""
TextVectors = Callable[[Rows], "torch.Tensor"]
"""(b, 384) unit rows of the texts with these numbers."""


def make_adapters(tower: MiniBert, shape: AdapterShape, seed: int = 0) -> "dict[str, torch.Tensor]":
    """Adapters by name, A from N(0, 1 / d) and B zero."""
    import torch

    generator, found = torch.Generator().manual_seed(seed), {}
    for name in shape.check().matrices():
        out, into = tower.weights[name + WEIGHT].shape
        found[name + DOWN] = torch.randn((shape.rank, into), generator=generator) / into**0.5
        found[name + UP] = torch.zeros((out, shape.rank))
    return found


def adapters_module(
    tower: MiniBert, texts: CachedTexts, shape: AdapterShape, parameters: "dict[str, torch.Tensor]"
) -> "torch.nn.Module":
    """A module whose call gives `TextVectors` of the cached texts, through the tower with the adapters as they are.

    Its `weights()` are the adapters for a head, with alpha / r in them.
    """
    import torch

    scale = shape.alpha / shape.rank

    class Adapted(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            named = {name.replace(".", "/"): torch.nn.Parameter(value) for name, value in parameters.items()}
            self.values = torch.nn.ParameterDict(named)

        def adapters(self) -> dict[str, torch.Tensor]:
            named = {name.replace("/", "."): value for name, value in self.values.items()}
            return {name: value * scale if name.endswith(UP) else value for name, value in named.items()}

        def forward(self, rows: Rows) -> torch.Tensor:
            changed = tower.with_weights(changed_weights(tower.weights, self.adapters()))
            return through(changed, texts, rows, LAYERS - shape.layers)

        def weights(self) -> dict[str, Floats]:
            return {name: value.detach().numpy().copy() for name, value in self.adapters().items()}

    return Adapted()


def through(tower: MiniBert, texts: CachedTexts, rows: Rows, start: int) -> "torch.Tensor":
    """(b, 384) unit rows of cached texts through the layers from `start` on; texts of like length run together."""
    import torch

    order = np.argsort(texts.lengths[rows], kind="stable")
    found = []
    for part in range(0, len(order), TOGETHER):
        x, mask = texts.batch(rows[order[part : part + TOGETHER]])
        found.append(mean_of_tokens(tower.layers(x, mask, start=start), mask))
    back = torch.from_numpy(np.argsort(order, kind="stable"))
    return torch.nn.functional.normalize(torch.cat(found)[back], dim=1)


def all_vectors(vectors: TextVectors, texts: CachedTexts, rows: Rows | None = None, size: int = 128) -> Floats:
    """(m, 384) unit rows of some texts, or all; texts of like length run together."""
    import torch

    rows = np.arange(len(texts)) if rows is None else rows
    order = np.argsort(texts.lengths[rows], kind="stable")
    found = np.empty((len(rows), 384), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(rows), size):
            some = order[start : start + size]
            found[some] = vectors(rows[some]).numpy()
    return found

"""Experts in MiniLM: the MLP of the last layers once for every domain, a mark of the domain at position 0, and low-rank
adapters in the attention of those layers that all domains share.

The authors replace position 0 by a domain token that begins as [CLS]. Here its place is where the trained layers begin:
the state of [CLS] there plus a vector of the domain that is zero at first, so that what lies below is run once.
"""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.encoders._bert import LAYERS, MARK, MiniBert
from explorer.encoders.adapted import UP, changed_weights
from explorer.features.tune.adapters.cached import CachedTexts
from explorer.features.tune.adapters.module import AdapterShape, make_adapters, through

if TYPE_CHECKING:
    import torch

MLP = ("intermediate.dense.weight", "intermediate.dense.bias", "output.dense.weight", "output.dense.bias")


def expert_names(layers: int) -> list[str]:
    """Names in the tower of what an expert has of its own: the MLPs of the last layers, and the mark."""
    numbers = range(LAYERS - layers, LAYERS)
    return [*(f"encoder.layer.{i}.{part}" for i in numbers for part in MLP), MARK.format(LAYERS - layers)]


def expert_copy(tower: MiniBert, layers: int) -> "dict[str, torch.Tensor]":
    """An expert as it begins: the tower's own MLPs, and a mark of zeros."""
    import torch

    zero = torch.zeros(tower.dim)
    return {name: tower.weights.get(name, zero).detach().clone() for name in expert_names(layers)}


def experts_module(
    tower: MiniBert, texts: CachedTexts, domains: Rows, count: int, shape: AdapterShape
) -> "torch.nn.Module":
    """A module whose call gives (b, 384) unit rows of cached texts, each through the expert of its domain.

    domains: (n,) number of each text's domain, below `count`. shape: of the low-rank adapters that all domains share,
    in the same layers. With `count` 1 it is one shared model. Its `weights(k)` are adapters and expert k for a head.
    """
    import torch

    scale = shape.alpha / shape.rank

    class Experts(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shared = _parameters(make_adapters(tower, shape))
            begun = [_parameters(expert_copy(tower, shape.layers)) for _ in range(count)]
            self.experts = torch.nn.ModuleList(begun)

        def own(self, number: int) -> "dict[str, torch.Tensor]":
            shared = {name: v * scale if name.endswith(UP) else v for name, v in _named(self.shared).items()}
            return shared | _named(self.experts[number])

        def forward(self, rows: Rows, route: Rows | None = None) -> "torch.Tensor":
            chosen = domains[rows] if route is None else route
            parts, places = [], []
            for number in np.unique(chosen).tolist():
                there = np.flatnonzero(chosen == number)
                changed = tower.with_weights(changed_weights(tower.weights, self.own(number)))
                parts.append(through(changed, texts, rows[there], LAYERS - shape.layers))
                places.append(there)
            back = torch.from_numpy(np.argsort(np.concatenate(places), kind="stable"))
            return torch.cat(parts)[back]

        def weights(self, number: int) -> dict[str, Floats]:
            return {name: value.detach().numpy().copy() for name, value in self.own(number).items()}

    return Experts()


def _parameters(values: "dict[str, torch.Tensor]") -> "torch.nn.ParameterDict":
    import torch

    return torch.nn.ParameterDict({name.replace(".", "/"): torch.nn.Parameter(v) for name, v in values.items()})


def _named(values: "torch.nn.Module") -> "dict[str, torch.Tensor]":
    return {name.replace("/", "."): value for name, value in values.named_parameters()}

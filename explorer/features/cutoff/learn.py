"""Learning the network that gives the parameters of a map of the cosine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.cutoff.judged import Judged
from explorer.features.cutoff.method import LEAST_SLOPE, OUTPUTS, STEEPEST, CutMethod, Numbers, Scale, logits, steered
from explorer.heads.fit import FitSettings, fit

if TYPE_CHECKING:
    import torch

LAYERS = ("hidden.weight", "hidden.bias", "out.weight", "out.bias")


@dataclass(frozen=True, kw_only=True)
class LearnSettings:
    """One hidden layer with ReLU; AdamW on `batch` queries at a time with all their pairs."""

    hidden: int = 32
    batch: int = 32
    fit: FitSettings = field(
        default_factory=lambda: FitSettings(steps=600, rate=1e-2, weight_decay=0.5, every=25, patience=8)
    )


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """A learned map. weights: of the network, by the names of `LAYERS`; scale: see `method`."""

    method: CutMethod
    weights: Mapping[str, Floats]
    scale: Scale

    def given(self, queries: Floats) -> Numbers:
        """(q, 3) what the network gives for (q, d) queries."""
        inner, bias, outer, last = (self.weights[name].astype(np.float64) for name in LAYERS)
        seen = queries.astype(np.float64) if self.method.sees_query else np.zeros(queries.shape)
        found: Numbers = np.maximum(seen @ inner.T + bias, 0) @ outer.T + last
        return found

    def scores(self, queries: Floats, cosines: Floats) -> Numbers:
        """(q, k) z of (q, k) cosines; rises with the cosine for every query."""
        return logits(cosines, self.given(queries), self.scale, self.method.exponent)


def learn(
    method: CutMethod,
    judged: Judged,
    learning: Rows,
    validating: Rows,
    *,
    folder: Path,
    settings: LearnSettings,
    progress: Progress,
    key: str = "",
) -> Adapter:
    """Learn a map from the queries `learning`; it stops where the loss on the queries `validating` is least.

    folder: keeps the state of the run, see `heads.fit`. key: names the data.
    """
    import torch

    part = judged.of(learning)
    u = (1 + part.cosines[part.known].astype(np.float64)) / 2
    scale = Scale(float(u.mean()), max(float(u.std()), 1e-6))
    torch.manual_seed(settings.fit.seed)
    network = _network(judged.queries.shape[1], settings.hidden)
    known, held = _Pairs(part, method, scale), _Pairs(judged.of(validating), method, scale)

    def step(generator: np.random.Generator) -> "torch.Tensor":
        rows = generator.permutation(len(part))[: settings.batch]
        return known.loss(network, torch.from_numpy(rows))

    fit(
        network,
        step,
        lambda: -float(held.loss(network, torch.arange(len(validating)))),
        folder,
        settings.fit,
        progress=progress,
        key=key,
    )
    weights = {name: value.detach().numpy().copy() for name, value in network.state_dict().items()}
    return Adapter(method=method, weights=weights, scale=scale)


def _network(dim: int, hidden: int) -> "torch.nn.Module":
    """Begins with the same map for all queries."""
    import torch
    from torch import nn

    network = nn.Sequential()
    network.add_module("hidden", nn.Linear(dim, hidden))
    network.add_module("relu", nn.ReLU())
    last = nn.Linear(hidden, OUTPUTS)
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
    network.add_module("out", last)
    return network


class _Pairs:
    """Judged pairs as tensors, and the loss of a network on some of their queries."""

    def __init__(self, judged: Judged, method: CutMethod, scale: Scale) -> None:
        import torch

        seen = judged.queries if method.sees_query else np.zeros_like(judged.queries)
        u = np.clip((1 + np.nan_to_num(judged.cosines)) / 2, 1e-6, None)
        self.queries = torch.from_numpy(np.ascontiguousarray(seen, dtype=np.float32))
        self.u = torch.from_numpy(u.astype(np.float32))
        self.relevant = torch.from_numpy(judged.relevant.astype(np.float32))
        self.known = torch.from_numpy(judged.known.astype(np.float32))
        self.exponent, self.scale = method.exponent, scale

    def loss(self, network: "torch.nn.Module", rows: "torch.Tensor") -> "torch.Tensor":
        """Mean binary cross-entropy over the pairs of the queries `rows`."""
        import torch
        from torch.nn import functional

        given = network(self.queries[rows])
        slope = functional.softplus(given[:, :1]) + LEAST_SLOPE
        learned = torch.exp(STEEPEST * torch.tanh(given[:, 2:3] / STEEPEST))
        power = learned if self.exponent is None else self.exponent
        z = steered(power, slope, given[:, 1:2], self.u[rows], self.scale)
        each = functional.binary_cross_entropy_with_logits(z, self.relevant[rows], reduction="none")
        known = self.known[rows]
        return (each * known).sum() / known.sum().clamp(min=1)

"""The fusion of a query with a text by cross-attention, and a small decoder that says what the fusion holds.

A reconstruction of GeAR in small: its encoder is frozen here and search is untouched by all of this.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    class FusionNetwork(torch.nn.Module):
        """What `fusion_network` makes, for types."""

        def fuse(self, query: torch.Tensor, text: torch.Tensor, there: torch.Tensor) -> "Fused": ...  # noqa: D102
        def scores(self, query: torch.Tensor, asked: torch.Tensor, fused: "Fused") -> torch.Tensor: ...  # noqa: D102
        def weights_of(self, query: torch.Tensor, asked: torch.Tensor) -> torch.Tensor: ...  # noqa: D102
        def say(  # noqa: D102
            self, words: torch.Tensor, fused: torch.Tensor, asked: torch.Tensor, table: torch.Tensor
        ) -> torch.Tensor: ...


@dataclass(frozen=True, kw_only=True)
class Shape:
    """width: of the states of tokens. heads, blocks: of the fusion. says: it has a decoder. longest: tokens it says."""

    width: int = 384
    heads: int = 4
    blocks: int = 2
    says: bool = True
    longest: int = 40


@dataclass(frozen=True)
class Fused:
    """states: (..., q, w) of the query's tokens after the fusion. brought: (..., q, w) what cross-attention brought
    them from the text. attention: a block each, (..., h, q, t) where each of h heads looked.
    """

    states: "torch.Tensor"
    brought: "torch.Tensor"
    attention: "tuple[torch.Tensor, ...]"


def fusion_network(shape: Shape) -> "FusionNetwork":
    """Cross-attention blocks that begin by looking where states are alike; with shape.says a decoder on top."""
    made: FusionNetwork = _classes()["fusion"](shape)
    return made


def cross_attention(width: int, heads: int) -> "torch.nn.Module":
    """Multi-head attention of queries to other states; `forward(query, memory, there)` gives (output, attention).

    query (..., q, w), memory (..., t, w), there (..., t) False at padding -> (..., q, w) and (..., heads, q, t).
    The leading dimensions may broadcast: the keys of a text are made once for many queries. Weights are named and laid
    out as those of `torch.nn.MultiheadAttention`, and it gives what that gives.
    """
    made: torch.nn.Module = _classes()["attention"](width, heads)
    return made


@cache
def _classes() -> dict[str, Any]:  # noqa: C901
    import torch
    from torch import nn
    from torch.nn.functional import cosine_similarity, linear

    class CrossAttention(nn.Module):
        def __init__(self, width: int, heads: int) -> None:
            super().__init__()
            self.heads = heads
            alike = torch.eye(width)
            self.in_proj_weight = nn.Parameter(torch.cat([alike, alike, alike]))
            self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
            self.out_proj = nn.Linear(width, width)
            nn.init.eye_(self.out_proj.weight)
            nn.init.zeros_(self.out_proj.bias)

        def forward(
            self, query: torch.Tensor, memory: torch.Tensor, there: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            weights, biases = self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3)
            q, k, v = (
                self._split(linear(x, weight, bias))
                for x, weight, bias in zip((query, memory, memory), weights, biases, strict=True)
            )
            looked = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
            attention = looked.masked_fill(~there[..., None, None, :], -math.inf).softmax(dim=-1)
            mixed = (attention @ v).transpose(-2, -3).flatten(-2)
            return self.out_proj(mixed), attention

        def _split(self, x: torch.Tensor) -> torch.Tensor:
            heads: torch.Tensor = x.reshape(*x.shape[:-1], self.heads, -1).transpose(-2, -3)
            return heads

    class Block(nn.Module):
        def __init__(self, width: int, heads: int) -> None:
            super().__init__()
            self.cross = CrossAttention(width, heads)
            self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
            self.wide = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

        def forward(
            self, x: torch.Tensor, memory: torch.Tensor, there: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            brought, attention = self.cross(x, memory, there)
            x = self.first(x + brought)
            return self.second(x + self.wide(x)), brought, attention

    class Decoder(nn.Module):
        """One causal layer over words, which looks at the fusion and at nothing else of the text."""

        def __init__(self, shape: Shape) -> None:
            super().__init__()
            width = shape.width
            self.places = nn.Parameter(torch.randn(shape.longest, width) * 0.02)
            self.own, self.fused = CrossAttention(width, shape.heads), CrossAttention(width, shape.heads)
            self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(4)])
            self.wide = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

        def forward(self, words: torch.Tensor, fused: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
            count = words.shape[1]
            x = self.norms[0](words + self.places[:count])
            earlier = torch.ones(count, count, dtype=torch.bool, device=x.device).tril()
            # each place is a query of its own, which sees the places up to itself
            own, _ = self.own(x[:, :, None, :], x[:, None, :, :], earlier.expand(len(x), count, count))
            x = self.norms[1](x + own[:, :, 0, :])
            x = self.norms[2](x + self.fused(x, fused, asked)[0])
            made: torch.Tensor = self.norms[3](x + self.wide(x))
            return made

    class Fusion(nn.Module):
        def __init__(self, shape: Shape) -> None:
            super().__init__()
            self.blocks = nn.ModuleList([Block(shape.width, shape.heads) for _ in range(shape.blocks)])
            self.gate = nn.Linear(shape.width, 1)
            nn.init.zeros_(self.gate.weight)
            nn.init.zeros_(self.gate.bias)
            self.scale = nn.Parameter(torch.tensor(math.log(20.0)))
            self.decoder = Decoder(shape) if shape.says else None

        def fuse(self, query: torch.Tensor, text: torch.Tensor, there: torch.Tensor) -> Fused:
            x, attention, total = query, [], torch.zeros((), device=query.device)
            for block in self.blocks:
                x, brought, looked = block(x, text, there)
                attention.append(looked)
                total = total + brought
            return Fused(x, total, tuple(attention))

        def weights_of(self, query: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
            gate = self.gate(query)[..., 0].sigmoid() * asked
            counts: torch.Tensor = gate / gate.sum(-1, keepdim=True).clamp_min(1e-6)
            return counts

        def scores(self, query: torch.Tensor, asked: torch.Tensor, fused: Fused) -> torch.Tensor:
            alike = cosine_similarity(query, fused.brought, dim=-1)
            score: torch.Tensor = (alike * self.weights_of(query, asked)).sum(-1) * self.scale.exp()
            return score

        def say(
            self, words: torch.Tensor, fused: torch.Tensor, asked: torch.Tensor, table: torch.Tensor
        ) -> torch.Tensor:
            if self.decoder is None:
                raise ValueError("this fusion has no decoder")
            return self.decoder(table[words], fused, asked) @ table.T * 4  # type: ignore[no-any-return]

    return {"attention": CrossAttention, "fusion": Fusion}

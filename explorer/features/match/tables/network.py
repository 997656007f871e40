"""TabSim's network: a table as 200 numbers, half of its caption, half of its cells. Habibi, Starlinger, Leser 2020.

Caption: word vectors, a bidirectional LSTM of 2 x 50. Cells: another LSTM, the same for all; multiplicative
self-attention among the cells of a column, a dense layer of 100 with batch normalisation and ReLU per column;
self-attention among the columns; a dense layer of 100 with ReLU and dropout 0.1. Weights of 0 words are zeros, and the
attention reaches half its width to either side, as the layer of Keras does that the authors use.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.match.tables.words import GROUP_CELLS, GROUPS, WIDTH, Grids

if TYPE_CHECKING:
    import torch

HALF, OUT, DROPOUT, MARGIN = 50, 100, 0.1, 1.0
EPSILON = 1e-7
"""Smallest square of a distance, as in Keras: its root has a slope everywhere."""


@dataclass(frozen=True)
class Parts:
    """Which parts of a table the network looks at.

    structure: off, the cells of a table are a bag: their mean stands in every place, so that neither column nor order
    is known.
    """

    caption: bool = True
    content: bool = True
    structure: bool = True


def siamese_loss(distances: "torch.Tensor", dissimilar: "torch.Tensor", margin: float = MARGIN) -> "torch.Tensor":
    """Mean of ½ (1 − y) d² + ½ y max(margin − d, 0)² over (p,) distances d; y: (p,) 1 for dissimilar, 0 for similar."""
    far = (margin - distances).clamp(min=0)
    return (0.5 * (1 - dissimilar) * distances**2 + 0.5 * dissimilar * far**2).mean()


def distances_between(first: "torch.Tensor", second: "torch.Tensor") -> "torch.Tensor":
    """(p,) Euclidean distances of (p, d) rows, at least the root of 1e-7."""
    return ((first - second) ** 2).sum(1).clamp(min=EPSILON).sqrt()


def build_network(vectors: Floats, seed: int = 0, parts: Parts | None = None) -> "torch.nn.Module":
    """The network with (v + 1, 200) vectors of words to begin with, row 0 for none.

    Called with (b, 12) captions and (b, 9, 9, 4) cells it gives (b, 200) representations, and (b, 9, 9, 9) and
    (b, 9, 9) attention of each cell to the cells of its column, and of each column to the columns.
    """
    import torch

    looked = parts or Parts()

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(len(vectors), WIDTH, padding_idx=0, _weight=torch.tensor(vectors))
            self.caption, self.cell = _reader(), _reader()
            self.within, self.among = _attention(GROUP_CELLS), _attention(GROUPS)
            self.column = torch.nn.Linear(GROUP_CELLS * OUT, OUT)
            self.norm = torch.nn.BatchNorm1d(OUT, eps=1e-3, momentum=0.01)
            self.table = torch.nn.Linear(GROUPS * OUT, OUT)
            self.drop = torch.nn.Dropout(DROPOUT)

        def forward(
            self, captions: torch.Tensor, cells: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            n = len(captions)
            states = self.cell(cells.flatten(0, 2), self.embedding).view(n, GROUPS, GROUP_CELLS, OUT)
            if not looked.structure:
                states = _bag(states, (cells > 0).any(-1))
            mixed, inner = self.within(states.flatten(0, 1))
            columns = self.column(mixed.reshape(n * GROUPS, GROUP_CELLS * OUT))
            columns = torch.relu(self.norm(columns)).view(n, GROUPS, OUT)
            joined, outer = self.among(columns)
            table = self.drop(torch.relu(self.table(joined.flatten(1))))
            caption = self.caption(captions, self.embedding)
            halves = [caption * float(looked.caption), table * float(looked.content)]
            return torch.cat(halves, 1), inner.view(n, GROUPS, GROUP_CELLS, GROUP_CELLS), outer

    torch.manual_seed(seed)
    made = Network()
    _begin_as_keras(made)
    return made


def _reader() -> "torch.nn.Module":
    """What turns words into numbers, for captions or for cells."""
    import torch

    class Reader(torch.nn.Module):
        """(n, w) numbers of words to (n, 100): the last states of both directions, zeros where there is no word."""

        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(WIDTH, HALF, batch_first=True, bidirectional=True)

        def forward(self, words: torch.Tensor, embedding: torch.nn.Embedding) -> torch.Tensor:
            lengths = (words > 0).sum(1)
            filled = lengths > 0
            states = torch.zeros(len(words), OUT)
            if bool(filled.any()):
                packed = torch.nn.utils.rnn.pack_padded_sequence(
                    embedding(words[filled]), lengths[filled], batch_first=True, enforce_sorted=False
                )
                _, (last, _) = self.lstm(packed)
                states[filled] = torch.cat([last[0], last[1]], 1)
            return states

    return Reader()


def _attention(width: int) -> "torch.nn.Module":
    """Multiplicative self-attention over `width` places."""
    import torch

    class Attention(torch.nn.Module):
        """(n, t, d) to the same shape and the (n, t, t) weights: softmax of x W xᵀ + b within a band."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.empty(OUT, OUT))
            self.bias = torch.nn.Parameter(torch.zeros(1))
            places = torch.arange(width)
            apart = places[None, :] - places[:, None]
            self.register_buffer("hidden", (apart < -(width // 2)) | (apart >= width - width // 2), persistent=False)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            scores = x @ self.weight @ x.transpose(1, 2) + self.bias
            weights = scores.masked_fill(self.get_buffer("hidden"), float("-inf")).softmax(-1)
            return weights @ x, weights

    return Attention()


def _begin_as_keras(network: "torch.nn.Module") -> None:
    """Weights as Keras begins them: Glorot's for what comes in, orthogonal from step to step, forget gates open."""
    import torch

    with torch.no_grad():
        for name, value in network.named_parameters():
            last = name.split(".")[-1]
            if last.startswith("bias"):
                value.zero_()
                if last.startswith("bias_ih"):
                    value[HALF : 2 * HALF] = 1
            elif last.startswith("weight_hh"):
                torch.nn.init.orthogonal_(value)
            elif "within" in name or "among" in name:
                torch.nn.init.xavier_normal_(value)
            elif "embedding" not in name and value.dim() == 2:
                torch.nn.init.xavier_uniform_(value)


def _bag(states: "torch.Tensor", filled: "torch.Tensor") -> "torch.Tensor":
    """(n, 9, 9, d) states, each the mean of the filled ones of its table."""
    weights = filled.to(states.dtype)[..., None]
    means = (states * weights).sum((1, 2), keepdim=True) / weights.sum((1, 2), keepdim=True).clamp(min=1)
    return means.expand_as(states)


def represent(network: "torch.nn.Module", tables: Grids, block: int = 64) -> tuple[Floats, Floats, Floats]:
    """(n, 200) representations of n tables, their (n, 9, 9, 9) attention within columns and (n, 9, 9) among columns."""
    import torch

    network.eval()
    found: list[tuple[Floats, ...]] = []
    with torch.inference_mode():
        for start in range(0, len(tables), block):
            captions = torch.from_numpy(tables.captions[start : start + block])
            cells = torch.from_numpy(tables.cells[start : start + block])
            found.append(tuple(one.numpy() for one in network(captions, cells)))
    rows, inner, outer = (np.concatenate(one) for one in zip(*found, strict=True))
    return rows, inner, outer

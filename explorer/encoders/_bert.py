"""BERT's encoder written out for one sentence model: it loads without the seconds that a model library needs.

Devlin et al. 2019, mean pooling over tokens as in Reimers and Gurevych 2019. Tested to equal sentence_transformers.
"""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.torch_device import one_thread

if TYPE_CHECKING:
    import torch

LAYERS, _HEADS, _WIDTH, _EPS = 6, 12, 384, 1e-12
MAX_TOKENS = 256
MARK = "encoder.layer.{}.mark"
"""Name of a (384,) vector that is added to position 0 where it enters a layer; the published weights have none."""


class MiniBert:
    """all-MiniLM-L6-v2: 6 layers, 12 heads, width 384, at most 256 tokens.

    folder: holds model.safetensors and tokenizer.json. Both are read at once; nothing is checked here.
    """

    dim = _WIDTH

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        self.device = device
        self.weights = load_file(folder / "model.safetensors", device=device)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.enable_padding()

    def with_weights(self, changed: "Mapping[str, torch.Tensor]") -> "MiniBert":
        """The same tower with other tensors under some of the names of its weights; the others are shared."""
        other = copy.copy(self)
        other.weights = {**self.weights, **changed}
        return other

    def read(self, texts: Sequence[str], most: int = MAX_TOKENS) -> list[list[int]]:
        """Numbers of the tokens of each text, [CLS] and [SEP] among them; cut to `most` with [SEP] as the last."""
        read = self.tokenizer.encode_batch(list(texts))
        ids = [token.ids[: sum(token.attention_mask)] for token in read]
        return [one if len(one) <= most else [*one[: most - 1], one[-1]] for one in ids]

    def encode(self, texts: list[str], raw: bool = False) -> Floats:
        """(n, 384) unit rows of n texts, in one batch; raw: the means over tokens, not scaled to length 1."""
        import torch

        tokens = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([token.ids for token in tokens], device=self.device)
        mask = torch.tensor([token.attention_mask for token in tokens], device=self.device)
        with torch.inference_mode(), one_thread():
            states = self.layers(self.begin(ids), mask.bool())
            pooled = mean_of_tokens(states, mask)
            rows: Floats = (pooled if raw else torch.nn.functional.normalize(pooled, dim=1)).cpu().numpy()
            return rows

    def tokens(self, texts: list[str]) -> list[tuple[Floats, Rows]]:
        """(t, 384) last hidden states and (t, 2) spans in letters of each text's tokens, without [CLS] and [SEP]."""
        import torch

        read = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([one.ids for one in read], device=self.device)
        mask = torch.tensor([one.attention_mask for one in read], device=self.device)
        with torch.inference_mode(), one_thread():
            states: Floats = self.layers(self.begin(ids), mask.bool()).cpu().numpy()
        kept = [np.flatnonzero(np.array(one.special_tokens_mask) == 0) for one in read]
        spans = [np.array(one.offsets, dtype=np.int64).reshape(-1, 2) for one in read]
        return [(states[row, places], spans[row][places]) for row, places in enumerate(kept)]

    def truncated(self, texts: list[str]) -> list[int]:
        """Positions of the texts with more than 256 tokens."""
        return [i for i, token in enumerate(self.tokenizer.encode_batch(texts)) if token.overflowing]

    def begin(self, ids: "torch.Tensor") -> "torch.Tensor":
        """(b, l, 384) states of (b, l) token ids before the first layer."""
        weights = self.weights
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return self._norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def layers(self, x: "torch.Tensor", mask: "torch.Tensor", start: int = 0, end: int = LAYERS) -> "torch.Tensor":
        """(b, l, 384) states after the layers from `start` to before `end`; mask (b, l) is False at padding."""
        for i in range(start, end):
            mark = self.weights.get(MARK.format(i))
            x = self._layer(x if mark is None else _marked(x, mark), mask, f"encoder.layer.{i}")
        return x

    def _layer(self, x: "torch.Tensor", mask: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn.functional import gelu, scaled_dot_product_attention

        q, k, v = (self._heads(self._linear(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
        mixed = scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        mixed = self._linear(mixed.transpose(1, 2).flatten(2), f"{name}.attention.output.dense")
        x = self._norm(x + mixed, f"{name}.attention.output.LayerNorm")
        wide = gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _linear(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn.functional import linear

        return linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x: "torch.Tensor", name: str) -> "torch.Tensor":
        from torch.nn.functional import layer_norm

        return layer_norm(x, (_WIDTH,), self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], _EPS)

    @staticmethod
    def _heads(x: "torch.Tensor") -> "torch.Tensor":
        """(b, l, 384) to (b, 12, l, 32)."""
        return x.reshape(*x.shape[:2], _HEADS, -1).transpose(1, 2)


def mean_of_tokens(states: "torch.Tensor", mask: "torch.Tensor") -> "torch.Tensor":
    """(b, 384) means of (b, l, 384) states over the tokens that are there; mask (b, l)."""
    weight = mask[:, :, None].float()
    return (states * weight).sum(1) / weight.sum(1)


def _marked(x: "torch.Tensor", mark: "torch.Tensor") -> "torch.Tensor":
    import torch

    return torch.cat([x[:, :1] + mark, x[:, 1:]], dim=1)

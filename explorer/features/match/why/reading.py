"""Texts as the frozen sentence model reads them: a state for each token, which nothing here changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.encoders.sentence import load_minilm
from explorer.features.match.why.sentences import Span, sentence_of_token, sentences_of

if TYPE_CHECKING:
    import torch

BATCH = 32


@dataclass(frozen=True)
class ReadText:
    """A text. ids, states, spans: (t,), (t, 384) and (t, 2) of its at most 254 tokens; halves, to save room."""

    text: str
    ids: Rows
    states: NDArray[np.float16]
    spans: Rows

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Where its sentences lie."""
        return sentences_of(self.text)

    @cached_property
    def owners(self) -> Rows:
        """(t,) sentence of each token."""
        return sentence_of_token(self.spans, self.sentences)

    @property
    def vector(self) -> Floats:
        """(384,) direction of the mean of its states: what search compares, but for the two tokens around a text."""
        mean = self.states.astype(np.float32).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


def read_texts(texts: Sequence[str]) -> list[ReadText]:
    """Each text with its tokens; a text without any (an empty one) has none."""
    tower = load_minilm()
    found: list[ReadText] = []
    for start in range(0, len(texts), BATCH):
        block = list(texts[start : start + BATCH])
        ids = tower.read(block)
        for text, numbers, (states, spans) in zip(block, ids, tower.tokens(block), strict=True):
            found.append(ReadText(text, np.array(numbers[1:-1], np.int64), states.astype(np.float16), spans))
    return found


def stacked(read: Sequence[ReadText]) -> "tuple[torch.Tensor, torch.Tensor]":
    """(b, t, w) states, all of the length sqrt(w), zeros at padding, and (b, t) where there are tokens.

    Lengths of states differ by a factor of ten; as they are, attention would go to the longest instead of the likest.
    """
    import torch
    from torch.nn.functional import normalize

    longest = max(max(len(one.ids) for one in read), 1)
    states = torch.zeros(len(read), longest, read[0].states.shape[1])
    there = torch.zeros(len(read), longest, dtype=torch.bool)
    for row, one in enumerate(read):
        states[row, : len(one.ids)] = torch.from_numpy(one.states.astype(np.float32))
        there[row, : len(one.ids)] = True
    return normalize(states, dim=-1) * states.shape[-1] ** 0.5, there

"""What a trained fusion says of a query and a text: the sentences that answer, and the words it would use."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError, ModelError
from explorer.encoders.sentence import load_minilm
from explorer.features.match.why.network import Shape, fusion_network
from explorer.features.match.why.reading import ReadText, read_texts, stacked
from explorer.features.match.why.sentences import Span, sentence_scores
from explorer.features.match.why.training import BEGIN, END, word_table
from explorer.io.atomic import atomic_folder, read_json

if TYPE_CHECKING:
    import torch

    from explorer.features.match.why.network import FusionNetwork

WEIGHTS, ABOUT = "fusion.safetensors", "about.json"
LOOKS_FROM = 0
"""Block whose attention tells the sentence: not the last one, which mixes what it has brought together."""
SPEAKS = 0.5
"""A decoder that says sentences of held-out texts less than so well, as a share of a copy's ROUGE-1, is not heard."""
SAID, COPIED = "said", "copied"
"""In what is known of a training: ROUGE-1 of the decoder's words and of a copy, on held-out texts."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """sentences: (s,) where the sentences of the text lie. means, sums: (s,) attention of each, by the mean over its
    tokens (which ranks them) and by the sum. best: number of the first, -1 for a text without words. snippet: the
    sentence in words: said by the decoder when `said`, else a copy of the best one. read: letters that the model read.
    """

    sentences: tuple[Span, ...]
    means: Doubles
    sums: Doubles
    best: int
    snippet: str
    said: bool
    read: int


@dataclass(frozen=True)
class WhyModel:
    """A trained fusion. vocabulary: (v,) numbers of the tokens that it says, about: what is known of its training."""

    network: "FusionNetwork"
    vocabulary: Rows
    shape: Shape
    about: Mapping[str, Any]

    @property
    def speaks(self) -> bool:
        """Whether it has a decoder, and one that says sentences well enough where that was measured."""
        return self.shape.says and self.about.get(SAID, 1.0) >= SPEAKS * self.about.get(COPIED, 0.0)

    def explain(self, query: str, text: str) -> Why:
        """Which sentences of a text answer a query, and a snippet. InputError for a query without words."""
        asked, told = _read_both(query, text)
        if not len(told.ids):
            return Why(
                sentences=told.sentences, means=np.zeros(0), sums=np.zeros(0), best=-1, snippet="", said=False, read=0
            )
        looked, states = self._look(asked, told)
        means, sums = (
            sentence_scores(looked[LOOKS_FROM], told.owners, len(told.sentences), by) for by in ("mean", "sum")
        )
        best = int(np.argmax(means))
        words = self._say(states) if self.speaks else ""
        return Why(
            sentences=told.sentences,
            means=means,
            sums=sums,
            best=best,
            snippet=words or text[slice(*told.sentences[best])],
            said=bool(words),
            read=int(told.spans[-1, 1]),
        )

    def attention(self, query: str, text: str) -> NDArray[np.float32]:
        """(blocks, t) where the words of a query look in a text, in each block: the mean over heads, words by how much
        each counts; rows sum to 1.
        """
        return self._look(*_read_both(query, text))[0]

    def _look(self, asked: ReadText, told: ReadText) -> "tuple[NDArray[np.float32], torch.Tensor]":
        import torch

        with torch.inference_mode():
            query, known = stacked([asked])
            states, there = stacked([told])
            fused = self.network.fuse(query, states, there)
            counts = self.network.weights_of(query, known)
            looked = [(one.mean(dim=1) * counts[..., None]).sum(dim=1)[0] for one in fused.attention]
        return torch.stack(looked).numpy(), fused.states

    def _say(self, states: "torch.Tensor") -> str:
        """The likeliest next word, again and again; no three words stand twice."""
        import torch

        table, asked = word_table(self.vocabulary), torch.ones(states.shape[:2], dtype=torch.bool)
        begin, end = np.searchsorted(self.vocabulary, [BEGIN, END])
        words = [int(begin)]
        with torch.inference_mode():
            while len(words) < self.shape.longest:
                logits = self.network.say(torch.tensor([words]), states, asked, table)[0, -1]
                logits[int(begin)] = -np.inf
                for place in range(len(words) - 2):
                    if words[place : place + 2] == words[-2:]:
                        logits[words[place + 2]] = -np.inf
                words.append(int(logits.argmax()))
                if words[-1] == end:
                    break
        ids = self.vocabulary[[one for one in words[1:] if one != end]]
        return str(load_minilm().tokenizer.decode(ids.tolist()))


def _read_both(query: str, text: str) -> tuple[ReadText, ReadText]:
    if not any(letter.isalnum() for letter in query):
        raise InputError("Expected a query with words, got none.")
    asked, told = read_texts([query, text])
    return asked, told


def save_why(folder: Path, model: WhyModel) -> None:
    """Write it; it takes the place of what was there."""
    from safetensors.torch import save_file

    with atomic_folder(folder) as temporary:
        temporary.mkdir(exist_ok=True)
        save_file({name: one.contiguous() for name, one in model.network.state_dict().items()}, temporary / WEIGHTS)
        about = {"shape": asdict(model.shape), "vocabulary": model.vocabulary.tolist(), "about": dict(model.about)}
        (temporary / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def load_why(folder: Path) -> WhyModel | None:
    """What `save_why` wrote, None where there is none; ModelError where it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not (folder / ABOUT).is_file():
        return None
    try:
        told = read_json(folder / ABOUT)
        shape = Shape(**told["shape"])
        network = fusion_network(shape)
        network.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, SafetensorError, KeyError, TypeError, RuntimeError) as error:
        raise ModelError(f"{folder}: the trained fusion is damaged. Train it again.") from error
    network.eval()
    return WhyModel(network, np.array(told["vocabulary"], np.int64), shape, told["about"])

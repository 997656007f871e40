"""Training the fusion on the texts of a collection. The model that searches stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders.sentence import load_minilm
from explorer.features.match.why.losses import ALPHA, both, saying, soft_contrastive
from explorer.features.match.why.network import Shape, fusion_network
from explorer.features.match.why.pairs import Pair, made_pair, pairs_of_batch
from explorer.features.match.why.reading import ReadText, read_texts, stacked
from explorer.heads.fit import FitSettings, Fitted, fit

if TYPE_CHECKING:
    import torch

    from explorer.features.match.why.network import FusionNetwork

BEGIN, END, UNKNOWN = 101, 102, 100
"""Tokens of the sentence model that begin, end and stand for what it does not know."""
LEAST_TEXTS, TEACHER = 8, 0.05


@dataclass(frozen=True, kw_only=True)
class Plan:
    """alpha: how much saying the sentence counts; 0 for no decoder. steps, batch, rate: of the training. texts: at most
    so many are learned from, drawn at random. seed: of chance.
    """

    alpha: float = ALPHA
    steps: int = 300
    batch: int = 12
    rate: float = 3e-4
    texts: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Trained:
    """A network, the words that it says (numbers of tokens), how the training ended, and queries made from texts that
    it did not learn from.
    """

    network: "FusionNetwork"
    vocabulary: Rows
    fitted: Fitted
    held: tuple[Pair, ...]


def train_fusion(
    texts: Sequence[str],
    plan: Plan,
    folder: Path,
    progress: Progress,
    *,
    given: Sequence[tuple[str, int]] = (),
    key: str = "",
) -> Trained:
    """Learn from (n,) texts, and from `given` queries with the number of a text that answers each.

    A tenth of the texts is held out to say when to stop. folder: keeps checkpoint and curve; see `fit`. InputError for
    fewer than 8 texts with words.
    """
    import torch

    able = [number for number, text in enumerate(texts) if any(letter.isalnum() for letter in text)]
    if len(able) < LEAST_TEXTS:
        raise InputError(f"Expected at least {LEAST_TEXTS} texts with words to learn from, got {len(able)}.")
    rng = np.random.default_rng(plan.seed)
    chosen = np.sort(rng.permutation(able)[: plan.texts])
    held = rng.permutation(chosen)[: max(len(chosen) // 10, 4)]
    material = _Material(texts, chosen.tolist(), held.tolist(), given, plan)
    torch.manual_seed(plan.seed)
    network = fusion_network(Shape(says=plan.alpha > 0))
    settings = FitSettings(steps=plan.steps, rate=plan.rate, every=50, patience=6, seed=plan.seed)
    fitted = fit(
        network,
        lambda step: _loss(network, material, plan, step),
        lambda: _held_out(network, material),
        folder,
        settings,
        progress=progress,
        key=key,
    )
    return Trained(network, material.vocabulary, fitted, tuple(material.asked))


class _Material:
    """The texts as they were read, the queries that say when to stop, and the words of them all."""

    def __init__(
        self, texts: Sequence[str], chosen: list[int], held: list[int], given: Sequence[tuple[str, int]], plan: Plan
    ) -> None:
        self.texts = texts
        self.read = dict(zip(chosen, read_texts([texts[number] for number in chosen]), strict=True))
        self.held = held
        self.learned = [number for number in chosen if number not in set(held)]
        self.given: dict[int, list[str]] = {}
        for query, number in given:
            self.given.setdefault(number, []).append(query)
        rng = np.random.default_rng([plan.seed, 1])
        self.asked = [made_pair(texts[number], number, rng) for number in held for _ in range(4)]
        self.queries = read_texts([pair.query for pair in self.asked])
        ids = np.concatenate([one.ids for one in self.read.values()])
        self.vocabulary: Rows = np.unique(np.append(ids, [BEGIN, END, UNKNOWN]))
        self.table = word_table(self.vocabulary)


def word_table(vocabulary: Rows) -> "torch.Tensor":
    """(v, 384) the sentence model's own vectors of these words."""
    import torch

    table: torch.Tensor = load_minilm().weights["embeddings.word_embeddings.weight"].cpu()[torch.from_numpy(vocabulary)]
    return table


def score_all(
    network: "FusionNetwork", queries: Sequence[ReadText], texts: Sequence[ReadText]
) -> "tuple[torch.Tensor, object]":
    """(q, n) scores of each query with each text, and the `Fused` of all."""
    asked_states, asked = stacked(queries)
    states, there = stacked(texts)
    fused = network.fuse(asked_states[:, None], states[None], there[None])
    return network.scores(asked_states[:, None], asked[:, None], fused), fused


def _loss(network: "FusionNetwork", material: _Material, plan: Plan, rng: np.random.Generator) -> "torch.Tensor":
    import torch

    numbers = rng.permutation(material.learned)[: plan.batch].tolist()
    pairs = pairs_of_batch(material.texts, numbers, material.given, rng)
    queries, texts = read_texts([pair.query for pair in pairs]), [material.read[number] for number in numbers]
    scores, _ = score_all(network, queries, texts)
    teacher = np.stack([one.vector for one in queries]) @ np.stack([one.vector for one in texts]).T
    contrastive = soft_contrastive(scores, torch.from_numpy(teacher / TEACHER))
    if not plan.alpha:
        return contrastive
    return both(contrastive, _said(network, material, pairs, queries, texts), plan.alpha)


def _said(
    network: "FusionNetwork",
    material: _Material,
    pairs: Sequence[Pair],
    queries: Sequence[ReadText],
    texts: Sequence[ReadText],
) -> "torch.Tensor":
    """How well the sentences that the queries were made from are said, from the fusion of each with its own text."""
    import torch

    known = [row for row, pair in enumerate(pairs) if pair.sentence >= 0 and (texts[row].owners == pair.sentence).any()]
    if not known:
        return torch.zeros(())
    asked_states, asked = stacked([queries[row] for row in known])
    states, there = stacked([texts[row] for row in known])
    fused = network.fuse(asked_states, states, there)
    before, after, mask = _targets([(texts[row], pairs[row].sentence) for row in known], material.vocabulary)
    return saying(network.say(before, fused.states, asked, material.table), after, mask)


def _targets(
    wanted: Sequence[tuple[ReadText, int]], vocabulary: Rows
) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
    """(b, l) words before each place, at it, and where there are any, as places in the vocabulary."""
    import torch

    longest = Shape().longest
    rows = [np.append(one.ids[one.owners == sentence][: longest - 1], END) for one, sentence in wanted]
    length = max(map(len, rows))
    before, after = np.full((2, len(rows), length), END)
    before[:, 0] = BEGIN
    mask = np.zeros((len(rows), length), bool)
    for row, ids in enumerate(rows):
        after[row, : len(ids)], mask[row, : len(ids)] = ids, True
        before[row, 1 : len(ids)] = ids[:-1]
    places = [torch.from_numpy(np.searchsorted(vocabulary, one)) for one in (before, after)]
    return places[0], places[1], torch.from_numpy(mask)


def _held_out(network: "FusionNetwork", material: _Material) -> float:
    """The probability that queries made from held-out texts give their own among the held-out ones, at most 32."""
    texts = material.held[:32]
    kept = [place for place, pair in enumerate(material.asked) if pair.text in texts]
    scores, _ = score_all(
        network, [material.queries[place] for place in kept], [material.read[number] for number in texts]
    )
    right = [texts.index(material.asked[place].text) for place in kept]
    return float(scores.softmax(dim=1)[np.arange(len(kept)), right].mean())

"""Learning which titles mean the same entry: adapters in MiniLM, or a residual head on its frozen vectors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.tune.adapters.frozen import train_on_frozen
from explorer.features.tune.adapters.module import TextVectors
from explorer.features.tune.adapters.train import (
    AdapterSettings,
    Learned,
    Scored,
    Step,
    TextBase,
    key_of,
    train_adapters,
)
from explorer.features.tune.titles.loss import masked_mnr
from explorer.features.tune.titles.material import TitleSplit
from explorer.features.tune.titles.ranking import best_of_entries, recalls
from explorer.features.tune.titles.texts import TitleTexts, partners_of

if TYPE_CHECKING:
    import torch

WATCHED_AGAINST = 1_000


@dataclass(frozen=True, kw_only=True)
class TitleLesson:
    """What is learned: texts and how they are divided."""

    texts: TitleTexts
    split: TitleSplit
    seed: int = 0

    def step(self, batch: int) -> Step:
        """In-batch negatives with duplicates masked; half of the titles are asked with their attributes."""
        partners = partners_of(self.texts, self.split)

        def loss(vectors: TextVectors, rng: np.random.Generator) -> "torch.Tensor":
            import torch

            asked, right = partners.draw(batch, rng)
            same = _same(self.texts, asked, right)
            found = vectors(np.concatenate([asked, right]))
            return masked_mnr(found[: len(asked)], found[len(asked) :], torch.from_numpy(same))

        return loss

    def score(self) -> Scored:
        """R@1 of the watched titles among the entries of at most 1,000 known texts and their own."""
        rng = np.random.default_rng(self.seed)
        known = self.texts.known(self.split.train)
        codes, watch = self.texts.material.codes, self.split.watch
        near = np.isin(self.texts.codes[known], codes[watch])
        some = rng.permutation(known[near])[: 2 * WATCHED_AGAINST]
        some = np.concatenate([some, rng.permutation(known[~near])[:WATCHED_AGAINST]])
        asked = self.texts.asked(watch, attributes=True)

        def score(vectors: Callable[[Rows], Floats]) -> float:
            similar = vectors(asked) @ vectors(some).T
            ranked = best_of_entries(similar, self.texts.codes[some], len(self.texts.material.entries))
            return float(recalls(ranked, codes[watch])[1].mean())

        return score


def learn_titles(
    lesson: TitleLesson, base: TextBase, settings: AdapterSettings, *, adapters: bool, name: str, progress: Progress
) -> Learned:
    """Train adapters, or a residual head on the vectors as they are; the better held-out score says when to stop."""
    key = key_of(lesson.texts.texts, lesson.split.train.tolist(), settings, adapters)
    train = train_adapters if adapters else train_on_frozen
    return train(base, lesson.step(settings.batch), lesson.score(), settings, name=name, key=key, progress=progress)


def _same(texts: TitleTexts, asked: Rows, right: Rows) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """(b, b) whether the second text of a pair means the same as the first of another, or is the same title."""
    meant = texts.codes[asked][:, None] == texts.codes[right][None, :]
    found: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = meant | (
        texts.same_title[asked][:, None] == texts.same_title[right][None, :]
    )
    return found

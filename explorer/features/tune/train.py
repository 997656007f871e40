"""A head is trained on the frozen vectors of a lesson."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.sampling import at_most
from explorer.encoders.tuned import apply_head
from explorer.features.tune.batches import Sampler
from explorer.features.tune.heads import HEADS
from explorer.features.tune.lesson import USUAL, Lesson
from explorer.features.tune.losses.loss import Loss
from explorer.features.tune.losses.registry import LOSSES
from explorer.features.tune.measures import headline, measured
from explorer.features.tune.retrieval.parts import Parts
from explorer.heads.fit import FitSettings, Fitted, fit
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch

WATCHED = 1_000


@dataclass(frozen=True, kw_only=True)
class TuneSettings(FitSettings):
    """How a head is trained.

    loss: of `LOSSES`, "" for the usual one of what teaches. head: of `HEADS`. hidden: units of a small network. batch:
    rows a step. steps, rate, weight_decay, every, patience: as in `FitSettings`.
    """

    loss: str = ""
    head: str = "residual"
    hidden: int = 256
    batch: int = 128
    steps: int = 1_500
    weight_decay: float = 0.01
    patience: int = 6

    def __post_init__(self) -> None:
        """InputError for what cannot be trained."""
        if self.loss:
            check_choice(self.loss, LOSSES, "loss")
        check_choice(self.head, HEADS, "head")
        for name, least in (("hidden", 1), ("batch", 8), ("steps", 1), ("every", 1), ("patience", 1)):
            if getattr(self, name) < least:
                raise InputError(f"{name}: expected {least} or more, got {getattr(self, name)}.")
        if not 0 < self.rate <= 1 or not 0 <= self.weight_decay <= 10:
            raise InputError(f"Expected a learning rate from 0 to 1 and a weight decay from 0 to 10, got {self}.")


@dataclass(frozen=True)
class Trained:
    """head: belongs to no encoder yet. fitted: how the training ended."""

    head: Head
    fitted: Fitted


def train_head(
    lesson: Lesson, parts: Parts, settings: TuneSettings, folder: Path, *, progress: Progress, key: str = ""
) -> Trained:
    """Train a head on `parts.train`; `parts.watch` says when to stop, and which weights are kept.

    folder: keeps the checkpoint and the curve, see `heads.fit`; key: names the data. InputError when the loss cannot
    learn from such a lesson; ModelError when it stops being a number.
    """
    import torch

    loss = LOSSES[settings.loss or USUAL[lesson.kind]]
    lesson.check(loss)
    torch.manual_seed(settings.seed)
    change = HEADS[settings.head].change
    dim = lesson.vectors.shape[1]
    sampler = Sampler(lesson, parts.train, loss, settings.batch)
    learned = _learned(change.module(dim, settings.hidden), loss, sampler)
    watched = at_most(parts.watch, WATCHED, np.random.default_rng(settings.seed))

    def score() -> float:
        head = change.head_of(learned.head)
        return headline(lesson, measured(lesson, _through(head, lesson, watched), watched))

    step = partial(_step, learned, sampler, torch.from_numpy(lesson.vectors))
    fitted = fit(learned.module, step, score, folder, settings, progress=progress, key=f"{key} {settings}")
    return Trained(change.head_of(learned.head), fitted)


@dataclass(frozen=True)
class _Learned:
    """module: all that is trained: `head`, and the loss's own directions, where it has such."""

    module: "torch.nn.Module"
    head: "torch.nn.Module"
    centres: "torch.Tensor | None"


def _step(learned: _Learned, sampler: Sampler, vectors: "torch.Tensor", rng: np.random.Generator) -> "torch.Tensor":
    import torch

    drawn = sampler.draw(rng)
    rows = torch.nn.functional.normalize(learned.head(vectors[torch.from_numpy(drawn.rows)]), dim=1)
    return sampler.loss.value(drawn.batch(rows, learned.centres))


def _learned(head: "torch.nn.Module", loss: Loss, sampler: Sampler) -> _Learned:
    """What is trained; the loss's own directions begin at the means of the groups."""
    import torch

    module, centres = torch.nn.Module(), None
    module.add_module("head", head)
    if loss.centres:
        vectors, codes = sampler.lesson.vectors[sampler.rows], sampler.codes
        means = np.zeros((codes.max() + 1, vectors.shape[1]), dtype=np.float32)
        np.add.at(means, codes, vectors)
        centres = torch.nn.Parameter(torch.nn.functional.normalize(torch.from_numpy(means), dim=1))
        module.register_parameter("centres", centres)
    return _Learned(module, head, centres)


def _through(head: Head, lesson: Lesson, part: Rows) -> Floats:
    """(n, d) vectors of the lesson, those of a part as `head` changes them."""
    rows = part if lesson.kind == "groups" else np.unique(lesson.tuples[part])
    found = lesson.vectors.copy()
    found[rows] = apply_head(head, lesson.vectors[rows], lesson.texts[rows])
    return found

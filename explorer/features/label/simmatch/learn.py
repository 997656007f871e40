"""The training of SimMatch on frozen vectors and their views."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.features.label.method import FewLabels
from explorer.features.label.simmatch.memory import Alignment, Bank
from explorer.features.label.simmatch.network import Network, Shape
from explorer.features.label.simmatch.targets import aggregate, confident_loss, cross_entropy, log_nearness, unfold
from explorer.features.label.views import noise
from explorer.heads.fit import descend

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor

BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Those of the paper and its code, but for the first line, which is for vectors instead of pictures.

    steps; hidden: width of the layers; scale: length that unit vectors are given; batch: labelled items a step;
    more: unlabelled ones a labelled one (μ). rate: of SGD with Nesterov momentum, rising over `warm_epochs`, then
    falling as a cosine. follow: of the teacher. keep: α. threshold: τ. unlabelled, likeness: λ_u and λ_in. temperature:
    of teacher and student. aligned: batches that the mean guess is taken over. steepest: length that a gradient is cut
    to: vectors are longer than what the paper's classifier sees, and few items would throw it out of its course.
    """

    steps: int = 500
    hidden: int = 128
    scale: float = 20.0
    batch: int = 32
    more: int = 5
    rate: float = 0.03
    momentum: float = 0.9
    weight_decay: float = 1e-4
    warm_epochs: int = 5
    follow: float = 0.98
    keep: float = 0.9
    threshold: float = 0.7
    unlabelled: float = 10.0
    likeness: float = 5.0
    embedding: int = 128
    steepest: float = 10.0
    temperature: float = 0.1
    aligned: int = 256


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What SimMatch ends with.

    probabilities: (n, c) of the teacher's classifier (semantic). votes: (n, c) of its likenesses to the labelled items,
    an item's own place in memory left out (instance). curve: (step, loss, share of sure guesses) now and then.
    """

    probabilities: Floats
    votes: Floats
    curve: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True)
class _Batch:
    """Vectors as tensors. places: (b,) of the labelled items in memory; known, weak, strong: (b or 5b, d)."""

    step: int
    places: "Tensor"
    known: "Tensor"
    weak: "Tensor"
    strong: "Tensor"


@one_thread()
def learn(
    few: FewLabels, rng: Generator, progress: Progress, settings: Settings, expected: Floats | None = None
) -> Learned:
    """Train student and teacher; the same labels and generator give the same answer.

    InputError when there are fewer than two labels or no item without a label; ModelError when the loss is no number.
    """
    import torch

    if len(few.names) < 2:
        raise InputError("SimMatch tells labels apart, and there is only one. Give some items another label.")
    if len(few.rows) >= len(few.vectors):
        raise InputError(
            "SimMatch learns from items without a label, and every item has one: nothing is left to guess."
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        training = _Training(few, rng, settings, expected)
    training.run(progress)
    return training.learned()


class _Training:
    """Student, teacher and memory between the steps."""

    def __init__(self, few: FewLabels, rng: Generator, settings: Settings, expected: Floats | None) -> None:
        import torch

        self.few, self.rng, self.settings = few, rng, settings
        self.sampler = _Sampler(few, rng, settings)
        shape = Shape(
            dim=few.vectors.shape[1],
            labels=len(few.names),
            hidden=settings.hidden,
            embedding=settings.embedding,
        )
        self.student, self.teacher = Network(shape), Network(shape)
        self.teacher.follow(self.student, 0.0)
        self.labels = torch.from_numpy(few.codes)
        with torch.inference_mode():
            z, _ = self.teacher(self._tensor(few.vectors[few.rows]))
        self.bank = Bank(z, self.labels)  # from the first step on the memory holds what the teacher sees
        self.align = Alignment(settings.aligned, torch.from_numpy(expected) if expected is not None else None)
        self.optimizer = torch.optim.SGD(
            self.student.module.parameters(),
            lr=settings.rate,
            momentum=settings.momentum,
            weight_decay=settings.weight_decay,
            nesterov=True,
        )
        self.optimizer.register_step_pre_hook(lambda *_: self._cut())
        self.curve: list[tuple[int, float, float]] = []
        self.sure = 0.0

    def run(self, progress: Progress) -> None:
        """All steps."""
        progress.start("SimMatch", self.settings.steps)
        for step, loss in enumerate(descend(self.optimizer, self._batches(), self._loss), 1):
            self.teacher.follow(self.student, self.settings.follow)
            if step % 50 == 0 or step == self.settings.steps:
                self._look(step, float(loss))
                progress.advance(step)
        progress.finish()

    def learned(self) -> Learned:
        """What the teacher thinks of every item, block by block."""
        import torch

        probabilities, votes = [], []
        place = np.full(len(self.few.vectors), -1)
        place[self.few.rows] = np.arange(len(self.few.rows))
        with torch.inference_mode():
            for start in range(0, len(place), BLOCK):
                z, logits = self.teacher(self._tensor(self.few.vectors[start : start + BLOCK]))
                probabilities.append(logits.softmax(dim=1).numpy())
                votes.append(self._votes(z, place[start : start + BLOCK]))
        return Learned(
            probabilities=np.concatenate(probabilities), votes=np.concatenate(votes), curve=tuple(self.curve)
        )

    def _votes(self, z: "Tensor", place: Rows) -> Floats:
        from explorer.features.label.simmatch.targets import votes

        q = log_nearness(z, self.bank.z, self.settings.temperature).exp()
        own = np.flatnonzero(place >= 0)
        q[own, place[own]] = 0.0
        found = votes(q, self.labels, len(self.few.names))
        total = found.sum(dim=1, keepdim=True).clamp(min=1e-30)
        return np.asarray((found / total).numpy(), dtype=np.float32)

    def _batches(self) -> Iterator[_Batch]:
        epoch = self.sampler.steps_an_epoch
        for step in range(self.settings.steps):
            warm = min(1.0, (step + 1) / min(self.settings.warm_epochs * epoch, self.settings.steps / 10))
            rate = self.settings.rate * warm * (1 + cos(pi * step / self.settings.steps)) / 2
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            yield self.sampler.batch(step)

    def _loss(self, batch: _Batch) -> "Tensor":
        """CE + λ_u confident + λ_in likeness; the memory takes the teacher's embeddings of the labelled items."""
        import torch
        from torch.nn import functional

        chosen, labels = self.settings, self.labels
        with torch.no_grad():
            z_weak, logits_weak = self.teacher(batch.weak)
            z_known, _ = self.teacher(batch.known)
            p = self.align(logits_weak.softmax(dim=1))
            q = log_nearness(z_weak, self.bank.z, chosen.temperature).exp()
            guess, likeness = aggregate(q, p, labels, chosen.keep), unfold(q, p, labels)
            self.sure = float((guess.max(dim=1).values >= chosen.threshold).float().mean())
        z, logits = self.student(torch.cat([batch.known, batch.strong]))
        count = len(batch.known)
        loss = functional.cross_entropy(logits[:count], labels[batch.places])
        strong = logits[count:].log_softmax(dim=1)
        loss = loss + chosen.unlabelled * confident_loss(guess, strong, chosen.threshold)
        if batch.step >= self.sampler.steps_an_epoch:
            found = log_nearness(z[count:], self.bank.z, chosen.temperature)
            loss = loss + chosen.likeness * cross_entropy(likeness, found).mean()
        self.bank.overwrite(batch.places, z_known)
        return loss

    def _cut(self) -> None:
        import torch

        torch.nn.utils.clip_grad_norm_(self.student.module.parameters(), self.settings.steepest)

    def _look(self, step: int, loss: float) -> None:
        if not np.isfinite(loss):
            raise ModelError(
                f"SimMatch: the loss of step {step} is no number. Check the vectors of the model for values that are "
                "not finite, or choose another model."
            )
        self.curve.append((step, round(loss, 4), round(self.sure, 4)))

    def _tensor(self, vectors: Floats) -> "Tensor":
        return self.sampler.tensor(vectors)


class _Sampler:
    """Draws batches: labelled items as often as each other, unlabelled ones in random order, each once an epoch."""

    def __init__(self, few: FewLabels, rng: Generator, settings: Settings) -> None:
        self.few, self.rng, self.settings = few, rng, settings
        self.middle = few.vectors.mean(axis=0)
        self.unlabelled = np.setdiff1d(np.arange(len(few.vectors)), few.rows)
        self.size = min(settings.batch * settings.more, len(self.unlabelled))
        self.steps_an_epoch = ceil(len(self.unlabelled) / self.size)
        self._order: Rows = np.empty(0, dtype=np.int64)

    def tensor(self, vectors: Floats) -> "Tensor":
        """The vectors from their middle, `scale` times as long."""
        import torch

        return torch.from_numpy((vectors - self.middle) * np.float32(self.settings.scale))

    def batch(self, step: int) -> _Batch:
        """The batch of a step."""
        import torch

        known = self.rng.integers(len(self.few.rows), size=self.settings.batch)
        rows = self._next()
        return _Batch(
            step,
            torch.from_numpy(known),
            self.tensor(self._view(self.few.rows[known], strong=False)),
            self.tensor(self._view(rows, strong=False)),
            self.tensor(self._view(rows, strong=True)),
        )

    def _next(self) -> Rows:
        if len(self._order) < self.size:
            self._order = np.concatenate([self._order, self.rng.permutation(self.unlabelled)])
        rows, self._order = self._order[: self.size], self._order[self.size :]
        return rows

    def _view(self, rows: Rows, *, strong: bool) -> Floats:
        """(b, d) one view of each row, drawn from its weak or its strong half."""
        views = self.few.views
        if views is None:
            vectors = self.few.vectors[rows]
            return noise.strong(vectors, self.rng) if strong else noise.weak(vectors, self.rng)
        half = len(views) // 2
        number = self.rng.integers(half, size=len(rows)) + half * strong
        return views[number, rows]

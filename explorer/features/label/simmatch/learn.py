"""The training of SimMatch on frozen vectors and their views."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi
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
from explorer.features.label.simmatch.sampler import Batch, Sampler
from explorer.features.label.simmatch.settings import Settings
from explorer.features.label.simmatch.targets import (
    aggregate,
    confident_loss,
    cross_entropy,
    log_nearness,
    unfold,
    votes,
)
from explorer.heads.fit import descend

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor

BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What SimMatch ends with.

    probabilities: (n, c) of the teacher's classifier (semantic). votes: (n, c) of its likenesses to the labelled items,
    an item's own place in memory left out (instance). curve: (step, loss, share of sure guesses) now and then.
    """

    probabilities: Floats
    votes: Floats
    curve: tuple[tuple[int, float, float], ...]


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
        self.sampler = Sampler(few, rng, settings)
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
        q = log_nearness(z, self.bank.z, self.settings.temperature).exp()
        own = np.flatnonzero(place >= 0)
        q[own, place[own]] = 0.0
        found = votes(q, self.labels, len(self.few.names))
        total = found.sum(dim=1, keepdim=True).clamp(min=1e-30)
        return np.asarray((found / total).numpy(), dtype=np.float32)

    def _batches(self) -> Iterator[Batch]:
        epoch = self.sampler.steps_an_epoch
        for step in range(self.settings.steps):
            warm = min(1.0, (step + 1) / min(self.settings.warm_epochs * epoch, self.settings.steps / 10))
            rate = self.settings.rate * warm * (1 + cos(pi * step / self.settings.steps)) / 2
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            yield self.sampler.batch(step)

    def _loss(self, batch: Batch) -> "Tensor":
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

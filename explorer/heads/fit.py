"""The training loop: steps of an optimiser, for so many epochs, or until a held-out score gets no better.

`descend` takes the steps. `train_epochs` repeats them over the data a fixed number of times, `fit` looks at a held-out
score between them, stops early, and keeps a checkpoint to go on from and a curve on disk.
"""

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import ModelError
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name, home
from explorer.base.torch_device import one_thread

if TYPE_CHECKING:
    import torch

Batch = TypeVar("Batch")
NO_NUMBER = (
    "The training stopped at step {step}: the loss is {value} and no number any more. Nothing was kept of it. Take a "
    "smaller learning rate (it was {rate:g}), or look for vectors without a direction."
)
CHECKPOINT, CURVE, RUN = "checkpoint.pt", "curve.jsonl", "run.json"


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """AdamW for `steps` steps at most; stops when `patience` looks, one each `every` steps, brought nothing better.

    Better: by more than `least`.
    """

    steps: int = 2000
    rate: float = 1e-3
    weight_decay: float = 1e-4
    every: int = 50
    patience: int = 10
    least: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Fitted:
    """How a fit ended: steps done, the step and the held-out score of the weights that were kept."""

    steps: int
    best_step: int
    best_score: float


def training_folder(name: str) -> Path:
    """Where the fit called `name` keeps its checkpoint and curve."""
    return home() / "training" / check_name(name)


def descend(
    optimizer: "torch.optim.Optimizer", batches: Iterable[Batch], loss: Callable[[Batch], "torch.Tensor"]
) -> Iterator["torch.Tensor"]:
    """One step of the optimiser for each batch; gives the batch's loss, without its graph, after the step is done."""
    for batch in batches:
        value = loss(batch)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield value.detach()


def shuffled(count: int, size: int, rng: np.random.Generator) -> list[Rows]:
    """The numbers from 0 to count - 1 in random order, in batches of `size`; the last one may be shorter."""
    return np.split(rng.permutation(count), range(size, count, size))


@one_thread()
def train_epochs(
    optimizer: "torch.optim.Optimizer",
    batches: Callable[[], Iterable[Batch]],
    loss: Callable[[Batch], "torch.Tensor"],
    epochs: int,
    *,
    what: str = "training",
    progress: Progress | None = None,
) -> None:
    """Go `epochs` times over the data, in place; the last weights are kept.

    batches: those of an epoch, asked for when it begins. loss: the loss tensor of a batch. what: names the work for
    `progress`, which is told after every epoch. Runs on one core, as `fit` does.
    """
    progress = progress or Silent()
    progress.start(what, epochs)
    for epoch in range(epochs):
        for _ in descend(optimizer, batches(), loss):
            pass
        progress.advance(epoch + 1)
    progress.finish()


@one_thread()
def fit(
    module: "torch.nn.Module",
    loss: Callable[[np.random.Generator], "torch.Tensor"],
    score: Callable[[], float],
    folder: Path,
    settings: FitSettings,
    *,
    progress: Progress,
    key: str = "",
) -> Fitted:
    """Train `module` in place and leave it with the weights of the best held-out score.

    loss: the loss tensor of a step, from the step's own random generator, so that a resumed fit goes on as it would
    have. score: the held-out score of `module` as it is, higher is better. folder: keeps checkpoint.pt, curve.jsonl
    (step, loss, score) and run.json; a stopped fit goes on from there, a finished one or one with another `key` (data)
    or other settings starts anew. ModelError when the loss is no number any more; the module then has the best weights.
    Runs on one core: several wait for each other longer than so small a network takes.
    """
    import torch

    run = _Run(module, folder, settings, key)
    progress.start("training", settings.steps)
    for value in descend(run.optimizer, run.generators(), loss):
        run.step += 1
        if not math.isfinite(float(value)):
            run.close()
            raise ModelError(NO_NUMBER.format(step=run.step, value=float(value), rate=settings.rate))
        progress.advance(run.step)
        if run.step % settings.every == 0 or run.step == settings.steps:
            module.eval()
            with torch.inference_mode():
                run.look(float(value), score())
    run.close()
    progress.finish()
    return Fitted(run.step, run.best_step, run.best_score)


class _Run:
    """What a checkpoint holds, and when to stop."""

    def __init__(self, module: "torch.nn.Module", folder: Path, settings: FitSettings, key: str) -> None:
        import torch

        self.module, self.folder, self.settings = module, folder, settings
        parameters = [p for p in module.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.weight_decay)
        self.step, self.best_step, self.best_score = 0, 0, -float("inf")
        self.best = _copy(module)
        folder.mkdir(parents=True, exist_ok=True)
        self._resume(json.dumps({"key": key, "settings": asdict(settings)}, sort_keys=True))

    @property
    def finished(self) -> bool:
        waited = (self.step - self.best_step) // self.settings.every
        return self.step >= self.settings.steps or waited >= self.settings.patience

    def generators(self) -> Iterator[np.random.Generator]:
        """A random generator for each step that is left, the same one whenever that step is done."""
        while not self.finished:
            self.module.train()
            yield np.random.default_rng([self.settings.seed, self.step])

    def look(self, loss: float, score: float) -> None:
        """Note a held-out score, keep the weights when they are the best so far, write curve and checkpoint."""
        import torch

        if score > self.best_score + self.settings.least:
            self.best_step, self.best_score, self.best = self.step, score, _copy(self.module)
        with (self.folder / CURVE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.step, "loss": round(loss, 5), "score": round(score, 5)}) + "\n")
        parts = {
            "module": self.module.state_dict(),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "numbers": [self.step, self.best_step, self.best_score],
        }
        temporary = self.folder / (CHECKPOINT + ".tmp")
        torch.save(parts, temporary)
        os.replace(temporary, self.folder / CHECKPOINT)

    def close(self) -> None:
        """Put the best weights into the module; the checkpoint has served."""
        self.module.load_state_dict(self.best)
        self.module.eval()
        (self.folder / CHECKPOINT).unlink(missing_ok=True)

    def _resume(self, run: str) -> None:
        import torch

        checkpoint, stated = self.folder / CHECKPOINT, self.folder / RUN
        if checkpoint.is_file() and stated.is_file() and stated.read_text(encoding="utf-8") == run:
            parts = torch.load(checkpoint, weights_only=True)
            self.module.load_state_dict(parts["module"])
            self.optimizer.load_state_dict(parts["optimizer"])
            self.best = parts["best"]
            self.step, self.best_step, self.best_score = parts["numbers"]
            return
        checkpoint.unlink(missing_ok=True)
        (self.folder / CURVE).unlink(missing_ok=True)
        stated.write_text(run, encoding="utf-8")


def read_curve(folder: Path) -> list[dict[str, float]]:
    """The (step, loss, score) entries that a fit has written so far; a line cut by a kill is left out."""
    path = folder / CURVE
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def _copy(module: "torch.nn.Module") -> "dict[str, torch.Tensor]":
    return {name: value.detach().clone() for name, value in module.state_dict().items()}

"""Training TabSim's network on pairs of tables: the Siamese loss, RMSprop, the weights of the best held-out loss."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.features.match.tables.network import Parts, build_network, distances_between, siamese_loss
from explorer.features.match.tables.words import Grids
from explorer.heads.fit import CHECKPOINT, CURVE, NO_NUMBER, descend, shuffled

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class TableSettings:
    """RMSprop (rho 0.9) for `epochs` at most, in batches of pairs; stops after `patience` epochs without a better loss.

    held: share of the pairs, the last of them, that choose the weights.
    """

    rate: float = 1e-3
    batch: int = 32
    epochs: int = 30
    patience: int = 8
    held: float = 0.25
    seed: int = 0
    parts: Parts = field(default_factory=Parts)


@dataclass(frozen=True)
class Lessons:
    """Pairs to learn from. tables: n grids. vectors: (v + 1, 200) of words. left, right: (p,) tables; same: (p,)."""

    tables: Grids
    vectors: Floats
    left: Rows
    right: Rows
    same: Mask

    def stamp(self) -> str:
        """A short hash of all of it."""
        digest = blake2b(digest_size=12)
        for one in (self.tables.captions, self.tables.cells, self.vectors, self.left, self.right, self.same):
            digest.update(np.ascontiguousarray(one).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Trained:
    """A network with the weights of its best epoch. epochs: done. best: the epoch of the weights; loss: held-out."""

    network: "torch.nn.Module"
    epochs: int
    best: int
    loss: float


@one_thread()
def train_tables(lessons: Lessons, settings: TableSettings, folder: Path, *, progress: Progress) -> Trained:
    """Train on all pairs but the last `held` of them, which choose the epoch that is kept.

    folder: keeps a checkpoint after every epoch; a stopped run of the same pairs and settings goes on from there.
    InputError without a pair of each kind in both shares; ModelError when the loss is no number any more.
    """
    count = len(lessons.left) - round(settings.held * len(lessons.left))
    for name, part in (("to learn from", lessons.same[:count]), ("held out", lessons.same[count:])):
        if part.all() or not part.any():
            raise InputError(
                f"Expected pairs of tables that are alike and pairs that are not among the {len(part)} {name}, got "
                f"one kind alone. Give more pairs, or put them in another order."
            )
    run = _Run(lessons, settings, folder)
    progress.start("training on pairs of tables", settings.epochs)
    while not run.finished:
        run.epoch(count)
        progress.advance(run.done)
    progress.finish()
    return run.close()


def pair_distances(network: "torch.nn.Module", lessons: Lessons, places: Rows) -> Floats:
    """(k,) distances of some of the pairs."""
    import torch

    network.eval()
    with torch.inference_mode():
        blocks = [places[start : start + 64] for start in range(0, len(places), 64)]
        found = [_distances(network, lessons, block).numpy() for block in blocks]
    return np.concatenate(found) if found else np.empty(0, np.float32)


def _distances(network: "torch.nn.Module", lessons: Lessons, places: Rows) -> "torch.Tensor":
    """(b,) distances of pairs; a table that stands in several is read once."""
    import torch

    ends = np.concatenate([lessons.left[places], lessons.right[places]])
    tables, where = np.unique(ends, return_inverse=True)
    chosen = lessons.tables.take(tables)
    rows = network(torch.from_numpy(chosen.captions), torch.from_numpy(chosen.cells))[0]
    found = torch.from_numpy(where)
    return distances_between(rows[found[: len(places)]], rows[found[len(places) :]])


class _Run:
    """What a checkpoint holds, and when to stop."""

    def __init__(self, lessons: Lessons, settings: TableSettings, folder: Path) -> None:
        import torch

        self.lessons, self.settings, self.folder = lessons, settings, folder
        self.network = build_network(lessons.vectors, settings.seed, settings.parts)
        self.optimizer = torch.optim.RMSprop(self.network.parameters(), lr=settings.rate, alpha=0.9, eps=1e-7)
        self.done, self.best, self.loss = 0, 0, math.inf
        self.kept = _copy(self.network)
        folder.mkdir(parents=True, exist_ok=True)
        self.key = json.dumps({"pairs": lessons.stamp(), "settings": asdict(settings)}, sort_keys=True)
        self._resume()

    @property
    def finished(self) -> bool:
        return self.done >= self.settings.epochs or self.done - self.best >= self.settings.patience

    def epoch(self, count: int) -> None:
        """Go once over the first `count` pairs, look at the others, keep the weights where they are the best."""
        import torch

        torch.manual_seed(self.settings.seed + 1000 * (self.done + 1))  # dropout of a run that goes on is alike
        self.network.train()
        losses = [float(value) for value in descend(self.optimizer, self._batches(count), self._loss)]
        self.done += 1
        held = np.arange(count, len(self.lessons.left))
        distances = torch.from_numpy(pair_distances(self.network, self.lessons, held))
        loss = float(siamese_loss(distances, self._dissimilar(held)))
        if not math.isfinite(loss):
            raise ModelError(NO_NUMBER.format(step=self.done, value=loss, rate=self.settings.rate))
        if loss < self.loss:
            self.best, self.loss, self.kept = self.done, loss, _copy(self.network)
        self._write(float(np.mean(losses)), loss)

    def close(self) -> Trained:
        """The network with its best weights; the checkpoint has served."""
        self.network.load_state_dict(self.kept)
        self.network.eval()
        (self.folder / CHECKPOINT).unlink(missing_ok=True)
        return Trained(self.network, self.done, self.best, self.loss)

    def _batches(self, count: int) -> Iterator[Rows]:
        rng = np.random.default_rng([self.settings.seed, self.done])
        return (batch for batch in shuffled(count, self.settings.batch, rng) if len(batch) > 1)

    def _loss(self, places: Rows) -> "torch.Tensor":
        return siamese_loss(_distances(self.network, self.lessons, places), self._dissimilar(places))

    def _dissimilar(self, places: Rows) -> "torch.Tensor":
        import torch

        return torch.from_numpy(np.asarray(~self.lessons.same[places], np.float32))

    def _write(self, loss: float, held: float) -> None:
        import torch

        with (self.folder / CURVE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.done, "loss": round(loss, 5), "score": round(-held, 5)}) + "\n")
        parts = {
            "key": self.key,
            "network": self.network.state_dict(),
            "kept": self.kept,
            "optimizer": self.optimizer.state_dict(),
            "numbers": [self.done, self.best, self.loss],
        }
        temporary = self.folder / (CHECKPOINT + ".tmp")
        torch.save(parts, temporary)
        os.replace(temporary, self.folder / CHECKPOINT)

    def _resume(self) -> None:
        import torch

        checkpoint = self.folder / CHECKPOINT
        if checkpoint.is_file():
            parts = torch.load(checkpoint, weights_only=True)
            if parts.get("key") == self.key:
                self.network.load_state_dict(parts["network"])
                self.optimizer.load_state_dict(parts["optimizer"])
                self.kept = parts["kept"]
                self.done, self.best, self.loss = parts["numbers"]
                return
            checkpoint.unlink()
        (self.folder / CURVE).unlink(missing_ok=True)


def _copy(network: "torch.nn.Module") -> "dict[str, torch.Tensor]":
    return {name: value.detach().clone() for name, value in network.state_dict().items()}

"""The training loop: stages, averaged weights, checkpoints that a stopped run goes on from."""

import copy
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.progress import Progress
from recipes.pocket.batches import Batch, BatchMaker, ahead
from recipes.pocket.student import WEIGHTS, Lesson, Network, batch_losses

if TYPE_CHECKING:
    import torch

_CHECKPOINT_STEPS, _LOG_STEPS = 100, 50
_WARM_UP, _DECAY, _CLIP = 60, 0.05, 5.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Some steps at one image side; the learning rate falls from `rate` to `rate` * `last` along a cosine.

    views, scenes: how many made views of photos and how many scenes are in a batch. resting: stem and first block are
    as they were on average when the stage began and learn no more, which saves a third of a step's work.
    """

    steps: int
    side: int
    rate: float
    last: float
    views: int = 80
    scenes: int = 24
    resting: bool = False


@dataclass
class State:
    """What a checkpoint holds: the student, its running average, the optimiser, and the number of steps done."""

    student: Network
    average: Network
    optimizer: "torch.optim.Optimizer"
    step: int = 0
    rests: bool = False


def new_state(student: Network) -> State:
    """A fresh state around `student`: AdamW, weight decay on matrices only."""
    import torch

    matrices = [p for p in student.parameters() if p.ndim > 1]
    others = [p for p in student.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
    return State(student, copy.deepcopy(student), torch.optim.AdamW(groups, fused=True))


def train(
    state: State, maker: BatchMaker, lesson: Lesson, stages: list[Stage], *, folder: Path, seed: int, progress: Progress
) -> None:
    """Run the stages from `state.step` on; checkpoint.pt and log.jsonl in `folder` are kept up to date."""
    total = sum(stage.steps for stage in stages)
    progress.start("training", total)
    for batch in ahead(_scheduled(maker, stages), state.step, total):
        stage, fraction = position(stages, state.step)
        _set_rate(state.optimizer, learning_rate(stage, fraction, state.step))
        state.student.train()
        if stage.resting:
            rest(state)
        found = _step(state, batch, lesson, np.random.default_rng([seed, 2, state.step]))
        state.step += 1
        progress.advance(state.step)
        if state.step % _LOG_STEPS == 0:
            _log(folder, state.step, stage, found)
        if state.step % _CHECKPOINT_STEPS == 0 or state.step == total:
            save_checkpoint(state, folder / "checkpoint.pt")
    progress.finish()


def position(stages: list[Stage], step: int) -> tuple[Stage, float]:
    """The stage that `step` belongs to, and how much of it is done (0 to 1)."""
    for stage in stages:
        if step < stage.steps:
            return stage, step / stage.steps
        step -= stage.steps
    return stages[-1], 1.0


def learning_rate(stage: Stage, fraction: float, step: int) -> float:
    """Cosine from the stage's rate to its last share of it, after a linear warm-up at the very start."""
    shape = stage.last + (1 - stage.last) * 0.5 * (1 + np.cos(np.pi * fraction))
    return float(stage.rate * shape * min(1.0, (step + 1) / _WARM_UP))


def _scheduled(maker: BatchMaker, stages: list[Stage]) -> Callable[[int], Batch]:
    def make(step: int) -> Batch:
        stage, _ = position(stages, step)
        return maker(step, stage.side, stage.views, stage.scenes)

    return make


def _set_rate(optimizer: "torch.optim.Optimizer", rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _step(state: State, batch: Batch, lesson: Lesson, rng: np.random.Generator) -> dict[str, float]:
    import torch

    found = batch_losses(state.student, batch, lesson, rng)
    loss = torch.stack([WEIGHTS[name] * value for name, value in found.items()]).sum()
    state.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(state.student.parameters(), _CLIP)
    state.optimizer.step()
    _average(state)
    return {name: float(value.detach()) for name, value in found.items()}


def rest(state: State) -> None:
    """Let the student's stem and first block be those of the average, and learn no more."""
    for own, mean in zip(_early(state.student), _early(state.average), strict=True):
        if not state.rests:
            own.load_state_dict(mean.state_dict())
            own.requires_grad_(False)
        own.eval()
    state.rests = True


def _early(student: Network) -> tuple[Network, ...]:
    trunk = student.tower.trunk
    return trunk.conv1, trunk.bn1, trunk.layer1


def _average(state: State) -> None:
    """Move the averaged weights towards the student's; the memory grows to 500 steps."""
    import torch

    keep = min(0.998, (1 + state.step) / (10 + state.step))
    pairs = zip(state.average.state_dict().values(), state.student.state_dict().values(), strict=True)
    with torch.no_grad():
        for mean, value in pairs:
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - keep)
            else:
                mean.copy_(value)


def save_checkpoint(state: State, path: Path) -> None:
    """Write the state to `path` in one go."""
    import torch

    parts = {
        "student": state.student.state_dict(),
        "average": state.average.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "step": state.step,
    }
    temporary = path.with_name(path.name + ".tmp")
    torch.save(parts, temporary)
    os.replace(temporary, path)


def load_checkpoint(state: State, path: Path) -> None:
    """Fill `state` from `path`; nothing happens when there is no such file."""
    import torch

    if not path.is_file():
        return
    parts = torch.load(path, weights_only=True, map_location=next(state.student.parameters()).device)
    state.student.load_state_dict(parts["student"])
    state.average.load_state_dict(parts["average"])
    state.optimizer.load_state_dict(parts["optimizer"])
    state.step = int(parts["step"])


def _log(folder: Path, step: int, stage: Stage, found: dict[str, float]) -> None:
    entry = {"step": step, "side": stage.side, "time": round(time.time()), **{k: round(v, 4) for k, v in found.items()}}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")

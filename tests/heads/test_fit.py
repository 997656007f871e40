"""The training loop: it learns, stops early with its best weights, and goes on where it was stopped."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.heads.fit import CHECKPOINT, FitSettings, descend, fit, read_curve, shuffled, train_epochs

TARGET = torch.tensor([[1.0, -2.0, 0.5]])


class StopAt(Silent):
    def __init__(self, step: int) -> None:
        self.step = step

    def advance(self, done: int) -> None:
        if done == self.step:
            raise Cancelled("stopped")


def new_module() -> torch.nn.Linear:
    torch.manual_seed(0)
    return torch.nn.Linear(3, 1, bias=False)


def run(module: torch.nn.Linear, folder: Path, progress: Silent, steps: int = 300, key: str = "data"):  # type: ignore[no-untyped-def]
    def loss(rng: np.random.Generator) -> torch.Tensor:
        x = torch.from_numpy(rng.normal(size=(16, 3)).astype(np.float32))
        found: torch.Tensor = (module(x) - x @ TARGET.T).square().mean()
        return found

    def score() -> float:
        return -float((module.weight - TARGET).square().sum())

    return fit(
        module,
        loss,
        score,
        folder,
        FitSettings(steps=steps, rate=2e-2, weight_decay=0.0, every=10),
        progress=progress,
        key=key,
    )


def test_it_learns(tmp_path: Path) -> None:
    module = new_module()
    fitted = run(module, tmp_path, Silent())
    assert fitted.best_score > -1e-3
    assert torch.allclose(module.weight, TARGET, atol=0.05)
    assert [entry["step"] for entry in read_curve(tmp_path)] == list(range(10, fitted.steps + 1, 10))


def test_a_stopped_fit_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole, stopped = new_module(), new_module()
    run(whole, tmp_path / "whole", Silent())
    with pytest.raises(Cancelled):
        run(stopped, tmp_path / "stopped", StopAt(155))
    again = new_module()
    run(again, tmp_path / "stopped", Silent())
    assert torch.equal(again.weight, whole.weight)
    assert read_curve(tmp_path / "stopped") == read_curve(tmp_path / "whole")


def test_other_data_starts_anew(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(new_module(), tmp_path, StopAt(155))
    run(new_module(), tmp_path, Silent(), key="other data")
    assert [entry["step"] for entry in read_curve(tmp_path)][0] == 10
    assert not (tmp_path / CHECKPOINT).exists()


def test_it_stops_early_and_keeps_the_best(tmp_path: Path) -> None:
    module = new_module()
    scores = iter([0.1, 0.9, *[0.2] * 50])
    kept: list[torch.Tensor] = []

    def score() -> float:
        kept.append(module.weight.detach().clone())
        return next(scores)

    fitted = fit(
        module,
        lambda rng: module.weight.square().sum(),
        score,
        tmp_path,
        FitSettings(steps=1000, rate=1e-2, weight_decay=0.0, every=10, patience=5),
        progress=Silent(),
    )
    assert (fitted.steps, fitted.best_step, fitted.best_score) == (70, 20, 0.9)
    assert torch.equal(module.weight, kept[1])


def test_a_line_cut_by_a_kill_is_left_out(tmp_path: Path) -> None:
    entry = {"step": 1, "loss": 0.5, "score": 0.1}
    (tmp_path / "curve.jsonl").write_text(json.dumps(entry) + '\n{"step": 2, "lo')
    assert read_curve(tmp_path) == [entry]


@pytest.mark.parametrize(("count", "size"), [(10, 3), (9, 3), (2, 5), (5, 5)])
def test_batches_hold_every_item_once_and_are_those_of_torch(count: int, size: int) -> None:
    batches = shuffled(count, size, np.random.default_rng(4))
    order = torch.from_numpy(np.random.default_rng(4).permutation(count))
    assert [batch.tolist() for batch in batches] == [part.tolist() for part in torch.split(order, size)]
    assert sorted(np.concatenate(batches)) == list(range(count))


def test_each_batch_is_one_step_of_the_optimiser() -> None:
    weight = torch.nn.Parameter(torch.tensor(4.0))
    steps = descend(torch.optim.SGD([weight], lr=0.25), [1.0, 2.0], lambda target: (weight - target).square())
    assert (next(steps).item(), weight.item()) == (9.0, 2.5)  # the loss before the step, the weight after it
    assert (next(steps).item(), weight.item()) == (0.25, 2.25)
    assert next(steps, None) is None


def test_epochs_go_over_the_data_and_tell_progress() -> None:
    class Told(Silent):
        def __init__(self) -> None:
            self.calls: list[object] = []

        def start(self, what: str, total: int) -> None:
            self.calls.append((what, total))

        def advance(self, done: int) -> None:
            self.calls.append(done)

        def finish(self) -> None:
            self.calls.append("finished")

    weight, told, seen = torch.nn.Parameter(torch.tensor(1.0)), Told(), []

    def loss(batch: int) -> torch.Tensor:
        seen.append(batch)
        return weight.square()

    def batches() -> list[int]:
        return [len(seen), -1]

    optimizer = torch.optim.SGD([weight], lr=0.25)
    train_epochs(optimizer, batches, loss, 2, what="counting", progress=told)
    assert seen == [0, -1, 2, -1]  # batches are asked for anew for each epoch
    assert told.calls == [("counting", 2), 1, 2, "finished"]
    assert weight.item() == 0.5**4

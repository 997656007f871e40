"""Places fitted to 283,770 odd ones out about 1,854 items, with answers held out, against the limit of 60 s on 2 cores.

300 simulated people choose by the products of 30 sparse, positive features of the items, with noise, as the published
models of such answers do (SPoSE). Reading the answers from a store of that size is part of it, as in `explorer
judgments fit`; index and map of the workspace come after it. Beside it, as a measure of the machine: the time of plain
steps down the slope, on rows of places for each answer; the fit's own steps must take less.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.progress import Silent
from explorer.features.judgments.agreement.judged import read_judged
from explorer.features.judgments.learning.items import Problem
from explorer.features.judgments.learning.placing import Placed, fit_places
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared

RESULT = Path(__file__).parent / "results" / "fit.json"
MUST_FIT_S = 60
ITEMS, ANSWERS, PEOPLE, FEATURES, DIM, STEPS = 1_854, 283_770, 300, 30, 4, 10


def answered(answers: int, rng: np.random.Generator) -> Rows:
    """(answers, 3) items of odd-one-out questions, the odd one last."""
    features = rng.gamma(0.35, size=(ITEMS, FEATURES)) * (rng.random((ITEMS, FEATURES)) < 0.4)
    rows = np.stack([rng.permutation(ITEMS)[:3] for _ in range(answers)])
    for_odd = np.stack([(features[rows[:, a]] * features[rows[:, b]]).sum(1) for a, b in ((1, 2), (0, 2), (0, 1))], 1)
    odd = (for_odd + 0.7 * rng.gumbel(size=for_odd.shape)).argmax(1)
    return np.take_along_axis(rows, (odd[:, None] + [1, 2, 3]) % 3, axis=1)


def workspace(folder: Path, answers: int) -> Opened:
    """A workspace of texts in which people have answered."""
    table = folder / "items.csv"
    table.write_text("id,text\n" + "".join(f"i{n},item {n}\n" for n in range(ITEMS)), encoding="utf-8")
    opened = open_shared(import_source(table, folder / "items").path)
    rng = np.random.default_rng(0)
    people = rng.integers(0, PEOPLE, answers)
    judgment_store(opened.workspace).add_answers(
        Answer(
            campaign="odd",
            task="odd_one_out",
            annotator=f"p{people[number]}",
            trial=f"t{number}",
            items=tuple(f"i{row}" for row in rows),
            answer=f"i{rows[2]}",
        )
        for number, rows in enumerate(answered(answers, rng).tolist())
    )
    return opened


def plain_step(places: Doubles, triplets: Rows) -> Doubles:
    """The slope of the logistic loss, answer by answer."""
    reference, near, far = (places[triplets[:, side]] for side in range(3))
    gap = ((reference - near) ** 2).sum(1) - ((reference - far) ** 2).sum(1)
    pull = (2 / (1 + np.exp(-gap)) / len(triplets))[:, None]
    slope = np.zeros_like(places)
    np.add.at(slope, triplets[:, 0], pull * (far - near))
    np.add.at(slope, triplets[:, 1], pull * (near - reference))
    np.add.at(slope, triplets[:, 2], pull * (reference - far))
    return slope


def step_seconds(opened: Opened) -> tuple[float, float]:
    """Seconds of one step, plain and as the fit takes it; both give the same slope."""
    asked = read_judged(opened, "odd").asked
    assert isinstance(asked, Choices)
    triplets = asked.triplets()
    problem = Problem(triplets, np.stack([np.ones(len(triplets)), np.zeros(len(triplets))], 1), ITEMS, "logistic")
    places = np.random.default_rng(1).normal(size=(ITEMS, DIM))
    flat = places.ravel()
    own = problem(flat)[1] - 2 * problem.pull * flat
    assert np.allclose(own, plain_step(places, triplets).ravel(), atol=1e-12)
    return _seconds(lambda: plain_step(places, triplets)), _seconds(lambda: problem(flat))


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return (time.perf_counter() - start) / STEPS


def measured(placed: Placed) -> dict[str, list[float]]:
    """Held-out scores: value, ends of the interval, answers."""
    found = placed.held_out.items()
    return {
        name: [round(v, 4) for v in (one.score.value, one.score.low, one.score.high)] + [one.answers]
        for name, one in found
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        opened = workspace(Path(folder), given.answers)
        start, cpu = time.perf_counter(), time.process_time()
        placed = fit_places(opened, "odd", dim=DIM, loss="logistic", progress=Silent())
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        plain, own = step_seconds(opened)
    result = {
        "answers": given.answers,
        "items": ITEMS,
        "fit_seconds": round(seconds, 1),
        "fit_cpu_seconds": round(cpu, 1),
        "fit_ratio": round(seconds / MUST_FIT_S, 3),
        "step_ms": round(own * 1000, 1),
        "plain_step_ms": round(plain * 1000, 1),
        "step_ratio": round(own / plain, 3),
        "held_out": measured(placed),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    reached = seconds <= MUST_FIT_S and own < plain
    result["must"] = {"fit_seconds": MUST_FIT_S, "step_ratio": 1, "reached": reached}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()

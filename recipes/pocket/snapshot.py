"""The weights of a run that is still going on, to measure them: python -m recipes.pocket.snapshot RUN WEIGHTS.

RUN is the folder that `explorer train pocket --out` writes into; WEIGHTS gets pocket.safetensors and pocket.json of the
averaged weights in its checkpoint, the last layer as trained, not yet fitted again.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from explorer.base.errors import InputError
from recipes.pocket.loop import load_checkpoint, new_state
from recipes.pocket.recipe import Recipe, export
from recipes.pocket.student import build_student


def snapshot(run: Path, weights: Path) -> int:
    """Write the averaged weights of the checkpoint in `run` into `weights`; return its step. InputError without one."""
    checkpoint = run / "checkpoint.pt"
    if not checkpoint.is_file():
        raise InputError(f"Expected the folder of a run of explorer train pocket; {checkpoint} does not exist.")
    state = new_state(build_student())
    load_checkpoint(state, checkpoint)
    weights.mkdir(parents=True, exist_ok=True)
    export(state.average.tower.eval(), weights, Recipe(), {})
    return state.step


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: write the weights and say of which step they are."""
    parser = argparse.ArgumentParser(prog="python -m recipes.pocket.snapshot", description=__doc__)
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("weights", type=Path, help="folder that the weights are written into")
    given = parser.parse_args(arguments)
    step = snapshot(given.run, given.weights)
    print(f"Step {step:,}: {given.weights}. Measure it: explorer eval photos FOLDER --model pocket:{given.weights}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        raise SystemExit(str(error)) from error

"""Trying seeds one after the other, each in a folder of its own."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

SHOWN_EVERY = 100


def try_seeds(fault_of: Callable[[int, Path], str], count: int, first: int) -> int:
    """Try `count` seeds from `first` on; print each fault; 1 when there is any.

    fault_of: what is wrong with what a seed gives, "" when nothing is; it may write into the folder.
    """
    faults = 0
    for seed in range(first, first + count):
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        fault = fault_of(seed, folder)
        if fault:
            faults += 1
            print(f"seed {seed}: {fault}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        if (seed - first + 1) % SHOWN_EVERY == 0:
            print(f"{seed - first + 1:,} tried, {faults} faults", flush=True)
    return int(faults > 0)

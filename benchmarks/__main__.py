"""Run all benchmarks, or those named (`explorer bench index map`); results go to benchmarks/results/.

Options after the names go to the benchmark: `explorer bench annotate --seconds 20`.
"""

import subprocess
import sys
from pathlib import Path

from explorer.base.errors import InputError

FOLDER = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run each in a process of its own, one after the other; 1 when any of them missed a limit."""
    first = next((place for place, name in enumerate(names) if name.startswith("-")), len(names))
    names, options = names[:first], names[first:]
    scripts = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    unknown = [name for name in names if name not in scripts]
    if unknown:
        raise InputError(f"Benchmarks: expected some of {', '.join(scripts)}; got {', '.join(unknown)}.")
    missed = []
    for name in names or scripts:
        print(f"== {name}", flush=True)
        if subprocess.run(
            [sys.executable, "-m", f"benchmarks.{scripts[name].stem}", *options], cwd=FOLDER.parent
        ).returncode:
            missed.append(name)
    print(f"Missed: {', '.join(missed)}" if missed else "All limits were kept.")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

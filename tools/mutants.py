"""Plant small faults one by one and see whether the tests notice: `python tools/mutants.py [WORD...]`.

The faults stand in tools/mutants.toml. Only those with one of the words in file or reason are tried, all without words.
Each is planted in a copy of the working tree, never in the tree itself. Ends with 1 when fewer than 90 % are noticed,
when a fault cannot be planted any more, or when the tests fail without any.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_suffix(".toml")
WANTED, WORKERS, PATIENCE = 0.9, 2, 600
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", "--hypothesis-profile=ci")
KILLED, SURVIVED, INVALID, NO_TESTS = "killed", "SURVIVED", "invalid", 5
"""What became of a mutant; pytest's code where it found no test."""


@dataclass(frozen=True)
class Mutant:
    """A fault: in `file`, `find` (once in it) becomes `replace`; `why` it matters; the `tests` that should notice."""

    file: str
    find: str
    replace: str
    why: str
    tests: tuple[str, ...]

    def planted(self, source: str) -> str | None:
        """The `source` of the file with the fault; None where it does not fit, or is no Python any more."""
        if source.count(self.find) != 1:
            return None
        faulty = source.replace(self.find, self.replace)
        try:
            compile(faulty, self.file, "exec")
        except SyntaxError:
            return None
        return None if faulty == source else faulty


def read_mutants(path: Path = LIST) -> list[Mutant]:
    """All faults of the list."""
    stated = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**one | {"tests": tuple(one["tests"])}) for one in stated]


def chosen(mutants: Iterable[Mutant], words: list[str]) -> list[Mutant]:
    """The faults with one of the `words` in their file or reason; all without words."""
    return [one for one in mutants if not words or any(word in f"{one.file} {one.why}" for word in words)]


@contextmanager
def copied_tree() -> Iterator[Path]:
    """A temporary copy of all files that git tracks or does not ignore, without any compiled ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    with TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "tree"
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        _check_imports(copy)
        yield copy


def _check_imports(copy: Path) -> None:
    """End with a message unless `import explorer` in the copy means the copy's own files."""
    told = _python(copy, "-c", "import explorer; print(explorer.__file__)")
    if not told.stdout.strip().startswith(str(copy)):
        sys.exit(f"The copy imports {told.stdout.strip() or told.stderr.strip()}, not its own explorer.")


def _python(copy: Path, *arguments: str, patience: float | None = PATIENCE) -> "subprocess.CompletedProcess[str]":
    """Run Python in `copy`, whose modules come before those that are installed."""
    paths = os.pathsep.join(filter(None, (str(copy), os.environ.get("PYTHONPATH", ""))))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=patience,
    )


def verdict(mutant: Mutant, copy: Path) -> str:
    """Plant the fault in `copy`, run its tests, take it out again; say what became of it."""
    path = copy / mutant.file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    faulty = mutant.planted(source)
    if faulty is None:
        return INVALID
    try:
        _write(path, faulty)
        code = _python(copy, *PYTEST, *mutant.tests).returncode
    except subprocess.TimeoutExpired:  # a fault that makes a loop endless is noticed
        return KILLED
    finally:
        _write(path, source)
    return SURVIVED if code == 0 else INVALID if code >= NO_TESTS - 1 else KILLED


def _write(path: Path, source: str) -> None:
    """Write a module; a compiled one of the same second and size would hide the change."""
    path.write_text(source, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def try_all(mutants: list[Mutant], copies: list[Path]) -> Counter[str]:
    """Print a line for each mutant, in the order in which they are done; how many had each fate."""
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one(mutant: Mutant) -> str:
        copy, began = free.get(), time.monotonic()
        try:
            found = verdict(mutant, copy)
        finally:
            free.put(copy)
        print(f"{found:<9} {time.monotonic() - began:4.0f} s  {mutant.file}: {mutant.why}", flush=True)
        return found

    with ThreadPoolExecutor(len(copies)) as pool:
        return Counter(pool.map(one, mutants))


def check_tests(mutants: list[Mutant], copy: Path) -> bool:
    """True when all tests of the mutants pass without a fault; prints what pytest says otherwise."""
    tests = sorted({test for one in mutants for test in one.tests})
    files = [one for one in tests if "::" not in one or one.split("::")[0] not in tests]
    print(f"Running {len(files)} files of tests without a fault.", flush=True)
    told = _python(copy, *PYTEST, *files, patience=None)
    if told.returncode:
        print(told.stdout[-5000:])
    return told.returncode == 0


def summary(fates: Counter[str]) -> tuple[str, bool]:
    """A sentence with the kill rate, and whether all is well."""
    tried = fates[KILLED] + fates[SURVIVED]
    rate = fates[KILLED] / tried if tried else 0.0
    text = f"{fates[KILLED]} of {tried} mutants killed: {100 * rate:.1f} % (wanted: {100 * WANTED:.0f} %)."
    if fates[INVALID]:
        text += f" {fates[INVALID]} do not fit the code or their tests any more."
    return text, rate >= WANTED and not fates[INVALID]


def main(arguments: list[str]) -> int:
    """Try the mutants that were asked for; 0 when enough are killed."""
    asked = argparse.ArgumentParser(prog="mutants.py", description="Plant small faults; do the tests notice?")
    asked.add_argument("words", nargs="*", help="parts of file names or of reasons; all mutants without any")
    asked.add_argument("--workers", type=int, default=WORKERS, choices=(1, 2), help="mutants tried at a time")
    asked.add_argument("--unchecked", action="store_true", help="do not run the tests without a fault first")
    options = asked.parse_args(arguments)
    mutants = chosen(read_mutants(), options.words)
    if not mutants:
        print("No mutant has one of these words in its file or reason.")
        return 1
    with copied_tree() as first, copied_tree() as second:
        if not options.unchecked and not check_tests(mutants, first):
            print("These tests fail without a fault: mend them first.")
            return 1
        text, well = summary(try_all(mutants, [first, second][: options.workers]))
    print(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

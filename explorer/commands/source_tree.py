"""What stands in the source tree and not in the installed package: recipes of the shipped weights, and benchmarks."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from explorer.base.errors import InputError
from explorer.base.shipped import TREE

__all__ = ["RESULTS", "TREE", "benchmarks", "recipe"]

RESULTS = TREE / "benchmarks" / "results"


def recipe(name: str) -> ModuleType:
    """The module `recipes.<name>`; InputError when this is an installed package without the source tree."""
    if not (TREE / "recipes").is_dir():
        raise InputError(f"The recipes are part of the source tree; there is no folder {TREE / 'recipes'}.")
    if str(TREE) not in sys.path:
        sys.path.insert(0, str(TREE))
    return import_module(f"recipes.{name}")


def benchmarks() -> Path:
    """The script that runs the benchmarks; InputError when this is an installed package without the source tree."""
    script = TREE / "benchmarks" / "__main__.py"
    if not script.is_file():
        raise InputError(f"The benchmarks are part of the source tree; there is no {script}.")
    return script

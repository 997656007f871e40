"""A pairwise scorer of your own: a Python function in a file below the data root, on the command line alone.

The file is run as it is, with all that whoever types the command may do. No page names one, and no job that a page
started takes one.
"""

import importlib.util
import os
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.dataset import PATH, TEXT
from explorer.base.errors import InputError, Refused
from explorer.base.settings import ACTOR, DATA_ROOT, data_root
from explorer.features.lab.scorers.pairs import Scorer, Scores
from explorer.io.paths import resolve_below
from explorer.workspace.opened import Opened

SEPARATOR = ":"
EXPECTED = "Expected FILE.py:FUNCTION, such as scorers/mine.py:score"


@dataclass(frozen=True)
class Item:
    """What a function is called with, twice: first the question, then the item.

    image: file of its picture, None without one. text: "" without one. attributes: its cells by column. vector: (d,)
    under the chosen model, None without one.
    """

    id: str
    text: str
    image: Path | None
    attributes: Mapping[str, Any]
    vector: Floats | None


Function = Callable[[Item, Item], object]


def is_own(name: str) -> bool:
    """Whether the name of a scorer means a function in a file."""
    return SEPARATOR in name


def own_scorer(name: str) -> Scorer:
    """The scorer of `FILE.py:FUNCTION`. Refused for work that a page started.

    InputError when there is no data root, the file does not lie below it, cannot be run or has no such function.
    """
    if os.environ.get(ACTOR):
        raise Refused("A scorer in a file is run on the command line alone, never from a page.")
    place, _, function = name.rpartition(SEPARATOR)
    found = load_function(_file(place), function)
    label = f"{Path(place).name}:{function}"
    return Scorer(
        name="own",
        label=f"Your function {label}",
        formula=f"{function}(question, item)",
        lacks=lambda opened, spec: "",
        rows=lambda opened, spec: np.arange(len(opened.dataset), dtype=np.int64),
        make=lambda opened, spec, rows, progress: _scores(found, label, items_of(opened, spec, rows)),
    )


def load_function(file: Path, name: str) -> Function:
    """The function `name` of a Python file; InputError when the file cannot be run or has no such function."""
    spec = importlib.util.spec_from_file_location("own_scorer", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise InputError(f"There is no Python file {file}. {EXPECTED}, below the folder that {DATA_ROOT} names.")
    module: ModuleType = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(f"{file.name} cannot be run: {_told(error, file)}.") from error
    found: Function | None = getattr(module, name, None)
    if not callable(found):
        raise InputError(f"{file.name} has no function {name!r:.80}. {EXPECTED}.")
    return found


def items_of(opened: Opened, spec: str, rows: Rows) -> list[Item]:
    """The items of `rows` as a function sees them."""
    table = opened.dataset.table.take(rows)
    vectors = opened.embeddings(spec) if spec in opened.encoders else None
    found = []
    for row, cells in zip(rows, table.to_pylist(), strict=True):
        image = opened.workspace.image_path(cells[PATH]) if cells[PATH] else None
        attributes = {name: cells[name] for name in opened.dataset.attributes}
        known = vectors is not None and vectors.present[row]
        vector = np.asarray(vectors.vectors[row], dtype=np.float32) if vectors is not None and known else None
        found.append(Item(str(cells["id"]), cells[TEXT], image, attributes, vector))
    return found


def _scores(function: Function, label: str, items: list[Item]) -> Scores:
    def scores(question: int, others: Rows) -> Doubles:
        return np.array([_called(function, label, items[question], items[int(one)]) for one in others])

    return scores


def _called(function: Function, label: str, question: Item, item: Item) -> float:
    try:
        found: object = function(question, item)
    except Exception as error:
        told = _told(error, Path(function.__code__.co_filename) if hasattr(function, "__code__") else None)
        raise InputError(f"{label} failed for {question.id!r:.80} and {item.id!r:.80}: {told}.") from error
    with suppress(TypeError, ValueError):
        if isinstance(found, SupportsFloat | SupportsIndex):
            return float(found)
    raise InputError(
        f"{label} gave {_kind(found)} for {question.id!r:.80} and {item.id!r:.80}: expected it to return a number, "
        "higher for a better match."
    )


def _kind(found: object) -> str:
    return "None (is a `return` missing?)" if found is None else f"a value of type {type(found).__name__}"


def _told(error: Exception, file: Path | None) -> str:
    """Kind and message of an error, and the last line of `file` that it went through."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if file and frame.filename == str(file)
    ]
    line = lines[-1] if lines else (error.lineno if isinstance(error, SyntaxError) else None)
    message = str(error).splitlines()[0][:200] if str(error) else ""
    return f"{type(error).__name__}: {message}".rstrip(": ") + (f" (line {line})" if line else "")


def _file(place: str) -> Path:
    root = data_root()
    if root is None:
        raise InputError(f"A scorer in a file lies below the data root: say which folder that is with {DATA_ROOT}.")
    if not place.endswith(".py"):
        raise InputError(f"{EXPECTED}, below the data root {root}; got {place!r:.80}.")
    return resolve_below(root, place)

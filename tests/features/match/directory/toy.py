"""The toy directory of the official example, as a file and as a task."""

import json
from collections.abc import Sequence
from pathlib import Path

from explorer.features.match.directory.methods import DIRECTORY
from explorer.features.match.method import Task
from explorer.features.match.sides import side_of_strings

REFERENCE = json.loads((Path(__file__).parents[1] / "strings" / "linkorgs.json").read_text())
ENTRIES = [(one["alias_name"], one["canonical_id"]) for one in REFERENCE["network_directory"]]
LEFT = ["Fannie Mae", "apple", "microsoft"]
RIGHT = ["Federal National Mortgage Assoc.", "apple corp", "microsoft corp", "fannie may"]


def written(
    folder: Path, entries: Sequence[tuple[str, ...]] | None = None, head: str = "alias_name,canonical_id"
) -> Path:
    path = folder / "directory.csv"
    rows = [",".join(one) for one in (ENTRIES if entries is None else entries)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def task_of(file: Path, left: list[str] = LEFT, right: list[str] | None = RIGHT, **options: float | str | bool) -> Task:
    usual = {option.name: option.default for option in DIRECTORY.options}
    mine = side_of_strings(left, "left")
    theirs = mine if right is None else side_of_strings(right, "right")
    return Task(left=mine, right=theirs, same=right is None, options={**usual, "file": str(file), **options})

"""Folders and files called train, test and the like: which split an item belongs to."""

import re
from collections.abc import Sequence

SPLIT = "split"
WORDS = frozenset(
    ("train", "training", "trn", "test", "testing", "tst", "val", "valid", "validation", "dev", "eval", "holdout")
)


def split_of(name: str) -> str:
    """The word in a name that says which split it is of, lower-case: "train" of "train2017"; "" when there is none."""
    words = re.split(r"[^a-z]+", name.lower())
    found = [word for word in words if word in WORDS]
    return found[0] if len(set(found)) == 1 else ""


def splits_of(folders: Sequence[str]) -> dict[str, tuple[str | None, str]]:
    """For each of the distinct `folders` (such as "data/train/cat"): its split, and the folder without that part.

    Empty when no level of the folders holds two different splits. A folder outside the splits has None and stays.
    """
    parts = {folder: folder.split("/") for folder in folders}
    for level in range(max(map(len, parts.values()), default=0)):
        names = {folder: split_of(held[level]) if len(held) > level else "" for folder, held in parts.items()}
        if len(set(names.values()) - {""}) > 1:
            return {
                folder: (names[folder], "/".join(held[:level] + held[level + 1 :])) if names[folder] else (None, folder)
                for folder, held in parts.items()
            }
    return {}

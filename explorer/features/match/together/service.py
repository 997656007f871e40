"""What goes with the items of a collection: what pages and commands call."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.features.match.together.baskets import Baskets, basket_columns, read_baskets
from explorer.features.match.together.evaluate import Told, evaluate_together
from explorer.features.match.together.model import Choices, Together, choices_key, learn, load_together, save_together
from explorer.io.tables import read_table
from explorer.workspace.opened import Opened

AT_ONCE = 4_000_000
"""Bytes of a table of baskets that are learned from while the page waits: some seconds."""


@remembered(4)
def known_baskets(opened: Opened, path: Path, basket: str = "", item: str = "") -> Baskets:
    """The baskets of a table for the items of a collection; errors as of `read_baskets`."""
    return read_baskets(path, opened.dataset.ids.tolist(), basket, item)


@remembered(4)
def columns_of_baskets(
    opened: Opened, path: Path, basket: str = "", item: str = ""
) -> tuple[tuple[str, ...], tuple[str, str]]:
    """All columns of a table of baskets, and those of baskets and of things; errors as of `basket_columns`."""
    file = read_table(path)
    names = tuple(file.table.column_names)
    known = (basket if basket in names else "", item if item in names else "")
    return names, basket_columns(file, path.name, opened.dataset.ids.tolist(), *known)


def content_of(opened: Opened, spec: str) -> Floats | None:
    """(n, d) what each item looks or reads like under a model, zeros for an item without; None without vectors."""
    if spec not in opened.encoders:
        return None
    found = opened.embeddings(spec)
    vectors = widen(np.asarray(found.vectors)).astype(np.float32)
    vectors[~np.asarray(found.present)] = 0
    return vectors


def learned(
    opened: Opened, path: Path, spec: str, choices: Choices, columns: tuple[str, str] = ("", "")
) -> Together | None:
    """What was learned before from these baskets in this way, None when it was not.

    columns: of baskets and of ids, "" to guess them.
    """
    return load_together(_folder(opened, path, spec, choices, columns))


def learn_baskets(
    opened: Opened,
    path: Path,
    spec: str,
    choices: Choices,
    *,
    columns: tuple[str, str] = ("", ""),
    progress: Progress | None = None,
) -> Together:
    """Learn from the baskets of a table, and keep it in the workspace; what was learned before is taken from there.

    spec: model whose vectors tell what things without purchases are like. Errors as of `read_baskets`.
    """
    known = learned(opened, path, spec, choices, columns)
    if known is not None:
        return known
    baskets = known_baskets(opened, path, *columns)
    model = learn(baskets, choices, content_of(opened, spec), progress or Silent())
    save_together(_folder(opened, path, spec, choices, columns), model)
    return model


def measure(
    opened: Opened, path: Path, spec: str, choices: Choices, columns: tuple[str, str] = ("", ""), seed: int = 0
) -> Told:
    """How well held-out baskets are told, see `evaluate_together`."""
    return evaluate_together(known_baskets(opened, path, *columns), choices, content_of(opened, spec), seed)


def _folder(opened: Opened, path: Path, spec: str, choices: Choices, columns: tuple[str, str]) -> Path:
    """Named after all that the vectors depend on."""
    stamp = opened.workspace.embeddings_stamp(spec) if spec in opened.encoders else []
    with path.open("rb") as file:
        from hashlib import file_digest

        content = file_digest(file, sha256).hexdigest()
    key = choices_key(choices, content, *columns, opened.dataset.ids_hash, *map(str, stamp))
    return opened.workspace.folder("together", key)

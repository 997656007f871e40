"""Which columns are worth a learned aspect that nobody asked for, and the command that learns one in the background."""

import numpy as np

from explorer.base.memory import remembered
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.measured import own_trials
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

LEAST_VALUES, LEAST_ITEMS, LEAST_IN_ALL = 2, 20, 60
"""So many values with so many items each, and so many items of them in all, make a column worth it."""


@remembered(64)
def enough_to_learn(opened: Opened, spec: str, column: str) -> bool:
    """Whether a column has two values or more that twenty items with a vector have, sixty items in all."""
    codes = column_values(opened.dataset, column).codes[opened.embeddings(spec).rows]
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    large = sizes[sizes >= LEAST_ITEMS]
    return len(large) >= LEAST_VALUES and int(large.sum()) >= LEAST_IN_ALL


def to_be_learned(opened: Opened, spec: str, condition: Condition) -> bool:
    """Whether an aspect of this condition should be learned: a column with enough items and none of this state yet."""
    if condition.kind != "column":
        return False
    return enough_to_learn(opened, spec, condition.name) and not own_trials(opened, spec, condition.name)


def head_name(opened: Opened, spec: str, kind: str, column: str = "") -> str:
    """The name that a head of a workspace, encoder and column gets when nobody gives one."""
    parts = [kind, opened.name, *([column] if kind == "aspect" else []), *([spec] if spec != "pocket" else [])]
    return slug("-".join(parts).replace(" ", "_"))


def learn_command(opened: Opened, spec: str, column: str) -> list[str]:
    """Arguments of `explorer` that learn the aspect of a column while the machine serves others."""
    name = head_name(opened, spec, "aspect", column)
    where = ["train", "aspects", str(opened.path), "--column", column]
    return [*where, "--model", spec, "--name", name, "--background"]

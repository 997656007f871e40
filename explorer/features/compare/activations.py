"""What the layers of a model or network answer to items, and the items that two of them have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.base.arrays import Floats, Rows, Vectors, check_choice
from explorer.base.errors import InputError
from explorer.features.compare.checks import LEAST
from explorer.features.compare.draws import sample_rows

OUTPUT = "output"


@dataclass(frozen=True)
class Activations:
    """What the blocks of an encoder, or the layers of a network that was brought, answer to items.

    rows: (m,) row numbers, each once; -1 for what is no item any more. blocks: name to (m, channels) activations
    averaged over positions, in order; of an encoder the last is "output", the finished vectors. maps: name to
    (m, channels, height, width), of the layers whose positions were kept.
    """

    encoder: str
    rows: Rows
    blocks: Mapping[str, Vectors]
    maps: Mapping[str, Vectors] = field(default_factory=dict)

    def block(self, name: str) -> Vectors:
        """(m, channels) of one block; InputError lists the blocks when there is none of this name."""
        return self.blocks[check_choice(name, self.blocks, f"layer of {self.encoder}")]


def common_items(a: Activations, b: Activations, most: int = 0) -> tuple[Rows, Rows, Rows]:
    """Row numbers that both have, and their places in each; at most `most` of them, always the same (0: all).

    InputError when they are fewer than 10.
    """
    mine, yours = (np.flatnonzero(side.rows >= 0) for side in (a, b))
    rows, left, right = np.intersect1d(a.rows[mine], b.rows[yours], assume_unique=True, return_indices=True)
    if len(rows) < LEAST:
        raise InputError(
            f"The samples of {a.encoder} and {b.encoder} have {len(rows)} items in common; expected {LEAST} at least. "
            "Take a larger sample."
        )
    drawn = sample_rows(len(rows), most or len(rows), np.random.default_rng(0))
    return tuple(one[drawn].astype(np.int64) for one in (rows, mine[left], yours[right]))  # type: ignore[return-value]


def layer_pair(a: Activations, b: Activations, left: str, right: str, most: int = 0) -> tuple[Rows, Floats, Floats]:
    """Rows and float32 activations of two layers on the items that both have, `most` at most."""
    rows, mine, yours = common_items(a, b, most)
    x, y = a.block(left)[mine], b.block(right)[yours]
    return rows, np.asarray(x, dtype=np.float32), np.asarray(y, dtype=np.float32)

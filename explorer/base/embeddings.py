"""Vectors of a data set's items under one encoder."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.errors import WorkspaceError
from explorer.base.weights import other_weights, same_weights


@dataclass(frozen=True)
class Embeddings:
    """One row a data set item, in the data set's order.

    vectors: (n, d) float16 or float32 unit rows, usually memory-mapped; all-zero where the item has no vector.
    present: (n,) True where the item has a vector (its file could be read).
    encoder: the encoder's spec, such as "pocket" or "open_clip:ViT-B-32/openai".
    settings: what the encoder was run with.
    ids_hash: `Dataset.ids_hash` of the items.
    norms: (n,) lengths of the vectors that a user brought, before they were scaled to 1; None where they are not known.
    """

    vectors: NDArray[Any]
    present: Mask
    encoder: str
    settings: dict[str, Any]
    ids_hash: str
    norms: Doubles | None = None

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.vectors.shape[1])

    @cached_property
    def rows(self) -> Rows:
        """(m,) row numbers of the items that have a vector."""
        return np.flatnonzero(self.present)

    def check_weights(self, fingerprint: str) -> None:
        """WorkspaceError when the vectors were made by other weights than the encoder with this fingerprint has."""
        if not same_weights(self.settings.get("weights", ""), fingerprint):
            cure = (
                "Open the home page and bring the model up to date under “Models”. "
                "Until then, click on items to search."
            )
            raise WorkspaceError(other_weights("These vectors belong", self.encoder, cure))

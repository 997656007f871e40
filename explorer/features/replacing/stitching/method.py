"""What a stitch is fitted on, and networks that can be cut."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, Vectors
from explorer.base.progress import Progress, Silent
from explorer.features.replacing.method import Method
from explorer.features.replacing.stitching.affine import Affine
from explorer.heads.fit import FitSettings

if TYPE_CHECKING:
    import torch

End = Callable[["torch.Tensor"], "torch.Tensor"]
BATCH = 256


class Layered(Protocol):
    """A frozen network whose layers can be entered and left."""

    name: str

    @property
    def layers(self) -> tuple[str, ...]: ...  # noqa: D102

    def front(self, inputs: NDArray[Any], layer: str) -> Floats:
        """(n, c) or (n, c, h, w) activations after `layer`."""

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, classes) logits, or (n, d) vectors, of activations that stand in for those after `layer`."""


@dataclass(frozen=True, kw_only=True)
class TaskMatching:
    """How a stitch is trained on the cross-entropy alone, until that of held-out items falls no further.

    fit: its score is the negative cross-entropy of the share `held_out` of the items, in nats; it ends after at most
    `fit.steps` steps of `batch` items, however few items there are.
    """

    batch: int = 64
    held_out: float = 0.2
    fit: FitSettings = FitSettings(steps=3000, rate=1e-2, weight_decay=1e-5, every=20, patience=8, least=5e-3)


@dataclass(frozen=True, kw_only=True)
class Seam:
    """Where two networks are sewn together.

    source, target: (n, a, h, w) or (n, a), and (n, b, h, w) or (n, b), activations of A and of B of equal height and
    width. labels: (n,) class numbers. train: positions of the items to fit on. end: the rest of B, from its activations
    to logits. matching: settings of training on the task.
    """

    source: Floats
    target: Floats
    labels: Rows
    train: Rows
    end: End
    matching: TaskMatching = field(default_factory=TaskMatching)
    progress: Progress = field(default_factory=Silent)


@dataclass(frozen=True, kw_only=True)
class StitchMethod(Method):
    """fit: the map of A's channels to B's, from a seam."""

    fit: Callable[[Seam], Affine]
    view: str = "stitching"


def logits_of(activations: Vectors, end: End) -> Floats:
    """(n, classes) of activations, in batches."""
    import torch

    x = torch.from_numpy(np.ascontiguousarray(activations, dtype=np.float32))
    with torch.inference_mode():
        found: Floats = torch.cat([end(part).float() for part in x.split(BATCH)]).numpy()  # type: ignore[no-untyped-call]
    return found

"""What a way of training the next version of a head consists of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.features.replacing.method import Method

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class CompatSettings:
    """corners: classes that the fixed classifier has room for, so the head gives corners - 1 numbers.

    share: of the cross-entropy in the loss from the second version on; the HOC loss has the rest. sharp: its factor mu.
    scale: the logits are this times the cosines to the corners.
    """

    versions: int = 4
    corners: int = 128
    hidden: int = 256
    share: float = 0.1
    sharp: float = 10.0
    scale: float = 16.0
    rehearsal: int = 20
    epochs: int = 25
    rate: float = 1e-3
    batch: int = 128
    seed: int = 0


@dataclass(frozen=True)
class VersionBatch:
    """Some items of a version. found: (n, d) vectors that the head makes. corners: (n,) corner of each item's class.

    old: (n, d) vectors of the version before, None for the first version.
    """

    found: "torch.Tensor"
    corners: "torch.Tensor"
    old: "torch.Tensor | None"


@dataclass(frozen=True, kw_only=True)
class UpgradeMethod(Method):
    """settle: makes the classifier, a linear layer without offset, ready before a version is trained.

    loss: of a batch, from the classifier.
    """

    settle: Callable[["torch.nn.Linear", CompatSettings], None]
    loss: Callable[["torch.nn.Linear", VersionBatch, CompatSettings], "torch.Tensor"]
    view: str = "compatibility"

"""A classifier that never changes: the corners of a regular simplex, and a loss that ties new vectors to old ones.

Source: stationary representations (IAM-CL2R): fixed d-simplex classifier with a higher-order contrastive (HOC) loss.
"""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.replacing.compatibility.method import CompatSettings, UpgradeMethod, VersionBatch

if TYPE_CHECKING:
    import torch


def simplex(count: int) -> Doubles:
    """(count, count - 1) unit corners of a regular simplex: they sum to zero, each pair has the cosine -1/(count - 1).

    t = [I; ((1 - sqrt(1 + d)) / d) 1] with d = count - 1, centred, rows divided by their length.
    """
    if count < 2:
        raise InputError(f"A simplex needs at least 2 corners, got {count}.")
    d = count - 1
    corners = np.vstack([np.eye(d), np.full((1, d), (1 - np.sqrt(1 + d)) / d)])
    corners = corners - corners.mean(axis=0)
    unit: Doubles = corners / np.linalg.norm(corners, axis=1, keepdims=True)
    return unit


def corner_of(labels: Rows, count: int) -> Rows:
    """(n,) corner of each of the (n,) class numbers: class y stands at corner count - 1 - y."""
    if len(labels) and (labels.min() < 0 or labels.max() >= count):
        raise InputError(f"Expected class numbers from 0 to {count - 1}; got {labels.min()} to {labels.max()}.")
    return np.asarray(count - 1 - labels, dtype=np.int64)


def hoc_loss(new: "torch.Tensor", old: "torch.Tensor", labels: "torch.Tensor", sharp: float = 10.0) -> "torch.Tensor":
    """Higher-order contrastive loss of (n, d) new and old vectors of the same items with (n,) class numbers.

    mean_i[-mu <new_i, old_i> + logsumexp_j(mu <old_i, new_j> 1[y_i != y_j])], rows of unit length: pairs of one class
    (an item with itself too) stand in the sum with exponent 0, they are not left out.
    """
    import torch

    new, old = (torch.nn.functional.normalize(side, dim=1) for side in (new, old))
    products = sharp * old @ new.T
    others = (labels[:, None] != labels[None, :]).to(products)
    loss: torch.Tensor = (-products.diagonal() + (products * others).logsumexp(1)).mean()
    return loss


def _settle(classifier: "torch.nn.Linear", settings: CompatSettings) -> None:
    import torch

    classifier.weight.data = torch.from_numpy(simplex(settings.corners)).float()
    classifier.requires_grad_(False)


def _loss(classifier: "torch.nn.Linear", batch: VersionBatch, settings: CompatSettings) -> "torch.Tensor":
    import torch

    logits = settings.scale * classifier(torch.nn.functional.normalize(batch.found, dim=1))
    loss = torch.nn.functional.cross_entropy(logits, batch.corners)
    if batch.old is None:
        return loss
    hoc = hoc_loss(batch.found, batch.old, batch.corners, settings.sharp)
    return settings.share * loss + (1 - settings.share) * hoc


SIMPLEX = UpgradeMethod(
    name="simplex",
    label="Fixed simplex classifier + HOC loss",
    short="fixed simplex classifier and HOC loss",
    formula="0.1 cross-entropy(16 cos(z, corners), class) + 0.9 HOC(z, z of the version before)",
    source="Stationary representations (IAM-CL²R)",
    needs=("labels",),
    baseline="plain",
    trained="Adam, rate 0.001, 25 epochs a version, batches of 128, rehearsal of 20 items a class seen before",
    settle=_settle,
    loss=_loss,
)

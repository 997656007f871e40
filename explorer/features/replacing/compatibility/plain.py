"""The baseline: each version goes on from the one before, and its classifier is learned with it."""

from typing import TYPE_CHECKING

from explorer.features.replacing.compatibility.method import CompatSettings, UpgradeMethod, VersionBatch

if TYPE_CHECKING:
    import torch


def _loss(classifier: "torch.nn.Linear", batch: VersionBatch, settings: CompatSettings) -> "torch.Tensor":
    import torch

    return torch.nn.functional.cross_entropy(classifier(batch.found), batch.corners)


PLAIN = UpgradeMethod(
    name="plain",
    label="Plain: classifier learned anew",
    short="plain",
    formula="cross-entropy(W z, class), W is learned with the head",
    needs=("labels",),
    trained="Adam, rate 0.001, 25 epochs a version, batches of 128, rehearsal of 20 items a class seen before",
    settle=lambda classifier, settings: None,
    loss=_loss,
)

"""A network of which only its layers were brought, as one that can be stitched: what lies behind a layer is a probe."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.compare.contract import Activations
from explorer.features.replacing.labelled import Labelled

if TYPE_CHECKING:
    import torch


class BroughtNet:
    """Layers that were brought: inputs are row numbers of the data set.

    `end` is a linear probe of the layer that is entered, fitted on the training items: softmax regression on its
    standardised channels, averaged over positions. So the accuracy of a stitch is what the probe reads off it.
    """

    def __init__(self, found: Activations, count: int) -> None:
        """found: the layers; count: items of the data set."""
        self.name, self.found = found.encoder, found
        self._places = np.full(count, -1, dtype=np.int64)
        there = np.flatnonzero(found.rows >= 0)
        self._places[found.rows[there]] = there
        self._probes: dict[str, torch.nn.Linear] = {}
        self._task: Labelled | None = None
        self.positions = False

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self.found.blocks)

    @property
    def has(self) -> Mask:
        """(count,) True for the items that the layers have."""
        return self._places >= 0

    def keeps_positions(self, layers: "list[str] | tuple[str, ...]") -> bool:
        """Whether the positions of all these layers were kept."""
        return all(layer in self.found.maps for layer in layers)

    def front(self, inputs: NDArray[np.int64], layer: str) -> Floats:
        """(n, c, h, w) activations of the items in these rows where `positions` are wanted, else their (n, c) means."""
        check_choice(layer, self.layers, f"layer of {self.name}")
        source = self.found.maps if self.positions else self.found.blocks
        return np.asarray(source[layer][self._places[inputs]], dtype=np.float32)

    def classify(self, found: Labelled, task: str) -> None:
        """Remember what the probes are fitted on. InputError for another task than probe: no texts can be asked."""
        if task != "probe":
            raise InputError(f"{self.name} has layers alone, so it cannot classify zero-shot. Choose the linear probe.")
        self._task, self._probes = found, {}

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, classes) logits that the probe of `layer` gives for activations that stand in for it."""
        if layer not in self._probes:
            self._probes[layer] = self._probe(layer)
        logits: torch.Tensor = self._probes[layer](x.mean((2, 3)) if x.ndim == 4 else x)
        return logits

    def _probe(self, layer: str) -> "torch.nn.Linear":
        import torch

        if self._task is None:
            raise InputError(f"{self.name}: expected labels to tell apart.")
        rows: Rows = self._task.rows[self._task.train]
        means = np.asarray(self.found.blocks[layer][self._places[rows]], dtype=np.float64)
        weight, bias = softmax_probe(means, self._task.labels[self._task.train], len(self._task.classes))
        probe = torch.nn.Linear(weight.shape[1], weight.shape[0])
        probe.requires_grad_(False)
        probe.weight.copy_(torch.from_numpy(weight))
        probe.bias.copy_(torch.from_numpy(bias))
        return probe


def softmax_probe(x: NDArray[np.float64], labels: Rows, classes: int) -> tuple[Floats, Floats]:
    """(classes, d) weights and (classes,) offsets of a softmax regression on standardised (n, d) features.

    They take x as it is: the standardising is worked into them.
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = x.mean(axis=0), x.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=1.0, max_iter=500).fit((x - mean) / scale, labels)
    weight, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if classes == 2:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    weight = weight / scale
    return weight.astype(np.float32), (bias - weight @ mean).astype(np.float32)

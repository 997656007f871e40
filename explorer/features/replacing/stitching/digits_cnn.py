"""A small convolutional network on scikit-learn's scans of digits: the guided example of the stitching lab."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.heads.fit import train_epochs
from explorer.heads.head import SHIPPED as HEADS
from explorer.heads.head import WEIGHTS, Head, read_head_folder

if TYPE_CHECKING:
    import torch

CHANNELS = (6, 16, 32, 32, 32)
LAYERS = tuple(f"layer {i + 1}" for i in range(len(CHANNELS)))
KIND, NAME = "digits-cnn", "digits-cnn-{seed}"
SEEDS = (1, 2)
TRAINED_ON, TEST, BATCH = 1297, 500, 64
CARD = """# A small network on digits, seed {seed}

Five 3 x 3 convolutions with {channels} channels, relu after each, means over the
four quarters, one linear layer: {count:,} weights. Trained by this project on {trained:,} of scikit-learn's 1,797
scans of handwritten digits (8 x 8, public domain, UCI), {epochs} epochs of Adam at 3e-3. Right on {accuracy:.1%} of
the other {test}.
Made for one purpose: to show, in the stitching lab, what a stitch tells about two layers and what it does not.
"""


@dataclass(frozen=True)
class Digits:
    """images: (n, 1, 8, 8) 0 to 1; labels: (n,). Shuffled once, the same for everyone; the last 500 are held out."""

    images: Floats
    labels: Rows

    @property
    def train(self) -> Rows:
        """Rows to train on."""
        return np.arange(TRAINED_ON)

    @property
    def test(self) -> Rows:
        """Rows held out."""
        return np.arange(TRAINED_ON, TRAINED_ON + TEST)


def weights_of(seed: int) -> Path:
    """File with the weights of the shipped network of a seed."""
    return HEADS / NAME.format(seed=seed) / WEIGHTS


def load_digits() -> Digits:
    """scikit-learn's digits, which come with the package; nothing is fetched."""
    from sklearn.datasets import load_digits as load

    found = load()
    order = np.random.default_rng(0).permutation(len(found.target))
    images = (found.images[order, None] / 16).astype(np.float32)
    return Digits(images, found.target[order].astype(np.int64))


class DigitsCnn:
    """The network, frozen, with its layers open: `front` up to a layer, `end` from there on."""

    layers = LAYERS

    def __init__(self, module: "torch.nn.ModuleList", name: str) -> None:
        self.module, self.name = module.eval().requires_grad_(False), name

    def front(self, inputs: Floats, layer: str) -> Floats:
        """(n, c, h, w) activations after `layer` of (n, 1, 8, 8) images."""
        import torch

        x = torch.from_numpy(np.ascontiguousarray(inputs))
        with torch.inference_mode():
            for place in range(LAYERS.index(layer) + 1):
                x = _step(self.module, place, x)
        found: Floats = x.numpy()
        return found

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, 10) logits of (n, c, h, w) activations that stand in for those after `layer`."""
        for place in range(LAYERS.index(layer) + 1, len(LAYERS)):
            x = _step(self.module, place, x)
        logits: torch.Tensor = self.module[-1](_pooled(x))
        return logits


def build(seed: int) -> "torch.nn.ModuleList":
    """The layers with random weights."""
    import torch

    torch.manual_seed(seed)
    widths = (1, *CHANNELS)
    convolutions = [torch.nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths[:-1], widths[1:], strict=True)]
    return torch.nn.ModuleList([*convolutions, torch.nn.Linear(4 * CHANNELS[-1], 10)])


def train(seed: int, digits: Digits, progress: Progress, epochs: int = 20) -> DigitsCnn:
    """Train from random weights with Adam at 3e-3 in batches of 64; about ten seconds on one core."""
    import torch

    module = build(seed)
    optimizer = torch.optim.Adam(module.parameters(), lr=3e-3)
    rng = np.random.default_rng(seed)
    images, labels = torch.from_numpy(digits.images), torch.from_numpy(digits.labels)

    def batches() -> list[Rows]:
        return np.array_split(rng.permutation(digits.train), len(digits.train) // BATCH)

    def loss(rows: Rows) -> torch.Tensor:
        x = images[rows]
        for place in range(len(LAYERS)):
            x = _step(module, place, x)
        return torch.nn.functional.cross_entropy(module[-1](_pooled(x)), labels[rows])

    train_epochs(optimizer, batches, loss, epochs, what="training the network on digits", progress=progress)
    return DigitsCnn(module, NAME.format(seed=seed))


def ship(progress: Progress, root: Path = HEADS, epochs: int = 20) -> list[Path]:
    """Train the networks of all seeds and write them below `root`, with their cards."""
    from explorer.heads.store import write_head

    digits, made = load_digits(), []
    for seed in SEEDS:
        net = train(seed, digits, progress, epochs)
        weights = {name: value.numpy() for name, value in net.module.state_dict().items()}
        numbers = {
            "seed": seed,
            "channels": ", ".join(map(str, CHANNELS)),
            "trained": TRAINED_ON,
            "test": TEST,
            "epochs": epochs,
            "count": sum(value.size for value in weights.values()),
            "accuracy": round(accuracy(net, digits), 4),
        }
        folder = root / net.name
        write_head(
            folder, Head(kind=KIND, encoder="", fingerprint="", weights=weights, card=numbers), CARD.format(**numbers)
        )
        made.append(folder)
    return made


def load(seed: int, root: Path = HEADS) -> DigitsCnn:
    """A shipped network; ModelError when it is missing or damaged."""
    import torch

    head = read_head_folder(root / NAME.format(seed=seed))
    module = build(seed)
    module.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in head.weights.items()})
    return DigitsCnn(module, NAME.format(seed=seed))


def accuracy(net: DigitsCnn, digits: Digits) -> float:
    """Share of the held-out digits that the network reads rightly."""
    import torch

    with torch.inference_mode():
        logits = net.end(torch.from_numpy(net.front(digits.images[digits.test], LAYERS[0])), LAYERS[0])
    return float((logits.argmax(1).numpy() == digits.labels[digits.test]).mean())


def _step(module: "torch.nn.ModuleList", place: int, x: "torch.Tensor") -> "torch.Tensor":
    import torch

    return torch.relu(module[place](x))


def _pooled(x: "torch.Tensor") -> "torch.Tensor":
    """(n, 4 c) means over the quarters of the last layer's maps, so that the place of a stroke counts."""
    import torch

    return torch.nn.functional.adaptive_avg_pool2d(x, 2).flatten(1)

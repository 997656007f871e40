"""Measures layers of trained CIFAR-10 ResNets: `python -m recipes.resnets WEIGHTS IMAGES [--out FILE.json]`.

WEIGHTS: a folder with resnet20-….th, resnet32-….th and so on, as in the repository akamaster/pytorch_resnet_cifar10
(BSD-2). IMAGES: CIFAR-10's test pictures as files, a folder a class. What is measured: whether corresponding blocks of
two networks match best by several measures, whether the stages show as blocks in a network compared with itself, and
from which block of A direct matching into a block of B gets nearest to B's own activations, with B's accuracy then.
"""

import argparse
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

import explorer as ex
from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Terminal
from explorer.features.replacing.stitching.affine import relative_distance, resize
from explorer.features.replacing.stitching.direct import DIRECT_ITEMS, direct_match
from explorer.library.collection import Collection

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
WIDTHS, STAGES = (16, 32, 64), 3
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
MEASURES = ("cka_debiased", "cka", "cca", "mutual_knn", "match_ab", "predict_ab")
STITCHED = ((20, 20), (20, 32), (32, 20))
TESTED = 400
Numbers = dict[str, float | int | str | None]


class Block(torch.nn.Module):
    """Two 3 x 3 convolutions and a way around them, which skips pixels and adds zeros where the width doubles."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.stride, self.added = (1, 0) if inside == outside else (2, (outside - inside) // 2)
        self.conv1 = torch.nn.Conv2d(inside, outside, 3, self.stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(outside)
        self.conv2 = torch.nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(outside)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, outside, h / stride, w / stride) of (n, inside, h, w)."""
        inner = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        around = x[:, :, :: self.stride, :: self.stride]
        return torch.relu(inner + torch.nn.functional.pad(around, (0, 0, 0, 0, self.added, self.added)))


class ResNet(torch.nn.Module):
    """A residual network for 32 x 32 pixels (He et al. 2016, section 4.2): 6 n + 2 layers, zero padded ways around."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        count = (depth - 2) // 6
        self.depth = depth
        self.conv1 = torch.nn.Conv2d(3, WIDTHS[0], 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(WIDTHS[0])
        before = WIDTHS[0]
        for stage, width in enumerate(WIDTHS, 1):
            stack = torch.nn.Sequential(*(Block(before if i == 0 else width, width) for i in range(count)))
            self.add_module(f"layer{stage}", stack)
            before = width
        self.linear = torch.nn.Linear(WIDTHS[-1], len(CLASSES))

    @property
    def blocks(self) -> dict[str, torch.nn.Module]:
        """All blocks by name, the first one first."""
        return {
            f"layer{stage}.{place}": block
            for stage in range(1, STAGES + 1)
            for place, block in enumerate(self.get_submodule(f"layer{stage}").children())
        }

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 10) logits of (n, 3, 32, 32)."""
        return self.after(torch.relu(self.bn1(self.conv1(x))), "")

    def after(self, x: torch.Tensor, layer: str) -> torch.Tensor:
        """(n, 10) logits of activations that stand in for those of `layer`, "" for those before the first block."""
        names = list(self.blocks)
        for name in names[names.index(layer) + 1 :] if layer else names:
            x = self.blocks[name](x)
        logits: torch.Tensor = self.linear(x.mean((2, 3)))
        return logits


def read_network(path: Path) -> ResNet:
    """A network with the weights of a .th file, read without unpickling objects (weights_only)."""
    depth = int(re.match(r"resnet(\d+)", path.name).group(1))  # type: ignore[union-attr]
    saved = torch.load(path, map_location="cpu", weights_only=True)
    weights = {name.removeprefix("module."): value for name, value in saved["state_dict"].items()}
    network = ResNet(depth)
    network.load_state_dict(weights)
    return network.eval()


def as_input(image: Image.Image) -> Floats:
    """(3, 32, 32), normalised as in training; another size is brought to 32 pixels."""
    small = image if image.size == (32, 32) else image.resize((32, 32), Image.Resampling.BICUBIC)
    pixels = (np.asarray(small, dtype=np.float32) / 255 - MEAN) / SPREAD
    return pixels.transpose(2, 0, 1).astype(np.float32)


def some_pictures(folder: Path, count: int, into: Path) -> None:
    """Copy the same number of pictures of every class into a new folder, a folder a class."""
    for name in CLASSES:
        files = sorted((folder / name).iterdir())
        drawn = np.sort(np.random.default_rng(0).permutation(len(files))[: count // len(CLASSES)])
        (into / name).mkdir(parents=True)
        for place in drawn:
            shutil.copy(files[place], into / name)


def main() -> None:
    """Measure and print; --out writes the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["EXPLORER_HOME"] = str(Path(scratch) / "home")
        some_pictures(asked.images, asked.count, Path(scratch) / "cifar")
        found = measure(asked.weights, ex.create(Path(scratch) / "cifar", "cifar", prepare=False))
    print(json.dumps(found, indent=1))
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measure(weights: Path, pictures: Collection) -> dict[str, object]:
    """Everything that is measured, by name."""
    networks = {one.depth: one for one in map(read_network, sorted(weights.glob("resnet*.th")))}
    inputs = torch.stack([torch.from_numpy(as_input(image)) for image in _images(pictures)])
    labels = np.array([CLASSES.index(str(one)) for one in pictures.items["folder"]])
    for depth, network in networks.items():
        kept = ex.activations(network, pictures, "layer?.?", prepare=as_input, progress=Terminal())
        ex.add_layers(pictures, f"resnet{depth}", kept)
    return {
        "pictures": len(pictures),
        "accuracy": {f"resnet{depth}": _accuracy(network(inputs), labels) for depth, network in networks.items()},
        "itself": {f"resnet{depth}": _itself(pictures, depth) for depth in networks},
        "pairs": {f"resnet{a} to resnet{b}": _pair(pictures, a, b) for a, b in combinations(networks, 2)},
        "direct_matching": {
            f"resnet{a} into resnet{b}": _matching(networks[a], networks[b], inputs, labels)
            for a, b in STITCHED
            if a in networks and b in networks
        },
    }


def _images(pictures: Collection) -> Iterator[Image.Image]:
    for row in range(len(pictures)):
        with Image.open(pictures.workspace.image_path(row)) as image:
            yield image.convert("RGB")


def _accuracy(logits: torch.Tensor, labels: Rows) -> float:
    return round(float((logits.argmax(1).numpy() == labels).mean()), 4)


def _stage(layer: str) -> int:
    return int(layer[5])


def _itself(pictures: Collection, depth: int) -> Mapping[str, object]:
    """Blocks found in a network compared with itself, beside its stages."""
    spec = f"layers:resnet{depth}"
    found = ex.compare_layers(pictures, spec, spec, items=len(pictures))
    stages = np.array([_stage(name) for name in found.rows])
    same, pairs = stages[:, None] == stages[None, :], ~np.eye(len(stages), dtype=bool)
    shown = found.blocks
    return {
        "blocks": [f"{found.rows[first]} to {found.rows[last]}" for first, last in shown.runs],
        "within_blocks": round(shown.within, 3),
        "between_blocks": round(shown.between, 3),
        "within_stages": round(float(found.values[same & pairs].mean()), 3),
        "between_stages": round(float(found.values[~same].mean()), 3),
    }


def _pair(pictures: Collection, a: int, b: int) -> dict[str, Numbers]:
    """By each measure: how near best partners lie, and how many lie in the same stage."""
    result = {}
    for measure in MEASURES:
        sides = f"layers:resnet{a}", f"layers:resnet{b}"
        found = ex.compare_layers(pictures, *sides, measure=measure, items=len(pictures))
        match = found.correspondence
        same = [_stage(mine) == _stage(yours) for mine, yours in found.partners.items()]
        result[measure] = _rounded(
            apart=match.apart, by_chance=match.by_chance, order=match.order, same_stage=float(np.mean(same))
        )
    return result


def _rounded(**numbers: float) -> Numbers:
    return {name: round(value, 3) for name, value in numbers.items()}


def _matching(a: ResNet, b: ResNet, inputs: torch.Tensor, labels: Rows) -> Mapping[str, object]:
    """Direct matching of every block of A into every block of B, position by position, on other pictures than fitted.

    best_by_distance, best_by_accuracy: for each block of B the block of A from which the stitch is nearest to B's own
    activations, and from which B answers best.
    """
    order = np.random.default_rng(0).permutation(len(labels))
    fit, test = order[:DIRECT_ITEMS], order[DIRECT_ITEMS : DIRECT_ITEMS + TESTED]
    sides = [_maps(network, inputs[np.concatenate([fit, test])]) for network in (a, b)]
    names = [list(side) for side in sides]
    distances, accuracies = (np.zeros((len(names[0]), len(names[1]))) for _ in range(2))
    for j, into in enumerate(names[1]):
        y = sides[1][into]
        for i, source in enumerate(names[0]):
            x = resize(sides[0][source], *y.shape[2:])
            stitched = direct_match(x[: len(fit)], y[: len(fit)])(x[len(fit) :]).astype(np.float32)
            distances[i, j] = relative_distance(stitched, y[len(fit) :])
            with torch.inference_mode():
                accuracies[i, j] = _accuracy(b.after(torch.from_numpy(stitched), into), labels[test])
    return {
        "fitted_on": len(fit),
        "tested_on": len(test),
        "by_distance": _peaks(distances.argmin(0), names),
        "by_accuracy": _peaks(accuracies.argmax(0), names),
        "distance_at_the_peak": round(float(distances.min(0).mean()), 3),
        "distance_elsewhere": round(float((distances.sum(0) - distances.min(0)).mean() / (len(distances) - 1)), 3),
        "accuracy_at_the_peak": round(float(accuracies.max(0).mean()), 3),
        "distances": np.round(distances, 3).tolist(),
        "accuracies": np.round(accuracies, 3).tolist(),
    }


def _maps(network: ResNet, inputs: torch.Tensor) -> dict[str, Floats]:
    """(n, c, h, w) activations of every block."""
    kept = ex.activations(network, inputs, "layer?.?", positions="keep")
    return {name: np.array(kept[name]) for name in kept.layers}


def _peaks(best: NDArray[np.int64], names: Sequence[Sequence[str]]) -> Mapping[str, object]:
    """Where the best block of A (rows) for each block of B lies."""
    own, other = (np.linspace(0, 1, len(side)) for side in names)
    same = [_stage(names[0][i]) == _stage(into) for i, into in zip(best, names[1], strict=True)]
    return {
        "best": {into: names[0][i] for into, i in zip(names[1], best, strict=True)},
        **_rounded(
            apart=float(np.abs(own[best] - other).mean()),
            by_chance=float(np.abs(own[:, None] - other[None, :]).mean()),
            same_stage=float(np.mean(same)),
        ),
    }


if __name__ == "__main__":
    main()

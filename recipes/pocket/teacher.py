"""The teacher: an ImageNet classifier, used only through what it outputs for training images."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError

SIDE, FEATURES = 224, 1280
MODEL, LABELS = "tf2_mobilenet_v2_1.0_224_ptq.tflite", "imagenet_labels.txt"
STORED = "features_224.npy"
_POOLED, _CLASSIFIER = "/top/Reshape", "/top/Conv2d_1x1_output/"


@dataclass(frozen=True)
class Teacher:
    """MobileNet v2 as a .tflite file with its 1000 labels.

    folder: holds the model and imagenet_labels.txt. Needs the package ai-edge-litert (extra "train").
    """

    folder: Path

    @cached_property
    def labels(self) -> list[str]:
        """The 1000 classes' words, several names separated by commas."""
        path = self.folder / LABELS
        if not path.is_file():
            raise InputError(f"Expected the teacher's labels in {path}.")
        return path.read_text(encoding="utf-8").splitlines()[1:1001]

    def features(self, image: Image.Image) -> Floats:
        """(1280,) pooled features of an RGB image, resized to 224 x 224."""
        model, (entrance, exit_, scale, zero) = self._interpreter, self._ends
        model.set_tensor(entrance, np.asarray(_resized(image))[None])
        model.invoke()
        found: Floats = (model.get_tensor(exit_).reshape(-1).astype(np.float32) - zero) * scale
        return found

    def stored_features(self, count: int) -> Floats | None:
        """(count, 1280) features of whole photos at 224 px, a row a photo of metadata.csv; None without them."""
        path = self.folder / STORED
        features = np.load(path, allow_pickle=False) if path.is_file() else np.empty((0, 1280))
        return features.astype(np.float32) if len(features) == count else None

    @cached_property
    def classifier(self) -> tuple[Floats, Floats]:
        """Weights (1000, 1280) and bias (1000,) that turn features into logits; never shipped."""
        weights = self._dequantised(self._index(_CLASSIFIER, (1001, 1, 1, 1280))).reshape(1001, 1280)
        return weights[1:], self._dequantised(self._index(_CLASSIFIER, (1001,)))[1:]

    @cached_property
    def _interpreter(self) -> Any:
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise ModelError(
                "Training needs the teacher's runtime: pip install 'similarity-explorer[train]'."
            ) from error
        path = self.folder / MODEL
        if not path.is_file():
            raise InputError(f"Expected the teacher's model in {path}.")
        model = Interpreter(str(path), num_threads=1, experimental_preserve_all_tensors=True)
        model.allocate_tensors()
        return model

    @cached_property
    def _ends(self) -> tuple[int, int, Floats, Floats]:
        """Input and pooled tensor, and the latter's scale and zero point."""
        pooled = self._index(_POOLED, (1, 1, 1, 1280))
        return self._interpreter.get_input_details()[0]["index"], pooled, *self._quantisation(pooled)

    def _index(self, part: str, shape: tuple[int, ...]) -> int:
        details = self._interpreter.get_tensor_details()
        found = [t["index"] for t in details if part in t["name"] and tuple(t["shape"]) == shape]
        if not found:
            raise ModelError(f"The teacher's model has no tensor {part} of shape {shape}: expected {MODEL}.")
        return int(found[0])

    def _quantisation(self, index: int) -> tuple[Floats, Floats]:
        """Scales and zero points of a tensor: one, or one a row."""
        detail = next(t for t in self._interpreter.get_tensor_details() if t["index"] == index)
        scales, zeros = (detail["quantization_parameters"][name] for name in ("scales", "zero_points"))
        return scales.astype(np.float32), zeros.astype(np.float32)

    def _dequantised(self, index: int) -> Floats:
        scales, zeros = self._quantisation(index)
        values = self._interpreter.get_tensor(index).astype(np.float32)
        shape = (-1,) + (1,) * (values.ndim - 1) if len(scales) > 1 else ()
        real: Floats = (values - zeros.reshape(shape)) * scales.reshape(shape)
        return real


def _resized(image: Image.Image) -> Image.Image:
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def softmax(logits: Floats) -> Floats:
    """(n, c) probabilities of (n, c) logits."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def conse(probabilities: Floats, words: Floats, top: int = 10) -> Floats:
    """(n, d) unit rows: the `top` classes' words weighted by their probabilities (Norouzi et al. 2014, ConSE).

    probabilities: (n, c); words: (c, d).
    """
    best = np.argpartition(-probabilities, top, axis=1)[:, :top]
    weights = np.take_along_axis(probabilities, best, axis=1)
    mixed = np.einsum("nk,nkd->nd", weights, words[best])
    rows: Floats = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return rows

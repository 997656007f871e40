"""Models of a workspace as networks that can be cut: a tower with a classifier of the workspace's labels on top."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.dataset import PATH
from explorer.base.errors import InputError
from explorer.encoders.base import Encoder
from explorer.encoders.stages import open_tower
from explorer.features.replacing.labelled import Labelled, photo_of
from explorer.io.images import read_image
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import torch

TASKS = ("probe", "zero-shot")
"""How the classifier comes about: a linear probe of the training items, or the texts of the classes."""
SCALE = 30.0


class EncoderNet:
    """A tower with a classifier of its vectors on top: inputs are row numbers of the data set."""

    weight: "torch.Tensor"

    def __init__(self, opened: Opened, encoder: Encoder) -> None:
        self.name, self.encoder, self.tower = encoder.spec, encoder, open_tower(encoder)
        self.opened = opened
        self._crops: tuple[bytes, NDArray[Any]] = (b"", np.empty(0))

    @property
    def layers(self) -> tuple[str, ...]:
        """Blocks of the tower."""
        return self.tower.layers

    def front(self, inputs: Rows, layer: str) -> Floats:
        """Activations of the images in these rows."""
        return self.tower.front(self.crops(inputs), layer)

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, classes) logits."""
        import torch

        unit = torch.nn.functional.normalize(self.tower.end(x, layer), dim=1)
        logits: torch.Tensor = SCALE * unit @ self.weight.T.to(unit)
        return logits

    def crops(self, rows: Rows) -> NDArray[Any]:
        """(n, side, side, 3) prepared images, kept for the next layer."""
        if self._crops[0] != rows.tobytes():
            paths = [self.opened.workspace.image_path(int(row)) for row in rows]
            made = [self.encoder.prepare(read_image(path, self.encoder.image_side)) for path in paths]
            self._crops = (rows.tobytes(), np.stack(made))
        return self._crops[1]

    def classify(self, found: Labelled, task: str) -> None:
        """Put a classifier on top: the texts' vectors of the classes, or a linear probe of the training items."""
        import torch

        check_choice(task, TASKS, "task")
        weight = self._texts(found) if task == "zero-shot" else self._probe(found)
        self.weight = torch.from_numpy(np.asarray(weight, dtype=np.float32))

    def _texts(self, found: Labelled) -> Floats:
        if not self.encoder.abilities.joint:
            raise InputError(f"{self.name} reads no texts, so it cannot classify zero-shot. Choose the linear probe.")
        return self.encoder.encode_texts([photo_of(name) for name in found.classes])

    def _probe(self, found: Labelled) -> Floats:
        vectors = self.encoder.encode_prepared(self.crops(found.rows)[found.train])
        return linear_probe(vectors, found.labels[found.train], len(found.classes))


def check_images(opened: Opened, found: Labelled) -> None:
    """Raise InputError when one of the items has no image."""
    if (opened.dataset.column(PATH).iloc[found.rows] == "").any():
        raise InputError("Stitching runs images through the models; some of these items have no image.")


def linear_probe(vectors: Floats, labels: Rows, classes: int) -> Floats:
    """(classes, d) directions of a logistic regression without offset on unit vectors, as a cosine classifier."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=500).fit(vectors, labels)
    weight = np.asarray(model.coef_, dtype=np.float32)
    if classes == 2:
        weight = np.concatenate([-weight, weight])
    unit: Floats = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    return unit

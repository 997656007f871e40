"""The stitching lab on the models of a workspace: their towers, a classification of its labels, the kept result."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, check_choice
from explorer.base.dataset import PATH
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders import Encoder
from explorer.encoders.stages import open_tower
from explorer.features.compare.service import compare_folder
from explorer.features.replacing.labelled import Labelled, labelled
from explorer.features.replacing.stitching_lab import Bench, Cell, Task, run_cells
from explorer.io.atomic import read_json, write_json
from explorer.io.images import read_image
from explorer.workspace.folder import Workspace, slug

if TYPE_CHECKING:
    import torch

TASKS = ("probe", "zero-shot")
ITEMS, SCALE = 400, 30.0


class EncoderNet:
    """A tower with a classifier of its vectors on top: inputs are row numbers of the data set."""

    def __init__(self, ws: Workspace, encoder: Encoder) -> None:
        self.name, self.encoder, self.tower = encoder.spec, encoder, open_tower(encoder)
        self.ws = ws
        self.weight: Any = None
        self._crops: tuple[bytes, NDArray[Any]] = (b"", np.empty(0))

    @property
    def layers(self) -> tuple[str, ...]:
        """Blocks of the tower."""
        return self.tower.layers

    def front(self, inputs: NDArray[Any], layer: str) -> Floats:
        """Activations of the images in these rows."""
        return self.tower.front(self.crops(inputs), layer)

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, classes) logits."""
        import torch

        unit = torch.nn.functional.normalize(self.tower.end(x, layer), dim=1)
        logits: torch.Tensor = SCALE * unit @ self.weight.T.to(unit)
        return logits

    def crops(self, rows: NDArray[Any]) -> NDArray[Any]:
        """(n, side, side, 3) prepared images, kept for the next layer."""
        if self._crops[0] != rows.tobytes():
            made = [
                self.encoder.prepare(read_image(self.ws.image_path(int(row)), self.encoder.image_side)) for row in rows
            ]
            self._crops = (rows.tobytes(), np.stack(made))
        return self._crops[1]

    def classify(self, found: Labelled, task: str) -> None:
        """Put a classifier on top: the texts' vectors of the classes, or a linear probe of the training items."""
        import torch

        if check_choice(task, TASKS, "task") == "zero-shot":
            if not self.encoder.abilities.joint:
                raise InputError(
                    f"{self.name} reads no texts, so it cannot classify zero-shot. Choose the linear probe."
                )
            weight = self.encoder.encode_texts([f"a photo of a {name.replace('_', ' ')}" for name in found.classes])
        else:
            train = self.encoder.encode_prepared(self.crops(found.rows)[found.train])
            weight = _probe(train, found.labels[found.train], len(found.classes))
        self.weight = torch.from_numpy(np.asarray(weight, dtype=np.float32))


def stitch_models(
    ws: Workspace,
    a: Encoder,
    b: Encoder,
    column: str,
    task: str,
    layers: tuple[Sequence[str], Sequence[str]],
    methods: Sequence[str],
    items: int,
    progress: Progress,
) -> list[Cell]:
    """Every chosen layer of A into every chosen layer of B. InputError for labels or layers that are not there."""
    found = _with_images(ws, labelled(ws, column, items))
    nets = [EncoderNet(ws, a)]
    nets.append(nets[0] if b.spec == a.spec else EncoderNet(ws, b))
    for net, wanted in zip(nets, layers, strict=True):
        for layer in wanted:
            check_choice(layer, net.layers, f"layer of {net.name}")
    for net in set(nets):
        net.classify(found, task)
    bench = Bench(nets[0], nets[1], Task(found.rows, found.labels, found.classes, found.train, found.test))
    cells = run_cells(bench, [(s, t, m) for t in layers[1] for s in layers[0] for m in methods], progress)
    _keep(ws, a.spec, b.spec, column, task, cells)
    return cells


def load_cells(ws: Workspace, a: str, b: str, column: str, task: str) -> list[Cell]:
    """Cells of earlier runs, one a layer pair and method; [] when there are none."""
    path = _path(ws, a, b, column, task)
    return [Cell(**cell) for cell in read_json(path)["cells"]] if path.is_file() else []


def _keep(ws: Workspace, a: str, b: str, column: str, task: str, cells: list[Cell]) -> None:
    kept = {(c.source, c.target, c.method): c for c in [*load_cells(ws, a, b, column, task), *cells]}
    path = _path(ws, a, b, column, task)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"cells": [asdict(cell) for cell in kept.values()]})


def _path(ws: Workspace, a: str, b: str, column: str, task: str) -> Any:
    prints = "-".join(str(ws.embeddings(spec).settings.get("weights", "")) for spec in (a, b))
    return (
        compare_folder(ws)
        / "stitching"
        / f"{slug('|'.join([a, b, column, task, ws.manifest.created, str(ws.manifest.version), prints]))}.json"
    )


def _with_images(ws: Workspace, found: Labelled) -> Labelled:
    paths = ws.dataset().column(PATH)
    if (paths.iloc[found.rows] == "").any():
        raise InputError("Stitching runs images through the models; some of these items have no image.")
    return found


def _probe(vectors: Floats, labels: NDArray[Any], classes: int) -> Floats:
    """(classes, d) directions of a logistic regression without offset on unit vectors, as a cosine classifier."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=500).fit(vectors, labels)
    weight = np.asarray(model.coef_, dtype=np.float32)
    if classes == 2:
        weight = np.concatenate([-weight, weight])
    unit: Floats = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    return unit

"""Small networks, spaces and labelled vectors with known answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.features.replacing.merging.mlp import Mlp
from explorer.features.replacing.stitching import digits_cnn
from explorer.features.replacing.stitching.bench import Task
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def unit(x: np.ndarray) -> np.ndarray:
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True), dtype=np.float32)


def turn(d: int, seed: int) -> np.ndarray:
    return np.asarray(np.linalg.qr(rng(seed).normal(size=(d, d)))[0])


def mlp(sizes: tuple[int, ...], seed: int) -> Mlp:
    make = rng(seed)
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    return Mlp(tuple(make.normal(size=p) for p in pairs), tuple(make.normal(size=p[1]) for p in pairs))


def clusters(classes: int, each: int, d: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around one direction a class, and their class numbers."""
    make = rng(3)
    labels = np.repeat(np.arange(classes), each)
    x = make.normal(size=(classes, d))[labels] + 0.8 * make.normal(size=(classes * each, d))
    return unit(x), labels


def two_models(noise: float, n: int = 120, d: int = 16) -> tuple[np.ndarray, ...]:
    """Images and texts of two models that differ by a turn, with a gap between images and texts of its own in each."""
    make, q = rng(9), turn(d, 10)
    images, texts = make.normal(size=(n, d)), make.normal(size=(30, d))
    gaps = [3 * make.normal(size=d) for _ in range(4)]
    sides = [images + gaps[0], images @ q + gaps[1], texts + gaps[2], texts @ q + gaps[3]]
    sides = [side + noise * make.normal(size=side.shape) for side in sides]
    return tuple(side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)


def digits_task() -> Task:
    digits = digits_cnn.load_digits()
    return Task(digits.images, digits.labels, tuple("0123456789"), digits.train, digits.test)


def notes(
    folder: Path, columns: Mapping[str, Sequence[str | None]], models: dict[str, np.ndarray], absent: int = 0
) -> Opened:
    """Texts with attribute columns under several models; the last model lacks vectors of the first `absent` items."""
    count = len(next(iter(models.values())))
    ids = [f"note-{i}" for i in range(count)]
    dataset = Dataset(pa.table({"id": ids, "path": [""] * count, "text": ids, "hash": ids, **columns}))
    ws = create_workspace(folder, folder.name, dataset, image_root=None, source="", kind="table")
    for place, (spec, vectors) in enumerate(models.items()):
        present = np.arange(count) >= (absent if place == len(models) - 1 else 0)
        kept = np.where(present[:, None], unit(vectors), 0).astype(np.float32)
        save_embeddings(
            ws.folder("embeddings", spec), Embeddings(kept, present, spec, {}, dataset.ids_hash), np.array(ids)
        )
    return Opened(ws, ws.key)

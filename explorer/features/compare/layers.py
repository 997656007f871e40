"""Activations of every block of an encoder on a bounded sample of a workspace's items, kept on disk."""

from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.encoders import Encoder, load_encoder
from explorer.features.compare.activations import OUTPUT, Activations
from explorer.features.compare.draws import sample_rows
from explorer.features.compare.kept import compare_folder
from explorer.features.compare.networks import is_network, load_network
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.images import read_image
from explorer.workspace.answers import models_stamp
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST, slug

ITEMS, BATCH = 500, 32


def collect_layers(
    ws: Workspace, spec: str, *, items: int = ITEMS, encoder: Encoder | None = None, progress: Progress | None = None
) -> Activations:
    """Run a sample of the items through the encoder and keep the activations of its blocks; what is kept is reused.

    Encoders without blocks, or that read no images, have the one layer "output": their vectors. Of a network that was
    brought all items are there already.
    """
    kept = load_layers(ws, spec, items)
    if kept is not None:
        return kept
    rows = _sample(ws, items)
    loaded = encoder or (None if spec.startswith("precomputed:") else load_encoder(spec))
    if loaded is not None and loaded.abilities.layers and loaded.abilities.images and ws.dataset().has_images:
        found = _run(ws, loaded, rows, progress or Silent())
    else:
        found = _vectors(ws, spec, rows)
    _save(_folder(ws, spec, items), found)
    return found


def load_layers(ws: Workspace, spec: str, items: int = ITEMS) -> Activations | None:
    """The kept activations, memory-mapped; None when there are none for these vectors. All of a network's items."""
    if is_network(spec):
        return load_network(ws, spec)
    folder = _folder(ws, spec, items)
    if not (folder / MANIFEST).is_file():
        return None
    try:
        names = read_json(folder / MANIFEST)["blocks"]
        arrays = [np.load(folder / f"{i}.npy", mmap_mode="r", allow_pickle=False) for i in range(len(names))]
        rows = np.load(folder / "rows.npy", allow_pickle=False)
    except (OSError, ValueError, KeyError) as error:
        raise WorkspaceError(f"The activations in {folder} are damaged ({error}): delete the folder.") from error
    return Activations(spec, rows, dict(zip(names, arrays, strict=True)))


def _sample(ws: Workspace, items: int) -> Rows:
    """The same items for every encoder, those with an image where there are any."""
    dataset = ws.dataset()
    rows = np.arange(len(dataset))
    if dataset.has_images:
        import pyarrow.compute as pc

        rows = np.flatnonzero(pc.not_equal(dataset.table[PATH], "").to_numpy())
    return np.asarray(rows[sample_rows(len(rows), items, np.random.default_rng(0))], dtype=np.int64)


def _run(ws: Workspace, encoder: Encoder, rows: Rows, progress: Progress) -> Activations:
    parts: list[dict[str, Floats]] = []
    read: list[int] = []
    progress.start(f"Activations of {encoder.spec}", len(rows))
    for start in range(0, len(rows), BATCH):
        images = []
        for row in rows[start : start + BATCH]:
            try:
                images.append(read_image(ws.image_path(int(row)), encoder.image_side))
                read.append(int(row))
            except InputError:
                continue  # the item was skipped when it was embedded, and is counted there
        if images:
            parts.append(encoder.layers(images))
        progress.advance(min(start + BATCH, len(rows)))
    progress.finish()
    if not parts:
        raise InputError(f"None of the {len(rows)} images of the sample can be read.")
    blocks = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Activations(encoder.spec, np.array(read, dtype=np.int64), blocks)


def _vectors(ws: Workspace, spec: str, rows: Rows) -> Activations:
    embeddings = ws.embeddings(spec)
    rows = rows[embeddings.present[rows]]
    return Activations(spec, rows, {OUTPUT: np.asarray(embeddings.vectors[rows], dtype=np.float32)})


def _folder(ws: Workspace, spec: str, items: int) -> Path:
    return compare_folder(ws) / f"layers-{slug(spec)}-{models_stamp(ws, spec)}-{items}"


def _save(folder: Path, found: Activations) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_folder(folder) as temporary:
        np.save(temporary / "rows.npy", found.rows)
        for number, block in enumerate(found.blocks.values()):
            np.save(temporary / f"{number}.npy", block)
        write_json(temporary / MANIFEST, {"encoder": found.encoder, "blocks": list(found.blocks)})

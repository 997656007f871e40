"""Embeddings on disk: one folder an encoder, opened memory-mapped."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_folder, read_json, write_json

MANIFEST = "manifest.json"


def save_embeddings(folder: Path, embeddings: Embeddings, hashes: NDArray[Any]) -> None:
    """Write `embeddings` to `folder`, replacing what was there: vectors.npy, present.npy, hashes.npy, manifest.json.

    hashes: (n,) content hash of each item, for reuse when the data set changes.
    """
    with atomic_folder(folder) as temporary:
        np.save(temporary / "vectors.npy", embeddings.vectors)
        np.save(temporary / "present.npy", embeddings.present)
        np.save(temporary / "hashes.npy", hashes)
        write_json(temporary / MANIFEST, embedding_manifest(embeddings))


def embedding_manifest(embeddings: Embeddings) -> dict[str, Any]:
    """Return what `manifest.json` beside the vectors holds; `load_embeddings` reads it."""
    return {
        "encoder": embeddings.encoder,
        "settings": embeddings.settings,
        "ids_hash": embeddings.ids_hash,
        "count": len(embeddings),
        "present": int(embeddings.present.sum()),
        "dim": embeddings.dim,
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
    }


def load_embeddings(folder: Path, ids_hash: str) -> Embeddings:
    """Open the embeddings in `folder`, vectors memory-mapped and read-only.

    Raises WorkspaceError when they are missing, damaged, or belong to other items than those of `ids_hash`.
    """
    if not (folder / MANIFEST).is_file():
        raise WorkspaceError(f"There are no finished embeddings in {folder}: run `explorer embed`.")
    manifest = read_json(folder / MANIFEST)
    try:
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        present = np.load(folder / "present.npy", allow_pickle=False)
        encoder, settings, made_for = manifest["encoder"], manifest["settings"], manifest["ids_hash"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"The embeddings in {folder} are damaged ({error}): delete the folder and run `explorer embed`."
        ) from error
    if made_for != ids_hash or len(vectors) != len(present):
        own = encoder.startswith("precomputed:")
        cure = "import the source again" if own else f"run `explorer embed` with {encoder}"
        raise WorkspaceError(f"The embeddings of {encoder} are older than the data set: {cure}.")
    present.flags.writeable = False
    return Embeddings(vectors, present, encoder, settings, ids_hash)

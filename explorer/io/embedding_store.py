"""Embeddings on disk: one folder an encoder, opened memory-mapped."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.copying import link_or_copy
from explorer.io.sums import SUMS, write_sums, wrong_sizes

MANIFEST, HASHES, NORMS = "manifest.json", "hashes.npy", "norms.npy"
PREPARE = "press “Prepare for search” on the home page, or run explorer prepare"
NONE_CHANGED: Rows = np.empty(0, dtype=np.int64)


def save_embeddings(folder: Path, embeddings: Embeddings, hashes: NDArray[Any], content: str = "") -> None:
    """Write `embeddings` to `folder`, replacing what was there: vectors.npy, present.npy, hashes.npy, manifest.json,
    and norms.npy where the lengths of the vectors are known.

    hashes: (n, 16) content hash of each item: what the vectors belong to. content: one hash over all items.
    """
    with atomic_folder(folder) as temporary:
        np.save(temporary / "vectors.npy", embeddings.vectors)
        np.save(temporary / "present.npy", embeddings.present)
        np.save(temporary / HASHES, hashes)
        if embeddings.norms is not None:
            np.save(temporary / NORMS, embeddings.norms)
        write_json(temporary / MANIFEST, embedding_manifest(embeddings) | {"content": content})
        write_sums(temporary, embeddings.encoder)


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


def change_manifest(folder: Path, **told: Any) -> None:
    """Add to what the manifest of the embeddings in `folder` says; the vectors stay as they are."""
    with atomic_folder(folder) as temporary:
        for path in folder.iterdir():
            if path.is_file() and path.name not in (MANIFEST, SUMS):
                link_or_copy(path, temporary / path.name)
        manifest = read_json(folder / MANIFEST) | told
        write_json(temporary / MANIFEST, manifest)
        write_sums(temporary, str(manifest["encoder"]))


def load_embeddings(folder: Path, ids_hash: str, changed: Rows = NONE_CHANGED) -> Embeddings:
    """Open the embeddings in `folder`, vectors memory-mapped and read-only.

    changed: (k,) rows of items that have no vector any more, since they have changed. Raises WorkspaceError when the
    embeddings are missing, damaged, or belong to other items than those of `ids_hash`.
    """
    if not (folder / MANIFEST).is_file():
        raise WorkspaceError(f"There are no finished embeddings in {folder}: {PREPARE}.")
    manifest, wrong = read_json(folder / MANIFEST), wrong_sizes(folder)
    try:
        if wrong:
            raise ValueError(wrong[0])
        mode: Literal["r", "c"] = "c" if len(changed) else "r"  # "c": what is written stays in memory
        vectors = np.load(folder / "vectors.npy", mmap_mode=mode, allow_pickle=False)
        present = np.load(folder / "present.npy", allow_pickle=False)
        norms = np.load(folder / NORMS, allow_pickle=False) if (folder / NORMS).is_file() else None
        encoder, settings, made_for = manifest["encoder"], manifest["settings"], manifest["ids_hash"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"The embeddings in {folder} are damaged ({error}). They are made again by: explorer prepare"
        ) from error
    if made_for != ids_hash or len(vectors) != len(present):
        own = encoder.startswith("precomputed:")
        cure = (
            "import the source again" if own else "press “Prepare for search” on the home page, or run explorer prepare"
        )
        raise WorkspaceError(f"The embeddings of {encoder} are older than the data set: {cure}.")
    if len(changed):
        vectors[changed], present[changed] = 0, False
    vectors.flags.writeable = present.flags.writeable = False
    return Embeddings(vectors, present, encoder, settings, ids_hash, norms)

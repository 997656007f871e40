"""What is measured on the pixels of every picture, in pictures/: numbers.npy (n, k), hashes.npy (n, 16), manifest.json.

A picture that cannot be read, and an item without one, has a row of NaN. Rows go by content hash: a changed picture is
measured again, all others are kept.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_folder, write_json
from explorer.io.images import read_image
from explorer.io.sums import write_sums, wrong_sizes
from explorer.pictures.measured import FIELDS, FORMAT, SIDE, measure, reduced
from explorer.workspace.contents import picture_keys
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST

KIND, NUMBERS, KEYS = "pictures", "numbers.npy", "hashes.npy"
BATCH = 32
Halves = NDArray[np.float16]


def load_measured(ws: Workspace) -> Halves | None:
    """(n, k) float16 numbers as `FIELDS` names them, memory-mapped, NaN without a picture; None when out of date."""
    if not _is_current(ws):
        return None
    try:
        numbers: Halves = np.load(ws.folder(KIND) / NUMBERS, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):  # damaged: `prepare` measures again
        return None
    return numbers if numbers.shape == (len(ws.dataset()), len(FIELDS)) else None


def measure_pictures(ws: Workspace, *, progress: Progress | None = None) -> int:
    """Measure the pictures of `ws` that are new or changed; returns how many these were.

    Raises Cancelled when `progress` says so, WorkspaceError when the disk is full.
    """
    progress = progress or Silent()
    if _is_current(ws):
        return 0
    keys = picture_keys(ws.dataset())
    numbers, todo = _kept(ws, keys)
    paths = ws.dataset().table[PATH].take(todo).to_pylist()
    progress.start("Measuring the pictures", len(todo))
    done = 0
    for rows in _measured(ws, paths):
        numbers[todo[done : done + len(rows)]] = rows
        done += len(rows)
        progress.advance(done)
    with atomic_folder(ws.folder(KIND)) as temporary:
        np.save(temporary / NUMBERS, numbers)
        np.save(temporary / KEYS, keys)
        write_json(temporary / MANIFEST, _made_of(ws))
        write_sums(temporary)
    progress.finish()
    return len(todo)


def _made_of(ws: Workspace) -> dict[str, object]:
    return {"format": FORMAT, "fields": list(FIELDS), "hashes": ws.dataset().content_hash}


def _is_current(ws: Workspace) -> bool:
    return _told(ws) == _made_of(ws) and not wrong_sizes(ws.folder(KIND))


def _told(ws: Workspace) -> dict[str, object]:
    """What the manifest says, {} when there is none that can be read."""
    try:
        return dict(ws.manifest_of(KIND, ""))
    except (WorkspaceError, TypeError, ValueError):
        return {}


def _kept(ws: Workspace, keys: NDArray[np.uint8]) -> tuple[Halves, Rows]:
    """(n, k) numbers with the rows that were measured before, and which rows are left to measure."""
    numbers = np.full((len(keys), len(FIELDS)), np.nan, dtype=np.float16)
    names = [bytes(key) for key in keys]
    known: dict[bytes, int] = {}
    folder = ws.folder(KIND)
    if _told(ws).get("format") == FORMAT and not wrong_sizes(folder):
        try:
            old, old_keys = (np.load(folder / name, allow_pickle=False) for name in (NUMBERS, KEYS))
        except (OSError, EOFError, ValueError):
            old, old_keys = numbers[:0], keys[:0]
        known = {bytes(key): row for row, key in enumerate(old_keys)}
        rows = [row for row, name in enumerate(names) if name in known]
        numbers[rows] = old[[known[names[row]] for row in rows]]
    todo = [row for row, name in enumerate(names) if name not in known and any(name)]
    return numbers, np.array(todo, dtype=np.int64)


def _measured(ws: Workspace, paths: Sequence[str]) -> Iterator[Floats]:
    """The (b, k) numbers of the next few pictures, in order; two batches a core in work."""
    workers = os.cpu_count() or 1
    batches = (paths[start : start + BATCH] for start in range(0, len(paths), BATCH))
    with ThreadPoolExecutor(workers) as pool:
        work = [pool.submit(_batch, ws, some) for some in islice(batches, 2 * workers)]
        try:
            while work:
                yield work.pop(0).result()
                work += [pool.submit(_batch, ws, some) for some in islice(batches, 1)]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batch(ws: Workspace, paths: Sequence[str]) -> Floats:
    return np.stack([_numbers(ws, path) for path in paths])


def _numbers(ws: Workspace, path: str) -> Floats:
    try:
        return measure(reduced(read_image(ws.image_path(path), SIDE, name=path)))
    except ExplorerError:  # Prepare lists what cannot be read
        return np.full(len(FIELDS), np.nan, dtype=np.float32)

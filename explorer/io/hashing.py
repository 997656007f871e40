"""Content hashes: blake2b of 128 bits over the bytes, skipped for files that nobody can have written to since.

The time of the last change to a file's entry (ctime) and its number cannot be set back by a program, as the time of its
content can: a file that was put in the place of another with the same size and time is read again. So is one that was
changed just before it was read, since clocks of file systems tick slowly.
"""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.progress import Progress
from explorer.io.paths import LED_OUTSIDE

BLOCK = 1 << 20
BATCH = 512
THREADS = 4
NO_FILE = "no such file in"
FILE_FIELDS = pa.schema(
    {
        "path": pa.string(),
        "size": pa.int64(),
        "mtime_ns": pa.int64(),
        "ctime_ns": pa.int64(),
        "number": pa.int64(),
        "hash": pa.string(),
        "reason": pa.string(),
    }
)
KNOWN_BY = ("size", "mtime_ns", "ctime_ns", "number")
LARGEST = 2**63 - 1
JUST_NOW_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again without a new time: FAT counts in steps of 2 s."""


@dataclass(frozen=True)
class FileState:
    """One file: size in bytes, -1 when it cannot be used and `reason` says why.

    ctime_ns: 0 where the times say too little to know the file by; number: of its inode.
    """

    size: int = -1
    mtime_ns: int = 0
    ctime_ns: int = 0
    number: int = 0
    hash: str = ""
    reason: str = ""


def hash_text(text: str) -> str:
    """Content hash of a text, 32 hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def hash_bytes(data: bytes) -> str:
    """Content hash of a file's bytes that are at hand, 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


def hash_file(path: Path) -> str:
    """Content hash of a file's bytes, 32 hexadecimal digits."""
    digest = blake2b(digest_size=16)
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def hash_files(
    root: Path, paths: Sequence[str], known: pa.Table | None, progress: Progress, linked: Sequence[Path] = ()
) -> pa.Table:
    """Return a table of `FILE_FIELDS`, one row a path (unique, below `root`), in order; reason is "" for a fine file.

    known: an earlier answer; a file with the same size, times and number keeps its hash and is not read.
    linked: real folders outside `root` that links may lead to.
    """
    progress.start("Reading files", len(paths))
    states: list[FileState] = []
    earlier = _known_states(paths, known)
    allowed = [root.resolve(), *linked]
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = iter(zip(paths, earlier, strict=True))
        while batch := list(islice(jobs, BATCH)):
            states += pool.map(lambda job: _state(root, allowed, *job), batch)
            progress.advance(len(states))
    progress.finish()
    columns = [[getattr(state, name) for state in states] for name in FILE_FIELDS.names[1:]]
    return pa.table([pa.array(list(paths), pa.string()), *columns], schema=FILE_FIELDS)


def item_hashes(images: pa.ChunkedArray, texts: pa.ChunkedArray, before: pa.Table | None = None) -> pa.Array:
    """Return (n,) content hashes of items: of the image, of the text, or over both where an item has both.

    images: their content hashes, "" for none. before: items with path, text and hash; a text alone that stood in the
    same row keeps its hash.
    """
    hashes = np.full(len(texts), "", dtype=object)
    same = np.zeros(len(texts), dtype=bool)
    kept = min(before.num_rows, len(texts)) if before is not None else 0
    if before is not None and kept:
        there = before.slice(0, kept)
        alone = pc.and_(pc.equal(images.slice(0, kept), ""), pc.equal(there.column("path"), ""))
        alike = pc.and_(alone, pc.equal(texts.slice(0, kept), there.column("text")))
        same[:kept] = alike.to_numpy()
        hashes[same] = there.column("hash").to_numpy()[same[:kept]]
    rows = np.flatnonzero(~same)
    pairs = zip(images.take(rows).to_pylist(), texts.take(rows).to_pylist(), strict=True)
    hashes[rows] = [_item_hash(*pair) for pair in pairs]
    return pa.array(hashes, pa.string())


def _item_hash(image: str, text: str) -> str:
    if not text:
        return image
    return hash_text(f"{image}\x00{text}" if image else text)


def _known_states(paths: Sequence[str], known: pa.Table | None) -> Iterator[FileState | None]:
    if known is None or not known.num_rows:
        return iter([None] * len(paths))
    places = pc.index_in(pa.array(list(paths), pa.string()), value_set=known.column("path").combine_chunks())
    rows = np.asarray(pc.fill_null(places, -1).to_numpy(zero_copy_only=False))
    sizes, written, changed, numbers = (known.column(name).to_numpy() for name in KNOWN_BY)
    hashes = known.column("hash").combine_chunks()
    return (
        FileState(int(sizes[r]), int(written[r]), int(changed[r]), int(numbers[r]), hashes[r].as_py())
        if r >= 0
        else None
        for r in rows
    )


def _state(root: Path, allowed: list[Path], path: str, earlier: FileState | None) -> FileState:
    full = root / path
    try:
        stat, now = os.stat(full), time.time_ns()
        if os.path.islink(full) and not any(full.resolve().is_relative_to(folder) for folder in allowed):
            return FileState(reason=LED_OUTSIDE)
        if not os.path.isfile(full):
            return FileState(reason="not a file")
        if stat.st_size == 0:
            return FileState(reason="an empty file (0 bytes)")
        settled = stat.st_ctime_ns if now - stat.st_ctime_ns > JUST_NOW_NS else 0
        present = FileState(stat.st_size, stat.st_mtime_ns, settled, stat.st_ino & LARGEST)
        if earlier and earlier.hash and settled and earlier == replace(present, hash=earlier.hash):
            return earlier
        return replace(present, hash=hash_file(full))
    except FileNotFoundError:
        return FileState(reason=f"{NO_FILE} {root}")
    except (OSError, ValueError) as error:
        return FileState(reason=str(getattr(error, "strerror", None) or error))

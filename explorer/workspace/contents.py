"""What of each item goes into an encoder, and in which pieces."""

from collections.abc import Collection
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.base.dataset import HASH, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.text import counted

if TYPE_CHECKING:
    from explorer.encoders import Encoder

NONE, IMAGE, TEXT_ALONE = 0, 1, 2
READS = ("images", "texts")
SHORT = 64  # bytes; no model reads fewer tokens
CUT_BATCH = 4096


def what_goes_in(dataset: Dataset, encoder: "Encoder") -> NDArray[np.int8]:
    """(n,) what of each item goes into the encoder; InputError when it is nothing for all."""
    kinds = what_is_read(dataset, reads_of(encoder))
    if len(kinds) and not kinds.any():
        there = "images" if _filled(dataset, PATH).any() else "texts"
        raise InputError(f"The items have {there}, which {encoder.spec} does not read. Choose another encoder.")
    return kinds


def reads_of(encoder: "Encoder") -> list[str]:
    """What an encoder reads: "images", "texts" or both."""
    return [name for name in READS if getattr(encoder.abilities, name)]


def what_is_read(dataset: Dataset, reads: Collection[str]) -> NDArray[np.int8]:
    """(n,) what of each item goes into an encoder that reads this: its image, else its text, else nothing."""
    kinds = np.where(_filled(dataset, TEXT) & ("texts" in reads), TEXT_ALONE, NONE)
    return np.where(_filled(dataset, PATH) & ("images" in reads), IMAGE, kinds).astype(np.int8)


def _filled(dataset: Dataset, name: str) -> Mask:
    trimmed = pc.utf8_trim_whitespace(dataset.table[name])
    return np.asarray(pc.not_equal(trimmed, "").to_numpy(), dtype=bool)


def content_keys(dataset: Dataset, kinds: NDArray[np.int8]) -> NDArray[np.uint8]:
    """(n, 16) hash of what goes into the encoder: equal hashes mean equal vectors. Zero where nothing does."""
    keys = np.zeros((len(kinds), 16), dtype=np.uint8)
    for kind, name in ((IMAGE, HASH), (TEXT_ALONE, TEXT)):
        rows = np.flatnonzero(kinds == kind)
        values = dataset.table[name].take(rows).to_pylist()
        digests = (blake2b(f"{kind}{value}".encode(), digest_size=16).digest() for value in values)
        keys[rows] = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)
    return keys


def item_hashes(dataset: Dataset) -> NDArray[np.uint8]:
    """(n, 16) content hash of each whole item; zero where it has none."""
    nothing = "0" * 32
    digests = "".join(one or nothing for one in dataset.table.column(HASH).to_pylist())
    return np.frombuffer(bytes.fromhex(digests), np.uint8).reshape(-1, 16)


def picture_keys(dataset: Dataset) -> NDArray[np.uint8]:
    """(n, 16) hash of each item's picture, whatever encoder looks at it; zero without one."""
    return content_keys(dataset, np.where(_filled(dataset, PATH), IMAGE, NONE).astype(np.int8))


def units_of(todo: Rows, kinds: NDArray[np.int8], size: int) -> list[Rows]:
    """The rows in the pieces that go through the model together: images with images, texts with texts."""
    parts = (todo[kinds[todo] == kind] for kind in (IMAGE, TEXT_ALONE))
    return [part[i : i + size] for part in parts for i in range(0, len(part), size)]


def count_cut(dataset: Dataset, kinds: NDArray[np.int8], encoder: "Encoder", progress: Progress) -> int:
    """How many of the texts that stand alone are longer than the encoder reads; short ones need not be looked at."""
    texts = dataset.table[TEXT].take(np.flatnonzero(kinds == TEXT_ALONE))
    long = texts.filter(pc.greater(pc.binary_length(texts), SHORT))
    if not len(long):
        return 0
    progress.start("Looking for texts that are cut", len(long))
    cut = 0
    for start in range(0, len(long), CUT_BATCH):
        cut += len(encoder.truncated(long.slice(start, CUT_BATCH).to_pylist()))
        progress.advance(min(start + CUT_BATCH, len(long)))
    progress.finish()
    return cut


def cut_text(count: int) -> str:
    """Words on texts that a model cuts."""
    return f"{counted(count, 'text')} longer than the model reads (the end is cut)"

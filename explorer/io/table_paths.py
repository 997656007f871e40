"""Image paths as they stand in a table, made relative to one folder that they must not leave."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError

# Absolute, with a back step, a doubled or backward slash, a dot folder, or a scheme: these are looked at one by one.
UNUSUAL = r"^/|^~|(^|/)\.{1,2}(/|$)|//|\\"


def relative_paths(values: pa.ChunkedArray, base: Path, root: Path, what: str) -> tuple[pa.ChunkedArray, list[str]]:
    """Return ((n,) paths relative to `root`, (n,) reasons why a path cannot be used, "" when it can).

    values: (n,) paths as written, absolute or relative to `base`; base: the table's folder; root: an absolute folder.
    Where `base` lies outside `root`, as for an upload, relative paths start at `root`.
    Raises InputError naming the row of the first path that leaves `root`.
    """
    base = base.resolve()
    base = base if base.is_relative_to(root) else root
    prefix = "" if base == root else f"{base.relative_to(root).as_posix()}/"
    trimmed = pc.utf8_trim_whitespace(values)
    plain = pc.if_else(pc.equal(trimmed, ""), "", pc.binary_join_element_wise(prefix, trimmed, ""))
    reasons = [""] * len(values)
    unusual = np.asarray(pc.indices_nonzero(pc.match_substring_regex(trimmed, UNUSUAL)).to_numpy(), dtype=np.int64)
    if len(unusual):
        texts = trimmed.take(pa.array(unusual)).to_pylist()
        found = [_one(text, base, root, what, int(row) + 1) for row, text in zip(unusual, texts, strict=True)]
        for row, (_, reason) in zip(unusual, found, strict=True):
            reasons[row] = reason
        mask = np.zeros(len(values), dtype=bool)
        mask[unusual] = True
        replaced = pc.replace_with_mask(plain.combine_chunks(), pa.array(mask), pa.array([path for path, _ in found]))
        plain = pa.chunked_array([replaced])
    _check_links(plain, root, what)
    return plain, reasons


def _one(text: str, base: Path, root: Path, what: str, row: int) -> tuple[str, str]:
    if "://" in text:
        return text, f"row {row}: expected a file, got a web address; download it first"
    full = os.path.normpath(os.path.join(base, text.replace("\\", "/")))
    for folder in (root, Path(os.path.realpath(root))):
        if full.startswith(os.path.join(folder, "")):
            return os.path.relpath(full, folder), ""
    raise InputError(f"{what}: expected image paths below {root}, but {text!r} in row {row} leads outside.")


def _check_links(paths: pa.ChunkedArray, root: Path, what: str) -> None:
    """Each folder that occurs is followed once: a link may lead outside."""
    folders = pc.unique(pc.replace_substring_regex(paths, r"(^|/)[^/]*$", ""))
    for folder in folders.to_pylist():
        if folder and not Path(os.path.realpath(root / folder)).is_relative_to(root):
            raise InputError(f"{what}: expected image paths below {root}, but {folder!r} is a link that leads outside.")

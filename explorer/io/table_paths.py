"""Image paths as they stand in a table, made relative to one folder that they must not leave."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Absolute, with a back step, a doubled or backward slash, a dot folder, or a scheme: these are looked at one by one.
UNUSUAL = r"^/|^~|(^|/)\.{1,2}(/|$)|//|\\|\x00|^[A-Za-z]:"
WEB = "://"


def relative_paths(values: pa.ChunkedArray, base: Path, root: Path) -> tuple[pa.ChunkedArray, list[str]]:
    """Return ((n,) paths relative to `root`, (n,) reasons why a path cannot be used, "" when it can).

    values: (n,) paths as written, absolute or relative to `base`; base: the table's folder; root: an absolute folder.
    Where `base` lies outside `root`, as for an upload, relative paths start at `root`.
    A path with a reason is given as written, and is not to be opened: it may lead anywhere.
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
        found = [_one(text, base, root, int(row) + 1) for row, text in zip(unusual, texts, strict=True)]
        for row, (_, reason) in zip(unusual, found, strict=True):
            reasons[row] = reason
        mask = np.zeros(len(values), dtype=bool)
        mask[unusual] = True
        replaced = pc.replace_with_mask(plain.combine_chunks(), pa.array(mask), pa.array([path for path, _ in found]))
        plain = pa.chunked_array([replaced])
    return plain, _with_links(plain, reasons, root)


def _one(text: str, base: Path, root: Path, row: int) -> tuple[str, str]:
    if WEB in text:
        return text, f"row {row}: expected a file, got a web address; download it first"
    full = os.path.normpath(os.path.join(base, text.replace("\\", "/")))
    for folder in (root, Path(os.path.realpath(root))):
        if full.startswith(os.path.join(folder, "")):
            return os.path.relpath(full, folder), ""
    return text, f"row {row}: expected an image below {root}, but {text!r} leads outside; {cure(full)}"


def cure(full: str) -> str:
    """What to type so that an image may be opened where it lies."""
    return f"allow it with --data-root {os.path.dirname(full) or '/'}"


def _with_links(paths: pa.ChunkedArray, reasons: list[str], root: Path) -> list[str]:
    """Each folder that occurs is followed once: a link may lead outside."""
    folders = pc.replace_substring_regex(paths, r"(^|/)[^/]*$", "")
    outside = [name for name in pc.unique(folders).to_pylist() if name and _leads_outside(root, name)]
    if not outside:
        return reasons
    for row in pc.indices_nonzero(pc.is_in(folders, value_set=pa.array(outside))).to_pylist():
        reason = (
            f"row {row + 1}: expected an image below {root}, but {folders[row].as_py()!r} is a link that leads outside"
        )
        reasons[row] = reasons[row] or reason
    return reasons


def _leads_outside(root: Path, folder: str) -> bool:
    try:
        return not Path(os.path.realpath(root / folder)).is_relative_to(root)
    except (OSError, ValueError):
        return True

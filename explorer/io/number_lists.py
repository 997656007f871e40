"""Texts that hold a list of numbers, as JSON, Python, NumPy, PyTorch and databases write them."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# [1, 2], [ 0.1 -0.2], array([0.1, 0.2], dtype=float32), tensor([...]), (1, 2), {1,2}
BRACKETED = (
    r"(?is)^\s*(np\.)?(array|tensor)?\s*\(?\s*[\[({]([-+0-9.…e,;\s]|nan|inf|none|null)+[\])}]"
    r"\s*(,\s*[a-z_]+=[^)]*)*\)?\s*$"
)
BARE = r"^\s*[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?([\s,;]+[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?){3,}\s*$"
CUT = r"\.\.\.|…"
NO_VECTOR = ("", "nan", "none", "null", "na", "n/a", "nat", "\\n", "[]", "<na>")
INSIDE = re.compile(r"[\[({]([^\[\](){}]*)[\])}]")
SHARE = 0.9  # of the filled cells


def without_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts, null where a cell says that there is nothing."""
    trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(column.cast(pa.string())))
    return pc.if_else(pc.is_in(trimmed, value_set=pa.array(NO_VECTOR)), pa.scalar(None, pa.string()), column)


def holds_number_lists(column: pa.ChunkedArray) -> bool:
    """True when nearly all filled texts are lists of numbers."""
    filled = without_missing(column).drop_null()
    fitting = pc.or_(pc.match_substring_regex(filled, BRACKETED), pc.match_substring_regex(filled, BARE))
    return len(filled) > 0 and (pc.sum(fitting).as_py() or 0) >= SHARE * len(filled)


def are_cut(column: pa.ChunkedArray) -> bool:
    """True when a list was shortened with "..." when the file was written."""
    return bool(pc.any(pc.match_substring_regex(without_missing(column), CUT)).as_py())


def parse_lists(column: pa.ChunkedArray) -> list[NDArray[np.float64] | None]:
    """The (d,) numbers of each text; None where there is nothing, an empty array where a text cannot be read."""
    texts = without_missing(column).to_pylist()
    return [None if text is None else _parsed(text) for text in texts]


def are_whole(column: pa.ChunkedArray) -> bool:
    """True when no number has a point or an exponent."""
    found = pc.match_substring_regex(without_missing(column), r"[0-9]?\.[0-9]|[0-9]\.|[0-9][eE]")
    return not pc.any(found).as_py()


def _parsed(text: str) -> NDArray[np.float64]:
    inside = INSIDE.search(text)
    words = (inside[1] if inside else text).replace(",", " ").replace(";", " ").split()
    try:
        return np.array([np.nan if word.lower() in ("none", "null") else float(word) for word in words])
    except ValueError:
        return np.empty(0)

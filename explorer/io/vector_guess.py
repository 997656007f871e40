"""Whether a column of lists looks like vectors, rather than boxes, sizes, tokens or labels."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.io.arrow_kinds import is_list, is_number, is_text
from explorer.io.number_lists import SHARE, are_cut, are_whole, holds_number_lists, parse_lists

NAMED_VECTOR = re.compile(
    r"embed|vector|(^|[^a-z])(v|vec|vecs|emb|embs|feats?|features?|latents?|encodings?|hidden|clip|dino|siglip|z)"
    r"([^a-z]|$)",
    re.IGNORECASE,
)
NAMED_OTHER = re.compile(
    r"box|size|shape|polygon|segment|keypoint|mask|token|ids?$|position|colou?r|rgb|gps|coord", re.I
)
LEAST_UNNAMED = 5  # numbers that a list without a telling name must have to be a vector


def is_vector_type(kind: pa.DataType) -> bool:
    """True for lists of numbers."""
    return is_list(kind) and is_number(kind.value_type)


def holds_vectors(column: pa.ChunkedArray, name: str) -> bool:
    """True for lists of numbers of one length that are fractions, or whole ones in a column named like vectors.

    Few numbers (boxes, sizes, places, colours) are vectors only under such a name, and so are lists of whole ones.
    """
    lengths, whole = _lengths(column)
    length = common_length(lengths)
    if length < 2 or (is_text(column.type) and are_cut(column)):
        return False
    if NAMED_VECTOR.search(name):
        return True
    return not whole and length >= LEAST_UNNAMED and not NAMED_OTHER.search(name)


def remark_on_lists(column: pa.ChunkedArray, name: str) -> str:
    """What to say of a column of numbers in lists that is not taken for vectors; "" for others."""
    if is_text(column.type) and holds_number_lists(column) and are_cut(column):
        return (
            f"{name}: the lists were cut (“...”) when the file was written, so they are no vectors; write them whole."
        )
    lengths, _ = _lengths(column)
    length = common_length(lengths)
    if length < 2:
        return ""
    return f"{name}: lists of {length} numbers that look like no vectors; if they are, say --vectors {name}."


def common_length(lengths: NDArray[np.int64], share: float = SHARE) -> int:
    """The length that at least `share` of the filled lists have, 0 when there is none. lengths: (n,), 0: no list."""
    filled = lengths[lengths > 0]
    if not len(filled):
        return 0
    values, counts = np.unique(filled, return_counts=True)
    best = int(np.argmax(counts))
    return int(values[best]) if counts[best] >= share * len(filled) else 0


def _lengths(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], bool]:
    """((n,) how many numbers each list has, whether all are whole) of lists or of texts that hold lists."""
    if is_vector_type(column.type):
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
        return np.asarray(lengths, dtype=np.int64), bool(pa.types.is_integer(column.type.value_type))
    if not is_text(column.type) or not holds_number_lists(column):
        return np.zeros(0, dtype=np.int64), False
    lists = parse_lists(column)
    return np.array([0 if one is None else len(one) for one in lists], dtype=np.int64), are_whole(column)

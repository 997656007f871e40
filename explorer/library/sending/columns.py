"""Attributes of the items that are sent, each different value once."""

from base64 import b64encode
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.columns import codes_of
from explorer.library.sending.choice import Sent
from explorer.search.captions import shown_value

LONGEST = 300
NARROW, WIDE = 2, 4  # bytes of a number


def column_data(sent: Sent) -> list[dict[str, Any]]:
    """One a column that can be read as texts, numbers or dates: its name, its different values, which each item has."""
    rows = pa.array(sent.rows, pa.int64())
    table = sent.opened.tagged.table
    found = (_column(name, table.column(name).take(rows)) for name in sent.columns)
    return [one for one in found if one]


def _column(name: str, values: pa.ChunkedArray) -> dict[str, Any] | None:
    try:
        coded = codes_of(values)
        names = [cut(shown_value(one), LONGEST) for one in coded.values.to_pylist()]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    codes, wide = packed(coded.codes, len(names))
    return {"name": name, "values": names, "codes": codes, "wide": wide}


def packed(numbers: NDArray[np.integer], count: int) -> tuple[str, int]:
    """Numbers from 0 to `count` - 1 as base64 of 2 or 4 bytes each; what is outside becomes the largest number."""
    wide = NARROW if count < np.iinfo(np.uint16).max else WIDE
    kind = np.dtype(f"<u{wide}")
    inside = (numbers >= 0) & (numbers < count)
    return text_of(np.where(inside, numbers, np.iinfo(kind).max).astype(kind)), wide


def text_of(array: NDArray[Any]) -> str:
    """The bytes of an array as base64."""
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def cut(text: str, most: int) -> str:
    """At most `most` characters, an ellipsis for the rest."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"

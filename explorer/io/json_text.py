"""Text that holds JSON, as values; never deeper than the readers behind can follow."""

import json
import re

import numpy as np

from explorer.io.readable import MAX_DEPTH

OPENING, CLOSING = b"[{", b"]}"
OTHERS = bytes(set(range(256)) - set(OPENING + CLOSING))
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def json_value(data: bytes | str) -> object:
    """The value that `data` holds; ValueError when it is no JSON, or lists and objects lie deeper than 100."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if is_deep(raw):
        raise ValueError(f"lists and objects deeper than {MAX_DEPTH}")
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("too deep") from error


def is_deep(data: bytes) -> bool:
    """True when lists and objects lie deeper in one another than 100, as far as brackets outside of strings tell."""
    return _depth(data) > MAX_DEPTH and _depth(STRINGS.sub(b"", data)) > MAX_DEPTH


def _depth(data: bytes) -> int:
    brackets = np.frombuffer(data.translate(None, OTHERS), dtype=np.uint8)
    if len(brackets) <= MAX_DEPTH:
        return 0
    steps = np.where((brackets == OPENING[0]) | (brackets == OPENING[1]), 1, -1)
    return int(np.cumsum(steps, dtype=np.int64).max())

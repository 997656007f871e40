"""Names as rows of character codes. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def padded(names: Sequence[str]) -> NDArray[np.uint32]:
    """(n, longest) codes of the characters, 0 behind the end of a name; at least one column."""
    lengths = np.array([len(name) for name in names], np.int64)
    codes = np.zeros((len(names), max(1, int(lengths.max(initial=0)))), np.uint32)
    text = "".join(names).encode("utf-32-le", "surrogatepass")
    codes[np.arange(codes.shape[1]) < lengths[:, None]] = np.frombuffer(text, np.uint32)
    return codes
